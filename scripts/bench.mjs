/**
 * What linting one control-plane node costs, as the CPU time (user and system) of the whole process in units of
 * `node -e 0`, both measured in turns. Exits 1 above the limit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = 21;
const goal = 1.8;
const limit = 2.2;

const root = fileURLToPath(new URL('..', import.meta.url));
const node = 'kubeadm-1.36-default';

/** Milliseconds; bash's `time` asks the kernel about its child, from start to exit. */
function cpuTime(command) {
  const script = `TIMEFORMAT='%3U %3S'; time "$@" >/dev/null 2>&1`;
  const { stderr, status, error } = spawnSync('bash', ['-c', script, 'bench', ...command], { encoding: 'utf8' });
  if (error) throw error;
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { milliseconds: (user + system) * 1000, status };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function isInstalled(program) {
  return spawnSync(program, ['version']).error === undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'pki-lint-bench-'));
try {
  execFileSync('tar', ['-xpzf', join(root, `fixtures/corpora/${node}.tar.gz`), '-C', folder]);
  const pki = join(folder, node, 'etc/kubernetes/pki');
  const lint = [join(root, 'dist/cli.cjs'), pki, '--format', 'json', '--at', '2026-12-01'];
  const contenders = {
    'node -e 0': [process.execPath, '-e', '0'],
    'pki-lint': [process.execPath, ...lint],
    ...(isInstalled('openssl') ? { 'openssl x509': ['openssl', 'x509', '-noout', '-in', join(pki, 'ca.crt')] } : {}),
  };
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, command] of Object.entries(contenders)) {
      const { milliseconds, status } = cpuTime(command);
      if (status !== 0) throw new Error(`${command.join(' ')} exits ${status}`);
      // The first round warms the caches of the file system.
      if (round > 0) samples[name].push(milliseconds);
    }
  }
  for (const [name, values] of Object.entries(samples))
    console.log(`${median(values).toFixed(0).padStart(6)} ms  ${name}`);
  const ratio = median(samples['pki-lint']) / median(samples['node -e 0']);
  console.log(`ratio ${ratio.toFixed(2)} (goal ${goal}, limit ${limit}; medians of ${rounds} runs)`);
  process.exitCode = ratio > limit ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
