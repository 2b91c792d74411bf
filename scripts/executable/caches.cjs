'use strict';
/*
 * Makes V8's code caches of the program, for the Node that runs this with `--random-seed` and `--initial-heap-size`,
 * so that two runs write the same bytes: `caches.cjs FOLDER KEYS TIME`. Caches contain what the program compiled. That
 * must depend neither on the time, nor on random numbers, nor on V8's threads.
 */
const crypto = require('node:crypto');
const { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { makeCaches } = require('../code-cache.cjs');

const [folder, keysFolder, time] = process.argv.slice(2);

/** Private keys of the sample, instead of new ones. */
const keys = readdirSync(keysFolder)
  .sort()
  .map((name) => crypto.createPrivateKey(readFileSync(join(keysFolder, name))));

// The program makes a function of it that returns a promise.
crypto.generateKeyPair = (_type, _options, done) => {
  const privateKey = keys.shift();
  done(privateKey === undefined ? new Error(`more keys are needed than ${keysFolder} has`) : null, { privateKey });
};

let count = 0;
crypto.randomBytes = (size) => crypto.createHash('shake256', { outputLength: size }).update(`${++count}`).digest();

const now = Number(time) * 1000;
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [now] : given));
  }
  static now() {
    return now;
  }
};

/**
 * V8 drops the code of functions after a while, and other threads leave marks in functions that they compile. V8 checks
 * the flags of a cache, so these are set back before. With a heap that is never collected (`--initial-heap-size`), V8
 * puts code only where memory is zero: it does not clear the padding between fields.
 */
const untimely = [
  'memory-reducer',
  'incremental-marking',
  'flush-bytecode',
  'concurrent-recompilation',
  'concurrent-osr',
  'concurrent-sparkplug',
];
for (const flag of untimely) setFlagsFromString(`--no-${flag}`);

function setBack() {
  for (const flag of untimely) setFlagsFromString(`--${flag}`);
  setFlagsFromString('--initial-heap-size=0');
}

// Its length is the same in all builds: how often functions are called depends on it, and V8 counts that.
const runs = mkdtempSync('/tmp/pki-lint-');
makeCaches(runs, '/pki-lint', setBack)
  .then((caches) => {
    for (const [name, cache] of caches) writeFileSync(join(folder, name), cache);
  })
  .finally(() => rmSync(runs, { recursive: true }));
