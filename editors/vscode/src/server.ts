// The language server: one process `lwasc lsp` for the window, and an item in the status bar that says how it is.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import {
  CloseAction,
  LanguageClient,
  State,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { RUN_TEST, runTest } from './tests';

/** The program `lwasc` as the settings name it. */
export function lwasc(): string {
  const path = vscode.workspace.getConfiguration('lwas').get<string>('server.path', 'lwasc').trim();
  return path === '' ? 'lwasc' : path;
}

export class Server implements vscode.Disposable {
  private readonly output = vscode.window.createOutputChannel('LwaS', { log: true });
  private readonly status = vscode.languages.createLanguageStatusItem('lwas.server', { language: 'lwas' });
  /** What else than open files the server hears of. */
  private readonly files = vscode.workspace.createFileSystemWatcher('**/{*.lwas,lwas.toml}');
  private client: LanguageClient | undefined;
  /** The command that runs tests, where the server does not name it as one of its own. */
  private command: vscode.Disposable | undefined;
  /** Starts and stops follow one another, however fast they are asked for. */
  private last: Promise<void> = Promise.resolve();

  constructor() {
    this.status.name = 'LwaS';
    this.status.command = { title: 'Output', command: 'lwas.showOutput' };
  }

  start(): Promise<void> {
    return this.next(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  restart(): Promise<void> {
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  showOutput(): void {
    this.output.show(true);
  }

  dispose(): void {
    this.command?.dispose();
    this.files.dispose();
    this.status.dispose();
    this.output.dispose();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step, step);
    return this.last;
  }

  private async startNow(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.tell('not started: this folder is not trusted', vscode.LanguageStatusSeverity.Warning);
      return;
    }
    const command = lwasc();
    try {
      // Asked first, for one clear message instead of a client that cannot connect.
      await promisify(execFile)(command, ['lsp', '--help'], { timeout: 30_000 });
    } catch (error) {
      void this.complain(command, error);
      return;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const cwd = folder?.scheme === 'file' ? { cwd: folder.fsPath } : {};
    const run: ServerOptions = { command, args: ['lsp'], options: cwd };
    const options = this.clientOptions();
    const client = new LanguageClient('lwas', 'LwaS', run, options);
    // A server that ran and ends is started again, a few times; one that never ran is not.
    const handler = client.createDefaultErrorHandler();
    let ran = false;
    client.clientOptions.errorHandler = {
      error: (error, message, count) => handler.error(error, message, count),
      closed: () => (ran ? handler.closed() : { action: CloseAction.DoNotRestart, handled: true }),
    };
    client.onDidChangeState(({ newState }) => this.show(newState, command));
    this.client = client;
    try {
      await client.start();
      ran = true;
      const named = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
      if (!named.includes(RUN_TEST)) {
        this.command = vscode.commands.registerCommand(RUN_TEST, runTest);
      }
    } catch (error) {
      // The client has told why. What did not start cannot be stopped.
      this.client = undefined;
      this.tell('not running', vscode.LanguageStatusSeverity.Error);
      this.output.error(String(error));
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: 'file', language: 'lwas' },
        { scheme: 'untitled', language: 'lwas' },
      ],
      synchronize: { fileEvents: this.files },
      outputChannel: this.output,
      middleware: {
        // Tests run in a terminal here, not out of sight in the server.
        executeCommand: (command, args, next) => (command === RUN_TEST ? runTest(...args) : next(command, args)),
      },
    };
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.command?.dispose();
    this.command = undefined;
    if (client?.isRunning()) {
      await client.dispose();
    }
  }

  private show(state: State, command: string): void {
    switch (state) {
      case State.Starting:
        this.status.busy = true;
        this.tell('starts', vscode.LanguageStatusSeverity.Information);
        break;
      case State.Running: {
        const info = this.client?.initializeResult?.serverInfo;
        const version = info?.version === undefined ? '' : ` ${info.version}`;
        this.tell(`${info?.name ?? command}${version}`, vscode.LanguageStatusSeverity.Information);
        break;
      }
      default:
        this.tell('not running', vscode.LanguageStatusSeverity.Error);
    }
  }

  private tell(text: string, severity: vscode.LanguageStatusSeverity): void {
    this.status.busy = text === 'starts';
    this.status.text = `LwaS: ${text}`;
    this.status.severity = severity;
  }

  /** Says that the program cannot be run, or knows no server. */
  private async complain(command: string, error: unknown): Promise<void> {
    this.tell('not running', vscode.LanguageStatusSeverity.Error);
    this.output.error(String(error));
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing ? `\`${command}\` is not found` : `\`${command} lsp\` cannot be run`;
    const settings = 'Settings';
    const chosen = await vscode.window.showErrorMessage(
      `LwaS: ${what}. Install or update lwasc, or say where it lies in \`lwas.server.path\`.`,
      settings,
    );
    if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'lwas.server.path');
    }
  }
}
