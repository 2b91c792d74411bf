/**
 * A runner of vitest that runs tests with mutants. Its three modes: it records which mutants each test reaches; it runs
 * each test once for every mutant that it is to try (`choice`, see choice.mjs); it runs the tests that one mutant was
 * loaded for (see reloaded.mjs). A mutant that some test killed is not tried again.
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
  const { wanted, choice, rows, killers } = JSON.parse(readFileSync(`${folder}/mutants.json`, 'utf8'));
  const state = {
    active: undefined,
    /** The mutant that the modules were loaded with. */
    loaded: undefined,
    /** The test file, where modules are loaded again. */
    file: undefined,
    /** If modules are loaded again without a mutant: the tests that are tried. */
    killers: new Set(killers),
    steps: 0,
    hits: new Set(),
    left: new Set(wanted),
    choice,
    note: (result) => appendFileSync(`${folder}/results`, `${JSON.stringify(result)}\n`),
    kill: (id, by) => {
      state.left.delete(id);
      state.note({ killed: id, by });
    },
  };
  // A mutant may loop forever. Whole lints take some hundred thousand steps.
  globalThis.__mutant = (id) => {
    if (state.active === undefined) state.hits.add(id);
    else if (++state.steps > 20_000_000) throw new Error('the mutant does not end');
    return state.active === id;
  };
  // A mutant with the same value is the original.
  globalThis.__value = (id, other, value) =>
    (value ?? undefined) !== other && globalThis.__mutant(id) ? other : value;
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
const nameOf = (test) => (state.loaded === undefined ? `${test.file.name} > ${test.name}` : pathOf(test));

export default class MutatingRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    if (state.loaded !== undefined) return this.tryLoaded(test, run);
    const name = nameOf(test);
    const chosen = state.choice?.[name]?.filter((id) => state.left.has(id)) ?? [];
    if (state.choice !== undefined && chosen.length === 0) return;
    state.steps = 0;
    for (const id of state.hits) state.left.has(id) && state.note({ early: id });
    state.hits = new Set();
    await run();
    if (state.choice === undefined) state.note({ test: name, hits: [...state.hits] });
    state.hits = new Set();
    for (const id of chosen) if (!(await this.tryMutant(test, run, id))) break;
    state.hits = new Set();
  }

  /** Returns whether the test can go on: it passes again without the mutant. */
  async tryMutant(test, run, id) {
    state.note({ trying: id });
    const isKilled = await fails(test, run, id);
    if (!isKilled) return true;
    if (await fails(test, run, undefined)) {
      state.note({ unrepeatable: test.name, file: test.file.name });
      return false;
    }
    state.kill(id, nameOf(test));
    return true;
  }

  async tryLoaded(test, run) {
    const [name, id] = [nameOf(test), state.loaded];
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
  state.steps = 0;
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
