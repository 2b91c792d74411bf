/** Runs vitest on mutants, and reads which of them the tests killed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenTests } from './choice.mjs';

const config = 'scripts/mutate/vitest.config.mjs';

/** A mutant that is at the same test for this long hangs. In milliseconds. */
const patience = 90_000;

/** Prepares a folder for one run. */
function prepare(mutations, files, { wanted = [], choice, rows = [], active }) {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-mutate-'));
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('run.json', { mutations, files, isFixed: active !== undefined });
  write('mutants.json', { wanted, choice, rows, active });
  writeFileSync(join(folder, 'results'), '');
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

const resultsIn = (folder) =>
  readFileSync(join(folder, 'results'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function lastResult(folder) {
  const text = readFileSync(join(folder, 'results'), 'utf8').trimEnd();
  return text === '' ? undefined : JSON.parse(text.slice(text.lastIndexOf('\n') + 1));
}

/** Runs vitest in a process, and stops it when nothing happens any more. */
async function runOnce(folder) {
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=dot'],
    {
      env: { ...process.env, CI: '1', PKI_LINT_MUTATE: folder },
      stdio: 'ignore',
      detached: true,
    },
  );
  const stop = () => process.kill(-child.pid, 'SIGKILL');
  process.once('exit', stop);
  let hung = false;
  const last = () => statSync(join(folder, 'results')).mtimeMs;
  const timer = setInterval(() => {
    if (lastResult(folder)?.trying === undefined || Date.now() - last() < patience) return;
    hung = true;
    stop();
  }, 5_000);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  process.off('exit', stop);
  return { hung, code };
}

/** Which mutants each test reaches, in the order of the tests; `early` are those that run only when a module is loaded. */
async function record(mutations, wanted, files) {
  const { folder, remove } = prepare(mutations, files, { wanted });
  await runOnce(folder);
  const results = resultsIn(folder);
  remove();
  const tests = results.filter(({ hits }) => hits !== undefined).map(({ test, hits }) => ({ name: test, hits }));
  return { tests, early: new Set(results.flatMap(({ early }) => early ?? [])) };
}

/**
 * Runs the tests of these files once for each mutant that was chosen for them. Mutants of code that runs only when a
 * module is loaded are `early`.
 */
export async function runReached(mutations, wanted, files) {
  const killed = new Map();
  const { tests, early } = await record(mutations, wanted, files);
  const reached = new Set(tests.flatMap(({ hits }) => hits));
  const choice = chosenTests(mutations, wanted, tests);
  for (;;) {
    const left = wanted.filter((id) => !killed.has(id));
    if (left.length === 0) return { killed, early, reached };
    const { folder, remove } = prepare(mutations, files, { wanted: left, choice });
    const { hung } = await runOnce(folder);
    const results = resultsIn(folder);
    for (const { killed: id, by, unrepeatable, file } of results) {
      if (id !== undefined) killed.set(id, by);
      if (unrepeatable !== undefined) console.error(`not repeatable: ${file} > ${unrepeatable}`);
    }
    if (hung) killed.set(results.at(-1).trying, 'no end');
    remove();
    if (!hung) return { killed, early, reached };
  }
}

/**
 * Runs the cases for each mutant of a row, and of code that runs when a module is loaded, with new modules for each.
 */
export async function runReloaded(mutations, mutants) {
  const killed = new Map();
  const tried = new Set();
  for (;;) {
    const left = mutants.filter(({ id }) => !tried.has(id));
    const { folder, remove } = prepare(mutations, ['scripts/mutate/reloaded.test.mjs'], { rows: left });
    const { hung } = await runOnce(folder);
    const results = resultsIn(folder);
    for (const { trying, killed: id, by } of results) {
      if (trying !== undefined) tried.add(trying);
      if (id !== undefined) killed.set(id, by);
    }
    if (hung) killed.set(results.at(-1).trying, 'no end');
    remove();
    if (!hung) return { killed, tried };
  }
}

/** Runs these files with one mutant that is active from the start. @returns {Promise<boolean>} whether a test fails */
export async function isKilledBy(mutations, mutant, files) {
  const { folder, remove } = prepare(mutations, files, { rows: [mutant], active: mutant.id });
  const { code } = await runOnce(folder);
  remove();
  return code !== 0;
}
