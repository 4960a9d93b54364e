// Names that the language has are written down in three grammars: each has those of the checker, and no others.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './programs.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const found = (text, pattern) => {
  const [, list] = pattern.exec(text) ?? assert.fail(`nothing looks like ${pattern}`);
  return list;
};
const quoted = (text) => [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word);
const sorted = (words) => [...new Set(words)].sort();

const builtins = quoted(found(read('lwasc/check/src/body/builtin.rs'), /const NAMES: &\[&str\] = &\[(.*?)\];/s));
const aggregates = quoted(found(read('lwasc/check/src/body/aggregate.rs'), /const NAMES: \[&str; \d+\] = \[(.*?)\];/s));
const types = quoted(found(read('lwasc/check/src/declare/types.rs'), /fn built_in\(.*?match name \{(.*?)\};/s));

// `Money(…)` is told by its capital; `alerts` is a query of every program, and `zip` stands only where a loop begins.
const FUNCTIONS = sorted([...builtins, ...aggregates, 'alerts', 'zip'].filter((name) => name !== 'Money'));
const TYPES = sorted([...types, 'List', 'Map']);

const queries = read('editors/tree-sitter-lwas/queries/highlights.scm');
const textmate = read('editors/vscode/syntaxes/lwas.tmLanguage.json');
const book = read('editors/book/lwas.js');


/** The words of the rule with which the grammar of TextMate finds what it calls so. */
function rule(scope) {
  const { match } = JSON.parse(textmate).repository.names.patterns.find(({ name }) => name === scope);
  return found(match, /\(\?:([\w|]+)\)/).split('|');
}

/** The words of a constant of the book's script. */
const constant = (name) => found(book, new RegExp(`const ${name} =(.*?);`, 's')).match(/\w+/g);

const LISTS = {
  'the queries of tree-sitter': {
    functions: quoted(found(queries, /any-of\? @function\.builtin\n(.*?)\)\)/s)),
    types: quoted(found(queries, /any-of\? @type\.builtin\n(.*?)\)\)/s)),
  },
  'the grammar of TextMate': { functions: rule('support.function.lwas'), types: rule('support.type.lwas') },
  'the colours of the book': { functions: constant('FUNCTIONS'), types: constant('TYPES') },
};

for (const [where, { functions, types }] of Object.entries(LISTS)) {
  test(`${where} know the functions and types that the language has`, () => {
    assert.deepEqual(sorted(functions), FUNCTIONS);
    assert.deepEqual(sorted(types), TYPES);
  });
}

test('the grammar of tree-sitter reserves what the language reserves', () => {
  const reserved = found(read('spec/grammar.md'), /\*\*Reserved\*\* are `([a-z ]+)`/).split(' ');
  const grammar = found(read('editors/tree-sitter-lwas/grammar.js'), /const RESERVED = \[(.*?)\];/s);
  const scanner = found(read('editors/tree-sitter-lwas/src/scanner.c'), /RESERVED\[\] = \{(.*?)\};/s);
  assert.deepEqual(sorted(grammar.match(/\w+/g)), sorted(reserved));
  assert.deepEqual(sorted(quoted(scanner)), sorted(reserved));
});
