/** All mutations of the tables and the catalogue, each with an id. */
import { readdirSync, readFileSync } from 'node:fs';
import { linesOf, rowMutationsOf, wordsOf } from './rows.mjs';

const folders = ['rules/tables', 'rules/catalog'];

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);

/** @returns {readonly object[]} mutations with `id`, `file`, `line`, `operator`, and `isRow` where it must be killed */
export function allMutations() {
  return folders
    .flatMap((folder) => filesIn(folder))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const data = JSON.parse(text);
      const lineOf = linesOf(text);
      return rowMutationsOf(data).map((one) => ({
        ...one,
        file,
        words: wordsOf(data, one.path),
        line: lineOf(one.path),
        operator: `${one.path.join('.')}: ${one.operator}`,
      }));
    })
    .map((one, id) => ({ ...one, id }));
}

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A sample of a list; all of it if it is not longer. */
export function sampleOf(list, size, random) {
  const rest = [...list];
  while (rest.length > size) rest.splice(Math.floor(random() * rest.length), 1);
  return rest;
}
