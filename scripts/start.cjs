'use strict';
const { readFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

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
  // A lint is over before optimizing its code could pay: that would cost a tenth of it on other threads.
  setFlagsFromString('--interrupt-budget=10000000');
  // Nor could collecting types and compiling to baseline code, but for what goes through a file byte by byte.
  setFlagsFromString('--interrupt-budget-factor-for-feedback-allocation=32');
  // esbuild writes ASCII alone, which latin1 reads fastest.
  const script = new Script(`${head}${readFileSync(file, 'latin1')}${tail}`, { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, __dirname);
  return script;
};
