// A server of the programs that a check needs, with a fresh folder for its ledger, and requests to it.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BEGINS_MS = 120_000;

export class Server {
  /** `lwasc serve` with these arguments, which may name files of this folder; `$WORK` in them is its own folder. */
  constructor(lwasc, args) {
    this.lwasc = lwasc;
    this.work = mkdtempSync(join(tmpdir(), 'lwas-dashboard-'));
    this.args = args.map((arg) => arg.replace('$WORK', this.work));
    this.dashboardAt = '127.0.0.1:0';
    this.listenAt = '127.0.0.1:0';
  }

  /** Starts it, again at the same addresses, and waits until it listens at both. */
  async start() {
    const args = [
      'serve',
      ...this.args,
      '--ledger',
      join(this.work, 'ledger'),
      '--listen',
      this.listenAt,
      '--dashboard',
      this.dashboardAt,
    ];
    const env = { ...process.env, HOME: this.work, RUST_LOG: 'warn' };
    this.child = spawn(this.lwasc, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise((begun, fail) => {
      const late = setTimeout(() => fail(new Error(`the server does not begin:\n${said}`)), BEGINS_MS);
      this.child.once('exit', () => fail(new Error(`the server has ended:\n${said}`)));
      this.child.stderr.on('data', (part) => {
        said += part;
        const found = [...said.matchAll(/^(.*) listens on (http:\/\/(\S+))$/gm)];
        if (found.length < 2) return;
        clearTimeout(late);
        for (const [, name, url, address] of found) {
          if (name === 'the dashboard') [this.page, this.dashboardAt] = [url, address];
          else [this.url, this.listenAt] = [url, address];
        }
        begun();
      });
    });
    return this;
  }

  /** Ends it as a machine that fails does. */
  async kill() {
    this.child.removeAllListeners('exit');
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
  }

  async end() {
    await this.kill();
    rmSync(this.work, { recursive: true });
  }

  async post(path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return text;
  }

  /** A transaction of the economy. */
  pay(id, amount, more = {}) {
    const timestamp = new Date().toISOString();
    return this.post('/transaction', { id, amount, currency: 'USD', timestamp, tx_type: 'Payment', ...more });
  }
}
