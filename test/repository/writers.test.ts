import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

/** Imports from node:fs that only read. */
const reading =
  /^(?:(?:type )?(?:Dirent|Stats)|constants|(?:access|close|exists|fstat|lstat|open|readdir|readFile|readlink|read|realpath|stat|statfs)(?:Sync)?|createReadStream)$/;

/** The only files that may change files: the writer of nodes, and the one that writes reports to requested files. */
const writers = ['src/cli/terminal/report-files.ts', 'src/issue/write/disk.ts'];

/** Writes, but only to stdout: `writeSync(1, …)`. */
const answering = 'src/cli/quick.ts';

/** The names in each import from node:fs: `{ a, b as c }` or `fs, { a }` → single names. */
const imported = (text: string): readonly string[] =>
  [...text.matchAll(/import ([^;]+?) from '(?:node:)?fs(?:\/promises)?'/g)].flatMap(([, names = '']) =>
    names
      .replace(/^type /, '')
      .replace(/[{}]/g, ',')
      .split(',')
      .map((name) => name.trim().replace(/ as \w+$/, ''))
      .filter((name) => name !== ''),
  );

test('nothing but the writers changes a file', () => {
  const changing = sources().filter((path) => imported(readText(path)).some((name) => !reading.test(name)));
  expect(changing.sort()).toEqual([answering, ...writers].sort());
  const text = readText(answering);
  expect(imported(text).filter((name) => !reading.test(name))).toEqual(['writeSync']);
  // One in the import, the other to stdout.
  expect(text.match(/\bwriteSync\b(?:\(1,)?/g)).toEqual(['writeSync', 'writeSync(1,']);
});

test('no type assertion goes around the gate of the writer', () => {
  expect(sources().filter((path) => /\bas LintedBatch\b|<LintedBatch>/.test(readText(path)))).toEqual([]);
});

test('nothing writes to a stream past what keeps commands out of the log of a job', () => {
  const printing = sources().filter((path) => /\bstd(?:out|err)\.write\(|\bconsole\./.test(readText(path)));
  // The second one makes ASCII of what the first one writes.
  expect(printing.sort()).toEqual(['src/cli/terminal/messages.ts', 'src/cli/terminal/terminal.ts']);
});
