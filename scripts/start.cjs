'use strict';
// Loaded before V8's flags are set: Node's code cache for its own modules is made without these, and rejected with them.
require('node:crypto');
process.stdout;
const { readFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

/**
 * By the V8 of Node 20, 22 and 24. The names of flags change, and V8 complains on stderr about those that it does not
 * know, so any other V8 gets none.
 */
const flagsByV8 = {
  // A lint is over before optimizing its code could pay: that would cost a tenth of it on other threads. Nor could
  // collecting types and compiling to baseline code, except for what goes through a file byte by byte.
  11.3: ['--interrupt-budget=10000000', '--interrupt-budget-factor-for-feedback-allocation=32'],
  // Ten times the default. Putting off feedback as well gains nothing here.
  12.4: ['--invocation-count-for-turbofan=30000'],
  13.6: ['--invocation-count-for-turbofan=30000', '--invocation-count-for-maglev=30000'],
};

const [major, minor] = process.versions.v8.split('.');
const flags = flagsByV8[`${major}.${minor}`] ?? [];

// As node:module wraps a file; loading that for two strings would cost more than it spares.
const head = '(function (exports, require, module, __filename, __dirname) { ';
const tail = '\n});';

/**
 * Runs a CommonJS file as `require` would, with its code cache.
 *
 * @param {string} file its path
 * @param {Buffer | undefined} cachedData what `createCachedData` gave for this file, this V8 and these flags
 * @returns {import('node:vm').Script}
 */
exports.start = function start(file, cachedData) {
  for (const flag of flags) setFlagsFromString(flag);
  // esbuild writes ASCII alone, which latin1 reads fastest.
  const script = new Script(`${head}${readFileSync(file, 'latin1')}${tail}`, { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, __dirname);
  return script;
};
