// LwaS in VS Code: starts the language server `lwasc lsp`, shows how it is, and runs tests where the server's lenses ask for it.
// Colours, brackets and snippets need none of this: they are files that `package.json` names.

import * as vscode from 'vscode';
import { Server } from './server';
import { TASK, taskProvider } from './tests';

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const started = new Server();
  server = started;
  context.subscriptions.push(
    started,
    vscode.commands.registerCommand('lwas.restart', () => started.restart()),
    vscode.commands.registerCommand('lwas.showOutput', () => started.showOutput()),
    vscode.tasks.registerTaskProvider(TASK, taskProvider),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('lwas.server.path')) {
        await started.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  // Files are coloured and edited while it starts.
  void started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
