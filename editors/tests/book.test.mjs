// The colours of the book: highlight.js, in the version that mdBook carries, with our definition.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { programs, root } from './programs.mjs';

const require = createRequire(process.env.EDITOR_TOOLS ?? join(root, 'target/tools/editors/package.json'));
const hljs = require('highlight.js');
hljs.registerLanguage('lwas', require(join(root, 'editors/book/lwas.js')));

/** A text in colours, `<class text>` for each. */
const coloured = (text) =>
  hljs
    .highlight('lwas', text)
    .value.replaceAll(/<span class="hljs-(\w+)">/g, '<$1 ')
    .replaceAll('</span>', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('&#x27;', "'");

for (const [text, expected] of [
  ['use std.ledger', '<keyword use> std.ledger'],
  [
    'state Account[id: Text] { owner: Text index }',
    '<keyword state> <type Account>[<attr id>: <type <built_in Text>>] { <attr owner>: <type <built_in Text>> <keyword index> }',
  ],
  ['const FEE = 2.9%', '<keyword const> <type FEE> = <number 2.9%>'],
  ['round(a.state * 1_000.50 USD)', '<built_in round>(a.state * <number 1_000.50> <type USD>)'],
  [
    'apply Sale { id: "a{x.in}" } at @2026-01-25T00:00:00Z',
    '<keyword apply> <type Sale> { <attr id>: <string "a<subst {x.in>}"> } <keyword at> <number @2026-01-25T00:00:00Z>',
  ],
  ['let state = expect + 1 // no', '<keyword let> state = expect + <number 1> <comment // no>'],
  ['expect f(if: none)', '<keyword expect> <title f>(<attr if>: <literal none>)'],
  [
    'sum(p.x for p in Payment over 24h where p.ok)',
    '<built_in sum>(p.x <keyword for> p <keyword in> <type Payment> <keyword over> <number 24h> <keyword where> p.ok)',
  ],
  ['"open', '<string "open>'],
]) {
  test(text, () => assert.equal(coloured(text), expected));
}

test('nothing but colours is added to any program', () => {
  for (const { name, text } of programs()) {
    const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };
    const { value } = hljs.highlight('lwas', text);
    const plain = value.replaceAll(/<\/?span[^>]*>/g, '').replaceAll(/&(\w+|#x27);/g, (_, name) => entities[name]);
    assert.equal(plain, text, name);
  }
});

test('a text ends on its line, and a comment too', () => {
  for (const { name, text } of programs()) {
    // A block is coloured as a whole; a span that crosses a line would leak into the next.
    for (const [, inside] of hljs.highlight('lwas', text).value.matchAll(/<span class="hljs-(?:string|comment)">([^<]*)/g)) {
      assert.ok(!inside.trimEnd().includes('\n'), `${name}: ${inside}`);
    }
  }
});
