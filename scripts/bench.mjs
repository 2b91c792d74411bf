/**
 * Measures what it costs to start the packed and installed program and to lint one control-plane node. With valgrind it
 * counts instructions, of which those of bare Node are subtracted: these do not depend on what else the machine does,
 * and hardly on the version of Node. Without valgrind it measures CPU time, relative to a program of some 25 lines that
 * reads the same certificates, keys and kubeconfigs and checks the same signatures (scripts/bench-floor.cjs). Exits
 * with 1 if a limit is exceeded.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuTime, hasValgrind, instructions, median } from './cpu-time.mjs';

const rounds = 21;
const root = fileURLToPath(new URL('..', import.meta.url));
const node = 'kubeadm-1.36-default';
const folder = mkdtempSync(join(tmpdir(), 'pki-lint-bench-'));

/** Packs and installs the build as a user gets it. Returns the folder of the package. */
function install(name) {
  const place = join(folder, name);
  mkdirSync(place);
  const quiet = { cwd: place, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  const packed = execFileSync(process.execPath, [join(root, 'scripts/pack.mjs')], quiet);
  const options = ['--silent', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', place];
  execFileSync('npm', ['install', ...options, join(place, packed.trim().split('\n').at(-1))], quiet);
  return join(place, 'node_modules/pki-lint');
}

/** The same with the code caches that the build has made next to the program, as packagers can. */
function installWithCache() {
  const place = install('cached');
  const caches = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.cache'));
  for (const name of caches) cpSync(join(root, 'dist', name), join(place, 'dist', name));
  return place;
}

const formatted = (value, digits) => value.toFixed(digits).padStart(7);

/** Prints a measured value, and fails if it is above its limit. Limits apply to Node 20. */
function report(name, value, limit, digits) {
  const applies = limit !== undefined && process.versions.node.startsWith('20.');
  const isAbove = applies && value > limit;
  const verdict = applies ? `  ${isAbove ? 'ABOVE' : 'within'} the limit of ${limit}` : '';
  console.log(`${formatted(value, digits)}  ${name}${verdict}`);
  if (isAbove) process.exitCode = 1;
}

/** What is measured, by name: arguments of the program, and whether it has a code cache. */
function commandsOn(kubernetes) {
  const at = ['--at', '2026-12-01'];
  const pki = join(kubernetes, 'pki');
  return {
    'JSON, as installed': { arguments: [pki, ...at, '--format', 'json'], cached: false },
    'table, as installed': { arguments: [pki, ...at], cached: false },
    'JSON, with a code cache': { arguments: [pki, ...at, '--format', 'json'], cached: true },
    'table, with a code cache': { arguments: [pki, ...at], cached: true },
    'expiry, with a code cache': { arguments: ['expiry', pki, ...at], cached: true },
    'issue, with a code cache': { arguments: ['issue', pki, ...at], cached: true },
  };
}

/**
 * Millions of instructions above those of bare Node, and of these commands the ratio to a lint: somewhat more than
 * today, so that a change that costs more is noticed (docs/decisions.md, "A start takes more than was asked for").
 */
const instructionLimits = {
  'JSON, as installed': 930,
  'JSON, with a code cache': 580,
  'table, with a code cache': 640,
};
const ratioLimits = { 'expiry, with a code cache': 1.25, 'issue, with a code cache': 1.6 };

function countInstructions(commands, programs) {
  const bare = instructions([process.execPath, '-e', '0']);
  console.log(
    `Node ${process.versions.node}: ${bare.toFixed(0)} M instructions; those of the program in addition, in M`,
  );
  const counted = {};
  for (const [name, { arguments: words, cached }] of Object.entries(commands)) {
    counted[name] = instructions([process.execPath, programs[cached ? 'cached' : 'installed'], ...words]) - bare;
    report(name, counted[name], instructionLimits[name], 0);
  }
  const lint = counted['JSON, with a code cache'];
  for (const [name, limit] of Object.entries(ratioLimits)) report(`${name}, of JSON`, counted[name] / lint, limit, 2);
}

/** Of CPU time, relative to the baseline. */
const timeLimits = {
  'JSON, as installed': 4.5,
  'JSON, with a code cache': 2.1,
  'table, with a code cache': 2.3,
};

/** Commands take turns, and each round starts with a different one. */
function measureTime(commands, programs, kubernetes) {
  const baseline = [process.execPath, join(root, 'scripts/bench-floor.cjs'), kubernetes];
  const contenders = Object.entries(commands).map(([name, { arguments: words, cached }]) => {
    return [name, [process.execPath, programs[cached ? 'cached' : 'installed'], ...words]];
  });
  const ratios = Object.fromEntries(contenders.map(([name]) => [name, []]));
  // Fills the file system cache.
  for (const [, command] of contenders) cpuTime(command);
  for (let round = 0; round < rounds; round++) {
    const floor = cpuTime(baseline);
    for (let turn = 0; turn < contenders.length; turn++) {
      const [name, command] = contenders[(round + turn) % contenders.length];
      ratios[name].push(cpuTime(command) / floor);
    }
  }
  const load = loadavg()[0].toFixed(1);
  console.log(`valgrind is not installed. Node ${process.versions.node}, ${rounds} rounds, load ${load};`);
  console.log('medians of CPU time, relative to scripts/bench-floor.cjs');
  for (const [name, values] of Object.entries(ratios)) report(name, median(values), timeLimits[name], 2);
}

try {
  execFileSync('tar', ['-xpzf', join(root, `fixtures/corpora/${node}.tar.gz`), '-C', folder]);
  const kubernetes = join(folder, node, 'etc/kubernetes');
  const programs = {
    installed: join(install('installed'), 'dist/cli.cjs'),
    cached: join(installWithCache(), 'dist/cli.cjs'),
  };
  const commands = commandsOn(kubernetes);
  if (hasValgrind) countInstructions(commands, programs);
  else measureTime(commands, programs, kubernetes);
} finally {
  rmSync(folder, { recursive: true });
}
