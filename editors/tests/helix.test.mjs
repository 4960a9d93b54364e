// What Helix is given: the queries of the grammar in its names, and settings that name what there is. `LWAS_BLESS=1` writes the
// queries anew.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { programs, root } from './programs.mjs';
import { grammar, treeSitter, written } from './tree-sitter.mjs';

const queries = join(root, 'editors/helix/queries/lwas');

/** What Helix calls things otherwise. */
const NAMES = {
  boolean: 'constant.builtin.boolean',
  comment: 'comment.line',
  'comment.documentation': 'comment.line.documentation',
  'function.call': 'function',
  'keyword.conditional': 'keyword.control.conditional',
  'keyword.modifier': 'keyword.storage.modifier',
  'keyword.repeat': 'keyword.control.repeat',
  'local.definition': 'local.definition.variable',
  module: 'namespace',
  number: 'constant.numeric',
  'string.escape': 'constant.character.escape',
  'variable.member': 'variable.other.member',
};

for (const name of ['highlights.scm', 'locals.scm']) {
  test(`${name} is that of the grammar in the names of Helix`, () => {
    const ours = readFileSync(join(grammar, 'queries', name), 'utf8');
    const head = `; Made from editors/tree-sitter-lwas/queries/${name}, in the names of Helix.\n`;
    const named = (_, name) => `@${Object.hasOwn(NAMES, name) ? NAMES[name] : name}`;
    const theirs = head + ours.replaceAll(/@([a-z][a-z.]*)/g, named);
    if (process.env.LWAS_BLESS) {
      writeFileSync(join(queries, name), theirs);
    }
    assert.equal(readFileSync(join(queries, name), 'utf8'), theirs, 'LWAS_BLESS=1 makes it anew');
  });
}

test('every query is about nodes that there are', () => {
  const list = written(programs().filter(({ name }) => name.startsWith('examples/')), 'helix');
  for (const name of readdirSync(queries)) {
    const ran = treeSitter('query', '--captures', join(queries, name), '--paths', list);
    assert.equal(ran.status, 0, `${name}: ${ran.err}`);
    assert.match(ran.out, /capture|- \w/, name);
  }
});
