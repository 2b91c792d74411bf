/** Measures processes for the benchmarks. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/**
 * These affect how long Node takes to start. Reading extra CA certificates alone takes longer than the rest of the
 * start.
 */
const distorting = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE'];
const kept = Object.entries(process.env).filter(([name]) => !distorting.includes(name));
// bash prints decimals according to the locale.
const env = { ...Object.fromEntries(kept), LC_ALL: 'C' };

/** CPU time in milliseconds, for the whole process from start to exit (bash's `time`). */
export function cpuTime(command) {
  const script = `TIMEFORMAT='%3U %3S'; time "$@" >/dev/null 2>&1`;
  const { stderr, status, error } = spawnSync('bash', ['-c', script, 'bench', ...command], { encoding: 'utf8', env });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')} exits ${status}`);
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return (user + system) * 1000;
}

export const hasValgrind = spawnSync('valgrind', ['--version']).error === undefined;

/**
 * Millions of instructions of a Node program, from start to exit. Unlike time they do not depend on what else the
 * machine does: two measurements differ by less than 1 %.
 */
export function instructions([node, ...command]) {
  const valgrind = ['valgrind', '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null'];
  // Addresses and hashes are the same each time. Of the environment only what a program needs is left.
  const clean = ['-i', 'PATH=/usr/bin:/bin', `HOME=${tmpdir()}`, 'LC_ALL=C.UTF-8'];
  const all = [...clean, 'setarch', '-R', ...valgrind, node, '--random-seed=42', ...command];
  const { stderr, status } = spawnSync('env', all, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const counted = /I\s+refs:\s+([\d,]+)/.exec(stderr)?.[1];
  if (status !== 0 || counted === undefined) throw new Error(`${command.join(' ')} exits ${status}: ${stderr}`);
  return Number(counted.replaceAll(',', '')) / 1e6;
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The peak memory of a Node program in MB. */
export function peakMemory([node, ...command]) {
  const report = `process.on('exit', () => process.stderr.write('\\n' + process.resourceUsage().maxRSS))`;
  const options = ['--import', `data:text/javascript,${encodeURIComponent(report)}`];
  const stdio = ['ignore', 'ignore', 'pipe'];
  const { stderr, status } = spawnSync(node, [...options, ...command], { encoding: 'utf8', env, stdio });
  if (status !== 0) throw new Error(`${command.join(' ')} exits ${status}`);
  return Number(stderr.split('\n').at(-1)) / 1000;
}
