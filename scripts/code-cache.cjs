#!/usr/bin/env node
'use strict';
/*
 * Writes V8's code cache of each file of the program next to it, for the Node that runs this. Caches are made after
 * some runs of the program, so that they contain what these compile. The package contains this file and
 * `sample.tar.gz`, the files of a node without its certificates and keys: they are issued here.
 */
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');

// In a checkout, this file is in scripts/ too.
const dist = existsSync(join(__dirname, 'core.cjs')) ? __dirname : join(__dirname, '..', 'dist');
const { besideThis, cacheOf, loader, setFlags } = require(join(dist, 'cli.cjs'));

/** Files that Node loads, without a cache. */
const alone = ['cli.cjs', 'quick.cjs', 'code-cache.cjs'];

// In the working directory.
const node = 'node';
const archive = 'node.tar.gz';
const policy = 'pki-lint.config.yaml';

const lint = ['--no-config', '--output', '/dev/null', '--format'];
const issue = ['issue', '--rootfs', node, '--node-name', 'cp-1', '--advertise-address', '192.0.2.10'];
/** Refused on a node that belongs to a cluster, so it comes before the files of the sample. */
const issueAll = [...issue, '--write', '--output', '/dev/null'];

/** Command lines on a complete node, the most frequent ones last: V8 drops what was not used for long. */
const runs = [
  [...issue, '--renew', '--output', '/dev/null'],
  ['--rootfs', node, '--config', policy, '--output', '/dev/null'],
  ...['sarif', 'junit', 'markdown', 'html', 'concise'].map((format) => ['--rootfs', node, ...lint, format]),
  ['--rootfs', node, '--group-by', 'cis', ...lint, 'table'],
  ['connections', '--rootfs', node, '--output', '/dev/null'],
  ['expiry', '--rootfs', node, '--output', '/dev/null'],
  [archive, ...lint, 'table'],
  [archive, ...lint, 'json'],
];

/**
 * The parts that these need are cached with nothing but what they compile. After more runs V8 would take more functions
 * for often called ones, and compile each of them to baseline code at its first call: a tenth of a lint.
 */
const lints = ['table', 'json'].map((format) => [join(node, 'etc/kubernetes/pki'), ...lint, format]);

/** Runs the program once in this process. Throws if it cannot do what it is asked for. */
async function runOnce({ load }, argv) {
  const messages = [];
  const { write } = process.stderr;
  process.stderr.write = (text) => messages.push(text) > 0;
  process.argv = [process.execPath, 'pki-lint', ...argv];
  await load('./core.cjs').main();
  process.stderr.write = write;
  if (process.exitCode > 1) throw new Error(`pki-lint ${argv.join(' ')}\n${messages.join('')}`);
}

/**
 * Makes the code cache of each file of the program.
 *
 * @param {string} folder an empty one, which becomes the working directory
 * @param {string} [place] as in the launcher
 * @param {() => void} [beforeCaching] is called when the program has run
 * @returns {Promise<Map<string, Buffer>>} by the names of caches
 */
async function makeCaches(folder, place, beforeCaching) {
  process.chdir(folder);
  mkdirSync(node);
  writeFileSync(policy, 'version: 1\n', { mode: 0o644 });
  setFlags();
  // Each program compiles its own functions.
  setFlagsFromString('--no-compilation-cache');
  const rare = loader(besideThis, false, place);
  await runOnce(rare, issueAll);
  execFileSync('tar', ['-xzf', join(dist, 'sample.tar.gz'), '-C', node]);
  execFileSync('tar', ['-czf', archive, node]);
  for (const argv of runs) await runOnce(rare, argv);
  // Of what these runs do not need, only what loading it compiles.
  const parts = readdirSync(dist).filter((name) => name.endsWith('.cjs') && !alone.includes(name));
  for (const name of parts) rare.load(`./${name}`);
  const usual = loader(besideThis, false, place);
  for (const argv of lints) await runOnce(usual, argv);
  process.exitCode = 0;
  setFlagsFromString('--compilation-cache');
  if (beforeCaching !== undefined) beforeCaching();
  const scripts = new Map([...rare.scripts, ...usual.scripts]);
  return new Map([...scripts].map(([name, script]) => [cacheOf(name), script.createCachedData()]));
}

exports.makeCaches = makeCaches;

async function writeCaches() {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-code-cache-'));
  try {
    for (const [name, cache] of await makeCaches(folder)) writeFileSync(join(dist, name), cache);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (require.main === module) writeCaches();
