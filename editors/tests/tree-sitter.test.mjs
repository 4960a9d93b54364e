// The grammar for tree-sitter reads what the language's own parser reads: each program of the repository and each sentence that
// `spec/grammar.md` derives, without a node for a mistake. What is not well written must not stop it either.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { monsters, programs, sentences } from './programs.mjs';
import { grammar, numberOf, treeSitter, written } from './tree-sitter.mjs';

/** The programs in which a mistake was found, with its place. */
function mistakes(programs, name) {
  const ran = treeSitter('parse', '--quiet', '--stat', '--paths', written(programs, name));
  assert.equal(ran.signal, null, ran.err);
  const parses = /Total parses: (\d+)/.exec(ran.out);
  assert.equal(Number(parses?.[1]), programs.length, ran.err + ran.out.slice(-500));
  return [...ran.out.matchAll(/^(\S+\.lwas)\s.*\((ERROR|MISSING)(.*)\)$/gm)].map(
    ([, path, kind, place]) => `${programs[numberOf(path)].name}: ${kind}${place}`,
  );
}

test('the generated parser is that of the grammar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lwas-grammar-'));
  const ran = treeSitter('generate', '--output', folder);
  assert.equal(ran.status, 0, ran.err);
  for (const name of ['parser.c', 'grammar.json', 'node-types.json']) {
    const same = readFileSync(join(folder, name)).equals(readFileSync(join(grammar, 'src', name)));
    assert.ok(same, `${name} is not what \`tree-sitter generate\` makes of grammar.js: run it in editors/tree-sitter-lwas`);
  }
});

test('every program that is well written is read without a mistake', () => {
  const well = programs().filter((program) => program.well);
  assert.ok(well.length > 500, `only ${well.length} programs`);
  assert.deepEqual(mistakes(well, 'well'), []);
});

test('every sentence that the reference derives is read without a mistake', () => {
  const all = sentences();
  assert.ok(all.length >= 1000, `only ${all.length} sentences`);
  assert.deepEqual(mistakes(all, 'sentences'), []);
});

test('programs with mistakes are read to their end, and most are seen to have one', () => {
  const wrong = programs().filter((program) => !program.well);
  const cut = programs().flatMap(({ name, text }) => [
    { name: `${name}, its first half`, text: text.slice(0, text.length / 2) },
    { name: `${name}, without its first {`, text: text.replace('{', '') },
  ]);
  const found = mistakes(wrong, 'wrong');
  assert.ok(found.length > wrong.length / 2, `${found.length} of ${wrong.length}`);
  assert.ok(mistakes(cut, 'cut').length > cut.length / 4);
});

test('what nobody would write is read too', () => {
  assert.ok(mistakes(monsters, 'monsters').length > 0);
});

test('trees are those of the corpus, and colours those that the examples say', () => {
  const ran = treeSitter('test', '--show-fields');
  assert.equal(ran.status, 0, ran.out + ran.err);
});

test('a tree that follows edits is that of the edited text', () => {
  for (const seed of ['1', '2', '3']) {
    const ran = treeSitter({ TREE_SITTER_SEED: seed }, 'fuzz', '--iterations', '20', '--edits', '5');
    assert.equal(ran.status, 0, ran.err);
    // What fails is told, but not by the status.
    assert.doesNotMatch(ran.out + ran.err, /fail/i, `seed ${seed}`);
    assert.match(ran.out + ran.err, /lwas - corpus - lines/);
  }
});

test('every query is about nodes that there are, and finds some', () => {
  // The standard library, the examples, and the golden programs of what is written.
  const some = programs().filter(
    ({ name, well }) => well && /^(lwas-std|examples|tests\/ui\/(syntax|alerts|tests))\//.test(name),
  );
  const list = written(some, 'queried');
  const queries = readdirSync(join(grammar, 'queries'));
  assert.equal(queries.length, 6);
  for (const query of queries) {
    const path = join(grammar, 'queries', query);
    const ran = treeSitter('query', '--captures', path, '--paths', list);
    assert.equal(ran.status, 0, `${query}: ${ran.err}`);
    const text = readFileSync(path, 'utf8').replaceAll(/^;.*$/gm, '');
    const captures = new Set([...text.matchAll(/@[a-z][a-z.]*/g)].map(([name]) => name.slice(1)));
    for (const name of captures) {
      const seen = new RegExp(`(- |capture: )${name.replaceAll('.', '\\.')}, `).test(ran.out);
      assert.ok(seen, `${query}: @${name} is found in no program`);
    }
  }
});
