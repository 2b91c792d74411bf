/** Runs vitest on mutants, and reads which of them the tests killed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const config = 'scripts/mutate/vitest.config.mjs';

/** A mutant that is at the same test for this long hangs. In milliseconds. */
const patience = 90_000;

/** Prepares a folder for one run. */
function prepare(mutations, files, { wanted = [], rows = [], active }) {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-mutate-'));
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('run.json', { mutations, files, isFixed: active !== undefined });
  write('mutants.json', { wanted, rows, active });
  writeFileSync(join(folder, 'results'), '');
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

const resultsIn = (folder) =>
  readFileSync(join(folder, 'results'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

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
    if (resultsIn(folder).at(-1)?.trying === undefined || Date.now() - last() < patience) return;
    hung = true;
    stop();
  }, 5_000);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  process.off('exit', stop);
  return { hung, code };
}

/**
 * Runs all tests of these files once for each mutant that they reach. Mutants of code that runs only when a module is
 * loaded are `early`.
 */
export async function runReached(mutations, wanted, files) {
  const killed = new Map();
  const early = new Set();
  const reached = new Set();
  for (;;) {
    const left = wanted.filter((id) => !killed.has(id));
    if (left.length === 0) return { killed, early, reached };
    const { folder, remove } = prepare(mutations, files, { wanted: left });
    const { hung } = await runOnce(folder);
    const results = resultsIn(folder);
    for (const { killed: id, by, early: first, trying, unrepeatable, file } of results) {
      if (id !== undefined) killed.set(id, by);
      if (first !== undefined) early.add(first);
      if (trying !== undefined) reached.add(trying);
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
