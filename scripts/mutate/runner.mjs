/**
 * A runner of vitest that runs each test once for every mutant that it is to try (see choice.mjs), until some test kills
 * the mutant. Without a choice it only records which mutants each test reaches.
 *
 * It appends a line of JSON for each result to the file `results` of the folder in PKI_LINT_MUTATE.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { TestRunner } from 'vitest';
import { mutated } from './rows.mjs';

const folder = process.env.PKI_LINT_MUTATE;
const note = (result) => appendFileSync(`${folder}/results`, `${JSON.stringify(result)}\n`);

/** Shared by all test files of a process. */
function start() {
  const { wanted, choice, rows, active } = JSON.parse(readFileSync(`${folder}/mutants.json`, 'utf8'));
  const state = {
    active,
    isFixed: active !== undefined,
    rows,
    steps: 0,
    hits: new Set(),
    left: new Set(wanted),
    choice,
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
  return state;
}

globalThis.__mutation ??= start();
const state = globalThis.__mutation;

const nameOf = (test) => `${test.file.name} > ${test.name}`;

export default class MutatingRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    state.steps = 0;
    if (state.isFixed || test.file.name.startsWith('scripts/')) return run();
    for (const id of state.hits) state.left.has(id) && note({ early: id });
    state.hits = new Set();
    await run();
    const name = nameOf(test);
    if (state.choice === undefined) note({ test: name, hits: [...state.hits] });
    const chosen = state.choice?.[name]?.filter((id) => state.left.has(id)) ?? [];
    state.hits = new Set();
    for (const id of chosen) if (!(await this.tryMutant(test, run, id))) break;
    state.hits = new Set();
  }

  /** Returns whether the test can go on: it passes again without the mutant. */
  async tryMutant(test, run, id) {
    note({ trying: id });
    const isKilled = await fails(test, run, id);
    if (!isKilled) return true;
    if (await fails(test, run, undefined)) {
      note({ unrepeatable: test.name, file: test.file.name });
      return false;
    }
    state.left.delete(id);
    note({ killed: id, by: nameOf(test) });
    return true;
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
