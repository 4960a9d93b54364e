// The packed extension of VS Code: what must be in it is, what its manifest names is there, and its program can be loaded.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { root } from './programs.mjs';

const tools = process.env.EDITOR_TOOLS ?? join(root, 'target/tools/editors/package.json');
const require = createRequire(tools);
const folder = mkdtempSync(join(tmpdir(), 'lwas-vsix-'));
const extension = join(folder, 'extension');
const inside = (name) => readFileSync(join(extension, name));
const files = [];

before(async () => {
  const zip = require('yauzl');
  const packed = await new Promise((done, fail) =>
    zip.open(join(dirname(tools), 'dist/lwas.vsix'), { lazyEntries: true }, (error, file) => (error ? fail(error) : done(file))),
  );
  await new Promise((done, fail) => {
    packed.on('error', fail).on('end', done);
    packed.on('entry', (entry) => {
      packed.openReadStream(entry, async (error, stream) => {
        if (error) {
          return fail(error);
        }
        const path = join(folder, entry.fileName);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, Buffer.concat(await stream.toArray()));
        files.push(entry.fileName);
        packed.readEntry();
      });
    });
    packed.readEntry();
  });
});

test('what must be in it is in it, and nothing else', () => {
  assert.deepEqual(files.sort(), [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension/LICENSE-APACHE',
    'extension/LICENSE-MIT',
    'extension/LICENSE.md',
    'extension/changelog.md',
    'extension/dist/NOTICES.txt',
    'extension/dist/extension.js',
    'extension/images/file.svg',
    'extension/images/icon.png',
    'extension/language-configuration.json',
    'extension/package.json',
    'extension/readme.md',
    'extension/snippets/lwas.json',
    'extension/syntaxes/lwas.tmLanguage.json',
    'extension/syntaxes/markdown.tmLanguage.json',
  ]);
});

test('the files that its manifest names are there, and are what they should be', () => {
  const { main, icon, contributes } = JSON.parse(inside('package.json'));
  const named = [
    main,
    icon,
    ...contributes.grammars.map(({ path }) => path),
    ...contributes.snippets.map(({ path }) => path),
    ...contributes.languages.flatMap((language) => [language.configuration, ...Object.values(language.icon)]),
  ];
  for (const name of named) {
    const text = inside(name);
    assert.ok(text.length > 0, name);
    if (name.endsWith('.json')) {
      JSON.parse(text);
    }
  }
  assert.deepEqual([...inside(icon).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert.equal(inside(icon).readUInt32BE(16), 256);
});

test('the licences are those of the repository, and each package that went in has its own', () => {
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) {
    assert.ok(inside(name).equals(readFileSync(join(root, name))), name);
  }
  const notices = inside('dist/NOTICES.txt').toString();
  for (const name of ['vscode-languageclient', 'vscode-jsonrpc', 'semver']) {
    assert.match(notices, new RegExp(`^${name} `, 'm'));
  }
});

test('its program loads with nothing but what VS Code gives it', () => {
  const asked = new Set();
  const load = Module._load;
  // Whatever is asked of VS Code here is something that can be called, made and asked again.
  const anything = new Proxy(class {}, { get: (target, key) => (key === 'prototype' ? target.prototype : anything) });
  Module._load = (name, ...rest) => {
    asked.add(name);
    return name === 'vscode' ? anything : load(name, ...rest);
  };
  try {
    const { activate, deactivate } = require(join(extension, 'dist/extension.js'));
    assert.deepEqual([typeof activate, typeof deactivate], ['function', 'function']);
  } finally {
    Module._load = load;
  }
  assert.ok(asked.has('vscode'));
  const foreign = [...asked].filter((name) => name !== 'vscode' && !name.endsWith('extension.js') && !Module.isBuiltin(name));
  assert.deepEqual(foreign, []);
});

test('indentation and continued comments are told from lines', () => {
  const { indentationRules, onEnterRules, wordPattern } = JSON.parse(inside('language-configuration.json'));
  const increases = new RegExp(indentationRules.increaseIndentPattern);
  const decreases = new RegExp(indentationRules.decreaseIndentPattern);
  for (const line of ['rule a on B as b {', '  ledger.post([', '  f(', 'axiom a { // why', '  let x = f("{a}", [']) {
    assert.match(line, increases);
  }
  for (const line of ['state A[id: Text] { b: Int }', '// a {', '  let x = "a {', '}', '  let x = "{"']) {
    assert.doesNotMatch(line, increases);
  }
  assert.match('  }', decreases);
  assert.doesNotMatch('  x }', decreases);
  assert.match('  /// It', new RegExp(onEnterRules[0].beforeText));
  assert.doesNotMatch('//// no', new RegExp(onEnterRules[0].beforeText));
  assert.deepEqual('a_1 2.90% -5'.match(new RegExp(wordPattern, 'g')), ['a_1', '2.90%', '-5']);
});
