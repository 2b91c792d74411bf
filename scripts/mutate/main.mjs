/**
 * Mutation testing of the tables, the catalogue of rules, the checks and the planner: changes one thing, and looks
 * whether a test fails.
 *
 *     npm run mutate -- [--seed 1] [--code 1500] [--rows 300] [--only src/checks/keys.ts] [--output FILE] [--quick]
 *
 * `--code` and `--rows` are the sizes of the samples; each row of a table and each check is in them anyway. `--quick` tries
 * rows only on the cases and the page of the rules.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { allMutations, randomFrom, sampleOf } from './catalogue.mjs';
import { isKilledBy, runReached, runReloaded } from './run.mjs';
import { otherTestFiles, testFiles } from './tests.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    code: { type: 'string', default: '1500' },
    rows: { type: 'string', default: '300' },
    only: { type: 'string', default: '' },
    output: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

function describe({ file, line, operator }) {
  return `${file}:${line}: ${operator}`;
}

// The processes of vitest end with this one.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const random = randomFrom(Number(values.seed));
const all = allMutations();
const mutations = all.filter(({ file }) => file.startsWith(values.only));

/** Every row and every check must be killed by a test. */
const isRequired = ({ isRow, isCheck }) => isRow === true || isCheck === true;

/** What must be killed, and a sample of the rest. */
function chosen(list, size) {
  const required = list.filter(isRequired);
  return [
    ...required,
    ...sampleOf(
      list.filter((one) => !required.includes(one)),
      size,
      random,
    ),
  ];
}

const code = chosen(
  mutations.filter(({ isStatic }) => !isStatic),
  Number(values.code),
);
const rows = chosen(
  mutations.filter(({ isStatic }) => isStatic),
  Number(values.rows),
);
console.log(
  `seed ${values.seed}: ${code.length + rows.length} of ${mutations.length} mutants (${code.length} of code, ${rows.length} of rows)`,
);

const killed = new Map();
const reached = await runReached(
  all,
  code.map(({ id }) => id),
  testFiles(),
);
for (const [id, by] of reached.killed) killed.set(id, by);
console.log(`${killed.size} of ${code.length} mutants of code killed`);

const early = code.filter(({ id }) => reached.early.has(id) && !killed.has(id));
const reloaded = [...early, ...rows];
const byRow = await runReloaded(all, reloaded);
for (const [id, by] of byRow.killed) killed.set(id, by);
console.log(
  `${byRow.killed.size} of ${reloaded.length} mutants of rows, and of code that runs once, killed by the cases`,
);

for (const one of values.quick ? [] : reloaded.filter(({ id }) => !killed.has(id))) {
  if (await isKilledBy(all, one, otherTestFiles())) killed.set(one.id, 'a test of another file');
}

const survivors = [...code, ...rows].filter(({ id }) => !killed.has(id));
console.log(`${killed.size} killed, ${survivors.length} survived`);
for (const one of survivors) {
  const isReached = one.isStatic || reached.reached.has(one.id) || reached.early.has(one.id);
  console.log(`${describe(one)}${isReached ? '' : ' (not reached)'}`);
}
if (values.output) {
  const lines = [...code, ...rows].map(
    (one) => `${killed.has(one.id) ? 'killed' : 'SURVIVED'}\t${describe(one)}\t${killed.get(one.id) ?? ''}`,
  );
  writeFileSync(values.output, `${lines.join('\n')}\n`);
}
process.exitCode = survivors.some(isRequired) ? 1 : 0;
