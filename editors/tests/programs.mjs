// The programs that the grammars of editors are tried on: all that the repository holds. Each comes with whether it is written
// as the language wants it, mistakes of other kinds apart: those of writing have codes that begin with `E01`.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The repository's folder. */
export const root = resolve(import.meta.dirname, '../..');

/** Files anywhere below a folder whose name ends so. */
export function filesUnder(folder, ending) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      found.push(...filesUnder(path, ending));
    } else if (entry.name.endsWith(ending)) {
      found.push(path);
    }
  }
  return found;
}

/** Whether a golden program says by its marks that something in it is not written as the language wants it. */
const isMarked = (text) => /\/\/~\^* E01/.test(text);

const ITEM =
  /^(@|(use|accept|const|currency|enum|record|event|state|journal|fn|action|query|rule|axiom|belief|alert|test|private) )/;

/** A page may show statements alone: then they are put into a test. */
function whole(text) {
  const first = text.split('\n').find((line) => line !== '' && !line.startsWith('//'));
  return first === undefined || ITEM.test(first) ? text : `test "a part" {\n${text}}\n`;
}

/** The blocks of a page. */
function blocks(path) {
  const page = readFileSync(path, 'utf8');
  // The first program of a page on such a code is the mistake that the page is about.
  const wrongFirst = /spec\/errors\/E01\d+\.md$/.test(path);
  return [...page.matchAll(/^```lwas\n(.*?)^```$/gms)].map(([, text], number, all) => ({
    name: `${relative(root, path)}:${page.slice(0, all[number].index).split('\n').length + 1}`,
    text: wrongFirst ? text : whole(text),
    // What is left out is written as `{ … }`.
    well: !isMarked(text) && !text.includes('{ … }') && !(wrongFirst && number === 0),
  }));
}

/** All programs: files, and blocks of pages. */
export function programs() {
  const files = ['examples', 'lwas-std', 'tests'].flatMap((folder) => filesUnder(join(root, folder), '.lwas'));
  const pages = ['docs', 'spec', 'examples', 'editors'].flatMap((folder) => filesUnder(join(root, folder), '.md'));
  pages.push(...readdirSync(root).filter((name) => name.endsWith('.md')).map((name) => join(root, name)));
  const fromFiles = files.map((path) => {
    const text = readFileSync(path, 'utf8');
    return { name: relative(root, path), text, well: !isMarked(text) };
  });
  return [...fromFiles, ...pages.flatMap(blocks)];
}

/** What nobody would write, and an editor may be given. */
export const monsters = [
  { name: 'parentheses', text: `const A = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n` },
  { name: 'braces that nobody closes', text: `const A = ${'{'.repeat(20_000)}\n` },
  { name: 'a text of holes', text: `const A = "${'x{a}'.repeat(20_000)}"\n` },
  { name: 'a text of holes that nobody closes', text: `const A = "${'{ \\" '.repeat(5_000)}\n` },
  { name: 'points', text: `const A = ${'a.'.repeat(20_000)}b\n` },
  { name: 'calls that could be of two kinds', text: `fn f() -> Int { ${'count(a, '.repeat(300)}1${')'.repeat(300)} }\n` },
];

/** Programs that `spec/grammar.md` derives, which a test of the parser has written down. */
export function sentences() {
  const folder = join(root, 'target/tmp/sentences');
  if (!statSync(folder, { throwIfNoEntry: false })) {
    throw new Error(`nothing is in ${folder}: cargo test -p lwas-syntax --test syntax -- --ignored sentences_are_written`);
  }
  return filesUnder(folder, '.lwas').map((path) => ({
    name: relative(root, path), text: readFileSync(path, 'utf8'), well: true,
  }));
}
