// Runs tree-sitter on programs. They are written into a folder of their own, one a file with a number for a name, because most
// of them are blocks of pages.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './programs.mjs';

export const grammar = join(root, 'editors/tree-sitter-lwas');

// Where the command keeps the parser that it compiles: here, since another copy of the repository has another one.
const settings = { TREE_SITTER_LIBDIR: join(root, 'target/tools/parsers'), RUST_BACKTRACE: '0', ...process.env };

/** What the command says, with more settings where they come first. */
export function treeSitter(...args) {
  const more = typeof args[0] === 'object' ? args.shift() : {};
  const command = process.env.TREE_SITTER ?? join(root, 'target/tools/bin/tree-sitter');
  const ran = spawnSync(command, args, {
    cwd: grammar,
    env: { ...settings, ...more },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (ran.error) {
    throw ran.error;
  }
  return { status: ran.status, signal: ran.signal, out: ran.stdout, err: ran.stderr };
}

/** Writes programs down; the answer is a file that lists them, as `--paths` wants it. */
export function written(programs, name) {
  const folder = join(root, 'target/tmp/editors', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const paths = programs.map((program, number) => {
    const path = join(folder, `${number}.lwas`);
    writeFileSync(path, program.text);
    return path;
  });
  const list = join(folder, 'list');
  writeFileSync(list, `${paths.join('\n')}\n`);
  return list;
}

/** The number of the program that was written into a file. */
export const numberOf = (path) => Number(basename(path, '.lwas'));
