// Tokens as an editor's TextMate grammar cuts them: the engine and the regular expressions of VS Code, on one program.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './programs.mjs';

const require = createRequire(process.env.EDITOR_TOOLS ?? join(root, 'target/tools/editors/package.json'));
const textmate = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');

const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
const onigLib = oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)).then(() => ({
  createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text) => new oniguruma.OnigString(text),
}));

const FILES = { 'source.lwas': 'lwas.tmLanguage.json', 'markdown.lwas.codeblock': 'markdown.tmLanguage.json' };

const registry = new textmate.Registry({
  onigLib,
  loadGrammar: async (scope) => {
    const file = FILES[scope];
    if (!file) {
      return null;
    }
    const path = join(root, 'editors/vscode/syntaxes', file);
    return textmate.parseRawGrammar(readFileSync(path, 'utf8'), path);
  },
});

/** The grammar of a scope. */
export const grammar = (scope = 'source.lwas') => registry.loadGrammar(scope);

/** The lines of a program, each with its tokens: `{ start, end, text, scopes }`; and the scopes that are open behind each. */
export function tokens(grammar, program) {
  let state = textmate.INITIAL;
  return program.split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    const cut = tokens.map(({ startIndex, endIndex, scopes }) => ({
      start: startIndex,
      // A line's break counts as its last character.
      end: Math.min(endIndex, line.length),
      text: line.slice(startIndex, endIndex),
      scopes,
    }));
    return { line, tokens: cut.filter(({ start, end }) => end > start), depth: ruleStack.depth };
  });
}
