// Tests that run with a click. The server's lenses name the command `lwas.runTest` with a program and a test; it runs here, in a
// terminal, so that one sees what `lwasc test` says and can run it again.

import * as vscode from 'vscode';
import { lwasc } from './server';

export const RUN_TEST = 'lwas.runTest';
export const TASK = 'lwas';

/** What a task of ours says: a program, and the test's name, or none for all tests. */
interface Definition extends vscode.TaskDefinition {
  readonly program: string;
  readonly test?: string;
}

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
  const definition = { type: TASK, program: program.fsPath, ...(lens.test === undefined ? {} : { test: lens.test }) };
  const scope = vscode.workspace.getWorkspaceFolder(program) ?? vscode.TaskScope.Workspace;
  await vscode.workspace.saveAll(false);
  await vscode.tasks.executeTask(task(definition, scope));
}

/** Tasks of this kind may also stand in `tasks.json`. */
export const taskProvider: vscode.TaskProvider = {
  provideTasks: () => [],
  resolveTask: ({ definition, scope }) => {
    const { program, test } = definition as Partial<Definition>;
    const isName = test === undefined || typeof test === 'string';
    if (typeof program !== 'string' || !isName) {
      return undefined;
    }
    // VS Code wants the very definition that it asked about.
    return task(definition as Definition, scope ?? vscode.TaskScope.Workspace);
  },
};

/** The task that runs tests. No shell reads a test's name, whatever is in it. */
function task(definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task {
  const { program, test } = definition;
  const args = ['test', program, ...(test === undefined ? [] : ['--exact', '--', test])];
  const run = new vscode.ProcessExecution(lwasc(), args, typeof scope === 'object' ? { cwd: scope.uri.fsPath } : {});
  const made = new vscode.Task(definition, scope, test ?? 'all tests', 'LwaS', run);
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true, showReuseMessage: false };
  return made;
}
