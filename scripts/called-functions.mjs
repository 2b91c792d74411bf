/** Finds out which functions of the program a lint of a healthy node calls. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = 'kubeadm-1.36-default';

/** The starts of the called functions by the name of the file. */
function readCoverage(folder) {
  const calls = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).result);
  const starts = new Map();
  for (const { url, functions } of calls) {
    const called = functions.flatMap(({ ranges: [{ startOffset, count }] }) => (count > 0 ? [startOffset] : []));
    starts.set(basename(url), new Set([...(starts.get(basename(url)) ?? []), ...called]));
  }
  return starts;
}

/**
 * Lints a node of the corpora, as JSON and as a table.
 *
 * @param {string} launcher the path of `cli.cjs`, which has the program next to it
 * @returns {Map<string, Set<number>>} by the names of files, where in each of them the functions begin that were called
 */
export function calledFunctions(launcher) {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-called-'));
  try {
    execFileSync('tar', ['-xpzf', join(root, 'fixtures/corpora', `${node}.tar.gz`), '-C', folder]);
    const coverage = join(folder, 'coverage');
    const options = { env: { ...process.env, NODE_V8_COVERAGE: coverage }, stdio: ['ignore', 'ignore', 'inherit'] };
    const lint = [launcher, join(folder, node, 'etc/kubernetes/pki'), '--at', '2026-12-01'];
    for (const format of [['--format', 'json'], []]) execFileSync(process.execPath, [...lint, ...format], options);
    return readCoverage(coverage);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
