/**
 * Mutation testing of the tables and of the catalogue of rules: changes one thing, and looks whether a test fails.
 *
 *     npm run mutate -- [--seed 1] [--rows 300] [--only FILE] [--output FILE] [--thorough | --quick]
 *
 * `--rows` is the size of the sample; each row of a table is in it anyway. `--only` may be repeated. In the last pass
 * the rows that survived meet all tests, which takes minutes for each; with `--thorough` the sample does as well, and
 * `--quick` leaves it out.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allMutations, randomFrom, sampleOf } from './catalogue.mjs';
import { runReloaded } from './run.mjs';
import { passes } from './tests.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rows: { type: 'string', default: '300' },
    only: { type: 'string', multiple: true, default: [''] },
    output: { type: 'string' },
    quick: { type: 'boolean', default: false },
    thorough: { type: 'boolean', default: false },
  },
});

/** Milliseconds between two lines about the progress. */
const interval = 60_000;

function describe({ file, line, operator }) {
  return `${file}:${line}: ${operator}`;
}

// The processes of vitest end with this one.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const random = randomFrom(Number(values.seed));
const all = allMutations();
const mutations = all.filter(({ file }) => values.only.some((start) => file.startsWith(start)));

/** Each row must be killed by a test; of the rest there is a sample. */
const rows = [
  ...mutations.filter(({ isRow }) => isRow),
  ...sampleOf(
    mutations.filter(({ isRow }) => !isRow),
    Number(values.rows),
    random,
  ),
];

const start = Date.now();
/** Prints a line with the time since the start. */
function log(line) {
  console.log(`${((Date.now() - start) / 60_000).toFixed(1)} min: ${line}`);
}
log(`seed ${values.seed}: ${rows.length} of ${mutations.length} mutants`);

/** What became of mutants is written as it happens. */
function write(state, one, by = '') {
  if (values.output) appendFileSync(values.output, `${state}\t${describe(one)}\t${by}\n`);
}
if (values.output) writeFileSync(values.output, '');

const killed = new Set();
function kill(id, by) {
  if (killed.has(id)) return;
  killed.add(id);
  write('killed', all[id], by);
}

for (const [name, pass] of Object.entries(passes)) {
  const isTried = (one) => pass !== passes.all || (!values.quick && (values.thorough || one.isRow));
  const left = rows.filter((one) => !killed.has(one.id) && isTried(one));
  let [tried, last] = [0, Date.now()];
  await runReloaded(all, left, pass, {
    kill,
    revive: (id) => killed.delete(id),
    tried: () => {
      tried++;
      if (Date.now() - last < interval) return;
      last = Date.now();
      log(`pass ${name}: ${tried} of ${left.length} mutants`);
    },
  });
  const survived = left.filter(({ id }) => !killed.has(id)).length;
  log(`pass ${name} killed ${left.length - survived} of ${left.length}`);
}

const survivors = rows.filter(({ id }) => !killed.has(id));
log(`${killed.size} killed, ${survivors.length} survived`);
for (const one of survivors) {
  console.log(describe(one));
  write('SURVIVED', one);
}
process.exitCode = survivors.some(({ isRow }) => isRow) ? 1 : 0;
