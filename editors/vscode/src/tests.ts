// Tests that run with a click. The server's lenses name the command `lwas.runTest` with a file's address and a test's name; it
// runs here, in a terminal, so that one sees what `lwasc test` says and can run it again.

import * as vscode from 'vscode';
import { lwasc } from './server';

export const RUN_TEST = 'lwas.runTest';
export const TASK = 'lwas';

/** What a task of ours says: a program, and the test's name, or none for all tests. */
interface Definition extends vscode.TaskDefinition {
  readonly program: string;
  readonly test?: string;
}

/** Runs one test of a program, or all. What comes with the command is not only ours: any extension may run it with anything. */
export async function runTest(uri?: unknown, test?: unknown): Promise<void> {
  if (typeof uri !== 'string' || (test !== undefined && typeof test !== 'string')) {
    void vscode.window.showErrorMessage('LwaS: a test is run from the line above it.');
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showErrorMessage('LwaS: tests are not run in a folder that is not trusted.');
    return;
  }
  const file = vscode.Uri.parse(uri, true);
  await vscode.workspace.saveAll(false);
  const definition = { type: TASK, program: await programOf(file), ...(test === undefined ? {} : { test }) };
  const scope = vscode.workspace.getWorkspaceFolder(file) ?? vscode.TaskScope.Workspace;
  await vscode.tasks.executeTask(task(definition, scope));
}

/** The program that a file belongs to: the nearest folder with an `lwas.toml`, no higher than what is open, or else itself. */
async function programOf(file: vscode.Uri): Promise<string> {
  const top = vscode.workspace.getWorkspaceFolder(file)?.uri.path;
  for (let folder = vscode.Uri.joinPath(file, '..'); ; folder = vscode.Uri.joinPath(folder, '..')) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, 'lwas.toml'));
      return folder.fsPath;
    } catch {
      if (top === undefined || folder.path.length <= top.length) {
        return file.fsPath;
      }
    }
  }
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
