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
    this.programs = args.filter((arg, place) => !arg.startsWith('--') && !args[place - 1]?.startsWith('--')).length;
    /** Where each program listens, by its name, and as the server was told. */
    this.urls = {};
    this.listenAt = Array.from({ length: this.programs }, () => '127.0.0.1:0');
  }

  /** Starts it, again at the same addresses, and waits until it listens at all of them. */
  async start() {
    const listen = this.listenAt.flatMap((address) => ['--listen', address]);
    const args = ['serve', ...this.args, '--ledger', join(this.work, 'ledger'), ...listen, '--dashboard', this.dashboardAt];
    const env = { ...process.env, HOME: this.work, RUST_LOG: 'warn' };
    this.child = spawn(this.lwasc, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise((begun, fail) => {
      const late = setTimeout(() => fail(new Error(`the server does not begin:\n${said}`)), BEGINS_MS);
      this.child.once('exit', () => fail(new Error(`the server has ended:\n${said}`)));
      this.child.stderr.on('data', (part) => {
        said += part;
        const found = [...said.matchAll(/^(.*) listens on (http:\/\/(\S+))$/gm)];
        if (found.length <= this.programs) return;
        clearTimeout(late);
        [, , this.page, this.dashboardAt] = found.pop();
        this.listenAt = found.map(([, , , address]) => address);
        this.urls = Object.fromEntries(found.map(([, name, url]) => [name, url]));
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

  async post(program, path, body, headers = {}) {
    const response = await fetch(this.urls[program] + path, {
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
    return this.post('std.economy', '/transaction', { id, amount, currency: 'USD', timestamp, tx_type: 'Payment', ...more });
  }
}
