/**
 * Mutation testing of the tables, the catalogue of rules, the checks and the planner: changes one thing, and looks
 * whether a test fails.
 *
 *     npm run mutate -- [--seed 1] [--code 1500] [--rows 300] [--only src/checks/cert/keys.ts] [--output FILE] [--thorough | --quick]
 *
 * `--code` and `--rows` are the sizes of the samples; each row of a table and each check is in them anyway. `--only` may be
 * repeated. In the last pass the rows and checks that survived meet all tests, which takes minutes for each; with
 * `--thorough` the samples of rows do as well, and `--quick` leaves it out.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allMutations, randomFrom, sampleOf } from './catalogue.mjs';
import { runReached, runReloaded } from './run.mjs';
import { passes, testFiles } from './tests.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    code: { type: 'string', default: '1500' },
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

/** Every row and every check must be killed by a test. */
const isRequired = ({ isRow, isCheck }) => isRow === true || isCheck === true;

/** What must be killed, and a sample of the rest. */
function chosen(list, size) {
  const rest = list.filter((one) => !isRequired(one));
  return [...list.filter(isRequired), ...sampleOf(rest, size, random)];
}

const code = chosen(
  mutations.filter(({ isStatic }) => !isStatic),
  Number(values.code),
);
const rows = chosen(
  mutations.filter(({ isStatic }) => isStatic),
  Number(values.rows),
);
const start = Date.now();
/** Prints a line with the time since the start. */
function log(line) {
  console.log(`${((Date.now() - start) / 60_000).toFixed(1)} min: ${line}`);
}
log(
  `seed ${values.seed}: ${code.length + rows.length} of ${mutations.length} mutants (${code.length} of code, ${rows.length} of rows)`,
);

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

const reached = await runReached(
  all,
  code.map(({ id }) => id),
  testFiles(),
  kill,
);
log(`${killed.size} of ${code.length} mutants of code killed`);

const early = code.filter(({ id }) => reached.early.has(id) && !killed.has(id));
for (const [name, pass] of Object.entries(passes)) {
  const isTried = (one) => pass !== passes.all || (!values.quick && (values.thorough || isRequired(one)));
  const left = [...early, ...rows].filter((one) => !killed.has(one.id) && isTried(one));
  let [tried, last] = [0, Date.now()];
  await runReloaded(all, left, pass, {
    kill,
    revive: (id) => killed.delete(id),
    tried: () => {
      tried++;
      if (Date.now() - last < interval) return;
      last = Date.now();
      log(`pass ${name}: ${tried} of ${left.length} mutants of rows, and of code that runs once`);
    },
  });
  const survived = left.filter(({ id }) => !killed.has(id)).length;
  log(`pass ${name} killed ${left.length - survived} of ${left.length}`);
}

const survivors = [...code, ...rows].filter(({ id }) => !killed.has(id));
log(`${killed.size} killed, ${survivors.length} survived`);
for (const one of survivors) {
  const isReached = one.isStatic || reached.reached.has(one.id) || reached.early.has(one.id);
  console.log(`${describe(one)}${isReached ? '' : ' (not reached)'}`);
  write('SURVIVED', one);
}
process.exitCode = survivors.some(isRequired) ? 1 : 0;
