/** Runs vitest on mutants, on every processor, and reads which of them the tests killed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const config = 'scripts/mutate/vitest.config.mjs';

/** A mutant that is at the same test for this long hangs. In milliseconds. */
const patience = 90_000;

/** Prepares a folder for one run. */
function prepare({ mutations, files, rows, killers }) {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-mutate-'));
  const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('run.json', { mutations, files, dir: folder });
  write('mutants.json', { rows, killers });
  writeFileSync(join(folder, 'results'), '');
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Returns a function that reads the results since its last call. */
function readerOf(folder) {
  let read = 0;
  return () => {
    const bytes = readFileSync(join(folder, 'results'));
    const text = bytes.subarray(read, bytes.lastIndexOf('\n') + 1).toString();
    read += Buffer.byteLength(text);
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
}

/**
 * Runs vitest in a process, and stops it when nothing happens any more.
 * @param {(result: object) => void} onResult called with each result as it comes
 * @returns {Promise<number | undefined>} the mutant that hung
 */
async function runOnce(folder, onResult) {
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
  const next = readerOf(folder);
  let [hung, last, since] = [undefined, undefined, Date.now()];
  const look = () => {
    for (const result of next()) {
      [last, since] = [result, Date.now()];
      onResult(result);
    }
  };
  const timer = setInterval(() => {
    look();
    if (last?.trying === undefined || Date.now() - since < patience) return;
    hung = last.trying;
    stop();
  }, 1_000);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  process.off('exit', stop);
  look();
  return hung;
}

/** Calls a function with a part of the list for each processor at the same time. */
async function onEveryProcessor(list, run) {
  const count = availableParallelism();
  const parts = Array.from({ length: count }, (_, part) => list.filter((__, index) => index % count === part));
  await Promise.all(parts.filter(({ length }) => length > 0).map(run));
}

/** Runs a test file for each mutant, and without mutants (undefined), that calls `tryMutant` of reloaded.mjs. */
async function runFiles(mutations, mutants, pass, killers, onResult) {
  const names = mutants.map((one) => `${one?.id ?? 'sound'}.test.mjs`);
  const rows = mutants.filter((one) => one !== undefined);
  const { folder, remove } = prepare({ mutations, files: names, rows, killers });
  for (const [index, one] of mutants.entries()) {
    const code = `import { tryMutant } from '${process.cwd()}/scripts/mutate/reloaded.mjs';
await tryMutant(${JSON.stringify(one)}, ${JSON.stringify(pass(one))});`;
    writeFileSync(join(folder, names[index]), code);
  }
  const hung = await runOnce(folder, onResult);
  remove();
  return hung;
}

/**
 * Runs the tests of a pass (see reloaded.mjs) for each mutant, with new modules for each. Tests that fail with new
 * modules and without a mutant kill nothing.
 *
 * @param {(mutant: object) => import('./reloaded.mjs').Pass} pass
 * @param {{ kill: (id: number, by: string) => void, revive: (id: number) => void, tried: () => void }} on `tried` is
 *   called for each mutant when the first test tries it
 */
export async function runReloaded(mutations, mutants, pass, on) {
  const killers = new Map();
  await onEveryProcessor(mutants, async (part) => {
    const tried = new Set();
    for (;;) {
      const left = part.filter(({ id }) => !tried.has(id));
      if (left.length === 0) return;
      const hung = await runFiles(mutations, left, pass, [], ({ trying, killed: id, by }) => {
        if (trying !== undefined && !tried.has(trying)) on.tried();
        if (trying !== undefined) tried.add(trying);
        if (id === undefined) return;
        killers.set(by, [...(killers.get(by) ?? []), id]);
        on.kill(id, by);
      });
      if (hung === undefined) return;
      on.kill(hung, 'no end');
    }
  });
  const names = [...killers.keys()].filter((name) => name.startsWith('test/'));
  const files = [...new Set(names.map((name) => name.split(' > ')[0]))];
  if (files.length === 0) return;
  await runFiles(
    mutations,
    [undefined],
    () => ({ files }),
    names,
    ({ unfit }) => {
      if (unfit === undefined) return;
      console.error(`fails without a mutant, if its modules are loaded again: ${unfit}`);
      for (const id of killers.get(unfit)) on.revive(id);
    },
  );
}
