// Tests that run with a click. The server's lenses name the command `lwas.runTest` with a program and a test; it runs here, in a
// terminal, so that one sees what `lwasc test` says and can run it again.

import * as vscode from 'vscode';
import { lwasc } from './server';

export const RUN_TEST = 'lwas.runTest';

/** What a lens says: the program's file by its address, and the test's name, or none for all tests. */
interface Lens {
  readonly uri: string;
  readonly test?: string;
}

/** What came with the command, if that is a lens: any extension may run it with anything. */
function lensOf(argument: unknown): Lens | undefined {
  const given = argument as Partial<Lens> | null | undefined;
  const isName = given?.test === undefined || typeof given.test === 'string';
  return typeof given?.uri === 'string' && isName ? (given as Lens) : undefined;
}

/** Runs one test of a program, or all. */
export async function runTest(argument?: unknown): Promise<void> {
  const lens = lensOf(argument);
  if (lens === undefined) {
    void vscode.window.showErrorMessage('LwaS: a test is run from the line above it.');
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showErrorMessage('LwaS: tests are not run in a folder that is not trusted.');
    return;
  }
  const program = vscode.Uri.parse(lens.uri, true);
  await vscode.workspace.saveAll(false);
  await vscode.tasks.executeTask(task(program, lens.test));
}

/** The task that runs it. No shell reads the test's name, whatever is in it. */
function task(program: vscode.Uri, test: string | undefined): vscode.Task {
  const args = ['test', program.fsPath, ...(test === undefined ? [] : ['--exact', '--', test])];
  const folder = vscode.workspace.getWorkspaceFolder(program);
  const run = new vscode.ProcessExecution(lwasc(), args, folder === undefined ? {} : { cwd: folder.uri.fsPath });
  const made = new vscode.Task(
    { type: 'lwas', program: program.fsPath, test: test ?? '' },
    folder ?? vscode.TaskScope.Workspace,
    test ?? 'all tests',
    'LwaS',
    run,
  );
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, showReuseMessage: false };
  return made;
}
