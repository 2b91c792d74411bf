/**
 * Measures how the cost of linting a fleet grows: two control planes with 60 workers are compared with 600, and those
 * with a minimal program (scripts/bench-floor.cjs). Of `blast`, 100 workers are compared with 400: it prints a list of
 * nodes for each node. Exits with 1 if a limit is exceeded.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuTime, median, peakMemory } from './cpu-time.mjs';
import { faults, writeFleet } from './fleet.mjs';

const rounds = 5;
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pki-lint-fleet-'));

const program = [process.execPath, join(root, 'dist/cli.cjs')];
const options = ['--at', '2026-12-01', '--format', 'json'];

function lintOf(fleet) {
  const nodes = readdirSync(fleet).map((name) => join(fleet, name));
  return [...program, ...nodes, ...options, '--fail-on', 'never'];
}

const blastOf = (fleet) => [...program, 'blast', 'kubelet.conf', fleet, ...options];

/** The median of the ratios of two commands that take turns. */
function ratio(command, baseline) {
  const pairs = Array.from({ length: rounds }, () => [cpuTime(command), cpuTime(baseline)]);
  return median(pairs.map(([time, base]) => time / base));
}

function report(what, value, limit, unit = '') {
  const verdict = value > limit ? 'ABOVE' : 'within';
  console.log(`${value.toFixed(1).padStart(6)}${unit}  ${what}  (${verdict} the limit of ${limit}${unit})`);
  if (value > limit) process.exitCode = 1;
}

async function fleetOf(workers, fault) {
  const fleet = join(folder, `${fault}-${workers}`);
  await writeFleet(fleet, workers, fault);
  return fleet;
}

try {
  console.log(
    `Node ${process.versions.node}, ${rounds} rounds, load ${loadavg()[0].toFixed(1)}; medians of ratios of CPU time`,
  );
  for (const fault of faults) {
    const [small, large] = [await fleetOf(60, fault), await fleetOf(600, fault)];
    report(`600 workers / 60 workers: ${fault}`, ratio(lintOf(large), lintOf(small)), 9);
    if (fault !== 'healthy') continue;
    const floor = [process.execPath, join(root, 'scripts/bench-floor.cjs'), large];
    report('600 workers / floor', ratio(lintOf(large), floor), 5.5);
  }
  const [hundred, fourHundred] = [await fleetOf(100, 'healthy'), await fleetOf(400, 'healthy')];
  report('400 workers / 100 workers: blast kubelet.conf', ratio(blastOf(fourHundred), blastOf(hundred)), 6);
  report('peak memory with 1,000 workers', peakMemory(lintOf(await fleetOf(1000, 'healthy'))), 440, ' MB');
} finally {
  rmSync(folder, { recursive: true });
}
