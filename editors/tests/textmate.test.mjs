// The TextMate grammar, which VS Code and others colour with: nothing that opens on a line stays open behind it, and what it
// says of a token is what the grammar for tree-sitter says, which is exact. Scopes of a few programs are kept as they are.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { monsters, programs, root, sentences } from './programs.mjs';
import { grammar, tokens } from './textmate.mjs';
import { numberOf, treeSitter, written } from './tree-sitter.mjs';

const lwas = await grammar();
const scopeOf = (token) => token.scopes.at(-1);
const has = (token, scope) => token.scopes.some((one) => one.startsWith(scope));

test('every rule that the grammar includes is there', () => {
  const text = readFileSync(join(root, 'editors/vscode/syntaxes/lwas.tmLanguage.json'), 'utf8');
  const { repository } = JSON.parse(text);
  for (const [, name] of text.matchAll(/"include": "#(\w+)"/g)) {
    assert.ok(repository[name], name);
  }
});

test('nothing stays open behind the end of its line', () => {
  for (const { name, text } of [...programs(), ...sentences(), ...monsters]) {
    for (const [number, { line, depth }] of tokens(lwas, text).entries()) {
      assert.equal(depth, 1, `${name}, line ${number + 1}: ${line}`);
    }
  }
});

test('what is well written has nothing that is marked as wrong', () => {
  for (const { name, text } of [...programs(), ...sentences()].filter((program) => program.well)) {
    const wrong = tokens(lwas, text).flatMap(({ tokens }) => tokens.filter((token) => has(token, 'invalid')));
    assert.deepEqual(wrong, [], name);
  }
});

/** What a token of each kind may be called. */
const KINDS = {
  comment: /^comment\./,
  text: /^string\./,
  escape: /^constant\.character\.escape/,
  number: /^constant\.numeric/,
  literal: /^constant\.language/,
  currency: /^constant\.other\.currency/,
  attribute: /^entity\.other\.attribute-name/,
  word: /^(keyword|storage)\./,
  label: /^variable\.other\.property/,
  name: /^(variable|entity|support|constant\.other|constant\.language)/,
  sign: /^keyword\.operator/,
};

/** What tree-sitter says of the tokens of programs, program by program. */
function classes(programs) {
  const query = join(root, 'editors/tests/classes.scm');
  const { out, err, status } = treeSitter('query', '--captures', query, '--paths', written(programs, 'compared'));
  assert.equal(status, 0, err);
  const found = programs.map(() => []);
  let current;
  for (const line of out.split('\n')) {
    const capture = /capture: \d+ - (\w+), start: \((\d+), (\d+)\), end: \((\d+), (\d+)\)/.exec(line);
    if (capture) {
      const [row, column, endRow, end] = capture.slice(2).map(Number);
      assert.equal(row, endRow, line);
      current.push({ kind: capture[1], row, column, end });
    } else if (line.endsWith('.lwas')) {
      current = found[numberOf(line)];
    }
  }
  return found;
}

test('a token is called what tree-sitter calls it', () => {
  const well = programs().filter((program) => program.well);
  const differing = [];
  let compared = 0;
  for (const [number, captures] of classes(well).entries()) {
    const lines = tokens(lwas, well[number].text);
    // The first capture of a node is the most exact one.
    const seen = new Set();
    for (const { kind, row, column, end } of captures) {
      const place = `${row}:${column}`;
      if (column === end || seen.has(place)) {
        continue;
      }
      seen.add(place);
      const { line, tokens } = lines[row];
      // tree-sitter counts bytes.
      const at = Buffer.from(line).subarray(0, column).toString().length;
      const token = tokens.find(({ start, end }) => start <= at && at < end);
      compared++;
      if (!KINDS[kind].test(scopeOf(token)) && !(kind === 'comment' && has(token, 'comment'))) {
        differing.push(`${well[number].name}:${row + 1}:${at + 1}: ${kind}, but ${scopeOf(token)}: ${line.trim()}`);
      }
    }
  }
  assert.ok(compared > 50_000, `only ${compared} tokens were compared`);
  assert.deepEqual(differing, []);
});

/** Programs whose scopes are kept: `LWAS_BLESS=1` keeps what they are now. */
const KEPT = ['editors/tree-sitter-lwas/test/highlight/names.lwas', 'tests/ui/syntax/texts.lwas'];

for (const name of KEPT) {
  test(`scopes of ${name}`, () => {
    const lines = tokens(lwas, readFileSync(join(root, name), 'utf8'));
    const shown = lines.map(({ line, tokens }) => {
      const told = tokens.filter(({ text }) => text.trim() !== '').map((token) => {
        const scopes = token.scopes.slice(1).map((scope) => scope.replace(/\.lwas$/, ''));
        return `  ${token.text.trim()}  ${scopes.join(' ')}`;
      });
      return [line, ...told].join('\n');
    });
    const path = join(root, 'editors/tests/snapshots', `${name.replaceAll('/', '-').replace(/\.lwas$/, '')}.txt`);
    const text = `${shown.join('\n')}\n`;
    if (process.env.LWAS_BLESS) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
    assert.ok(existsSync(path), `${path}: LWAS_BLESS=1 writes it`);
    assert.equal(readFileSync(path, 'utf8'), text, 'LWAS_BLESS=1 keeps what the scopes are now: read the difference');
  });
}
