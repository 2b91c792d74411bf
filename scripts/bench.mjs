/**
 * Measures the CPU time (user and system) of linting one control-plane node, relative to a program of some 25 lines
 * that reads the same certificates, keys and kubeconfigs and checks the same signatures (scripts/bench-floor.cjs).
 * Exits with 1 if a limit is exceeded.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuTime, median } from './cpu-time.mjs';

const rounds = 21;
const yardstick = 'floor';
/** Apply to Node 20. Later versions run the baseline faster and a lint slower. */
const limits = process.versions.node.startsWith('20.') ? { 'pki-lint, JSON': 2.1, 'pki-lint, table': 2.3 } : {};

const root = fileURLToPath(new URL('..', import.meta.url));
const node = 'kubeadm-1.36-default';

function isInstalled(program) {
  return spawnSync(program, ['version']).error === undefined;
}

/** Milliseconds per contender, one sample a round. They take turns, and each round starts with a different one. */
function measure(contenders) {
  const names = Object.keys(contenders);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  // Fill the file system cache.
  for (const name of names) cpuTime(contenders[name]);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      samples[name].push(cpuTime(contenders[name]));
    }
  }
  return samples;
}

const folder = mkdtempSync(join(tmpdir(), 'pki-lint-bench-'));
try {
  execFileSync('tar', ['-xpzf', join(root, `fixtures/corpora/${node}.tar.gz`), '-C', folder]);
  const kubernetes = join(folder, node, 'etc/kubernetes');
  const lint = [process.execPath, join(root, 'dist/cli.cjs'), join(kubernetes, 'pki'), '--at', '2026-12-01'];
  const samples = measure({
    'node -e 0': [process.execPath, '-e', '0'],
    [yardstick]: [process.execPath, join(root, 'scripts/bench-floor.cjs'), kubernetes],
    'pki-lint, JSON': [...lint, '--format', 'json'],
    'pki-lint, table': lint,
    ...(isInstalled('openssl')
      ? { 'openssl x509': ['openssl', 'x509', '-noout', '-in', join(kubernetes, 'pki/ca.crt')] }
      : {}),
  });
  const load = loadavg()[0].toFixed(1);
  console.log(
    `Node ${process.versions.node}, ${rounds} rounds, load ${load}; medians of CPU time, and of its ratio to the floor`,
  );
  for (const [name, values] of Object.entries(samples)) {
    const ratio = median(values.map((value, round) => value / samples[yardstick][round]));
    const limit = limits[name];
    const verdict = limit === undefined ? '' : `  ${ratio > limit ? 'ABOVE' : 'within'} the limit of ${limit}`;
    console.log(
      `${median(values).toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)}  ${name.padEnd(15)}${verdict}`.trimEnd(),
    );
    if (ratio > limit) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
