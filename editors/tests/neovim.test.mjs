// Neovim itself, without a screen: opens a program with our settings, colours and folds it, and knows how the server starts.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './programs.mjs';

test('a program is recognised, coloured and folded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lwas-neovim-'));
  const source = join(root, 'editors/tree-sitter-lwas/src');
  mkdirSync(join(folder, 'parser'));
  const parser = join(folder, 'parser/lwas.so');
  const flags = ['-shared', '-fPIC', '-Wall', '-Wextra', '-Werror', '-I', source, '-o', parser];
  execFileSync('cc', [...flags, join(source, 'parser.c'), join(source, 'scanner.c')]);
  const out = execFileSync(process.env.NVIM ?? 'nvim', ['--clean', '--headless', '-l', join(root, 'editors/tests/neovim.lua')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_STATE_HOME: folder,
      XDG_CACHE_HOME: folder,
      LWAS_PROGRAM: join(root, 'examples/marketplace/main.lwas'),
      LWAS_PLUGIN: join(root, 'editors/neovim'),
      LWAS_PARSERS: folder,
    },
  });
  const { words, ...told } = JSON.parse(out);
  assert.deepEqual(told, {
    filetype: 'lwas',
    commentstring: '// %s',
    shiftwidth: 2,
    coloured: true,
    mistakes: false,
    folded: 1,
    server: ['lwasc', 'lsp'],
    enabled: true,
  });
  const expected = { use: 'keyword', rule: 'keyword', fn: 'keyword.function', '///': 'comment.documentation', let: 'keyword' };
  for (const [word, capture] of Object.entries(expected)) {
    const found = words.filter((one) => one.word === word);
    assert.ok(found.length > 0, word);
    for (const { captures } of found) {
      assert.ok(captures.includes(capture), `${word}: ${captures}`);
    }
  }
});
