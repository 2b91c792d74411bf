/** The test files that can kill mutants: hermetic, in this process, those that kill most first. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { likelihoods } from './choice.mjs';

const first = ['test/cases/cases.test.ts', 'test/issue/plan/', 'test/rules/', 'test/tables/', 'test/lint.test.ts'];

/** Start programs, write to disk, or compare files that are generated: slow, or no proof of behaviour. */
const unfit =
  /^test\/(?:oracles|hostile|repository|support|x509|scan)\/|issue\/(?:write|certify)\/|secrets\.test|launcher\.test/;

const slow = /remedies\.test|corpora\.test/;

/** In the order in which they run. */
function testFiles() {
  const files = readdirSync('test', { recursive: true })
    .map((name) => `test/${name}`)
    .filter((name) => name.endsWith('.test.ts') && !unfit.test(name));
  const place = (file) => {
    const index = first.findIndex((start) => file.startsWith(start));
    return (index < 0 ? first.length : index) + (slow.test(file) ? 100 : 0);
  };
  return files.sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

const files = testFiles().filter((file) => file !== first[0]);

/** About the tables, and quick. */
const ofTables = ['test/tables/', 'test/rules/'].flatMap((folder) => files.filter((file) => file.startsWith(folder)));

const texts = files
  .filter((file) => !ofTables.includes(file) && !slow.test(file))
  .map((file) => ({ file, text: `${file} ${readFileSync(file, 'utf8')}` }));

/** So many test files that contain words of a row try its mutants before all others do. */
const most = 5;

/** The test files that contain the rarest words of a mutant's row, and the name of its table. */
function likelyFiles({ file, words = [] }) {
  const places = likelihoods(texts, [basename(file, '.json'), ...words]);
  return texts
    .map((one, index) => ({ file: one.file, place: places[index] }))
    .filter((one) => one.place > 0)
    .sort((one, other) => other.place - one.place)
    .slice(0, most)
    .map((one) => one.file);
}

/**
 * What tries mutants of rows: each pass those that are left, the quickest first. Nearly all are killed by the first
 * cases or by the tests of the tables.
 *
 * @type {Readonly<Record<string, (mutant: object) => import('./reloaded.mjs').Pass>>}
 */
export const passes = {
  'few cases': () => ({ files: [], cases: [0, 8], pages: false }),
  tables: () => ({ files: ofTables, cases: [0, 0], pages: true }),
  'likely tests': (mutant) => ({ files: likelyFiles(mutant), cases: [8, 30], pages: false }),
  all: (mutant) => {
    const tried = [...ofTables, ...likelyFiles(mutant)];
    return { files: files.filter((file) => !tried.includes(file)), cases: [30, 150], pages: false };
  },
};
