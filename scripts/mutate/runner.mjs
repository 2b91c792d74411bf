/**
 * A runner of vitest that runs the tests that one mutant was loaded for (see reloaded.mjs). A mutant that some test
 * killed is not tried again.
 *
 * It appends a line of JSON for each result to the file `results` of the folder in PKI_LINT_MUTATE.
 */
import fs, { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { TestRunner } from 'vitest';
import { mutated } from './rows.mjs';

const folder = process.env.PKI_LINT_MUTATE;
/** The one that is not replaced. */
const { readFileSync } = fs;

/** JSON with the spaces of the tables: tests look for `"from": ["1.24.11"`. */
const textOf = (data) => JSON.stringify(data, null, 1).replace(/(\[?)\n */g, (_, bracket) => bracket || ' ');

/** Shared by all test files of a process. */
function start() {
  const { rows, killers } = JSON.parse(readFileSync(`${folder}/mutants.json`, 'utf8'));
  const state = {
    active: undefined,
    /** The mutant that the modules were loaded with; null for none. */
    loaded: undefined,
    /** The test file whose tests are tried. */
    file: undefined,
    /** If modules are loaded again without a mutant: the tests that are tried. */
    killers: new Set(killers),
    left: new Set(rows.map(({ id }) => id)),
    note: (result) => appendFileSync(`${folder}/results`, `${JSON.stringify(result)}\n`),
    kill: (id, by) => {
      state.left.delete(id);
      state.note({ killed: id, by });
    },
  };
  globalThis.__rows = (file, data) => {
    const row = rows.find((one) => one.id === state.active && one.file === file);
    return row === undefined ? data : mutated(data, row);
  };
  // Tests that read a table as a file find the same rows.
  fs.readFileSync = (path, ...options) => {
    const row = rows.find((one) => one.id === state.active && one.path && String(path).endsWith(`/${one.file}`));
    return row ? textOf(mutated(JSON.parse(readFileSync(path, 'utf8')), row)) : readFileSync(path, ...options);
  };
  syncBuiltinESMExports();
  return state;
}

globalThis.__mutation ??= start();
const state = globalThis.__mutation;

const pathOf = (test) => (test.suite === undefined ? test.name : `${pathOf(test.suite)} > ${test.name}`);

export default class MutatingRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    const [name, id] = [pathOf(test), state.loaded];
    if (!(id === null ? state.killers.has(name) : state.left.has(id))) return;
    state.note({ trying: id });
    state.file = name.split(' > ')[0];
    // Twice, because a test may take too long once.
    for (const _ of [1, 2]) if (!(await fails(test, run, id ?? undefined))) return;
    if (id === null) state.note({ unfit: name });
    else if (state.left.has(id)) state.kill(id, name);
  }
}

/** Whether a test fails with a mutant. */
async function fails(test, run, id) {
  state.active = id;
  try {
    await run();
    // `expect.soft` does not throw.
    return test.result?.state === 'fail';
  } catch {
    return true;
  } finally {
    state.active = undefined;
    if (test.result) Object.assign(test.result, { state: 'run', errors: undefined });
  }
}
