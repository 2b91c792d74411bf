#!/usr/bin/env node
'use strict';
/*
 * Checks the version of Node, then starts the program from V8's code cache, if the build wrote one for this version of
 * V8: compiling the program takes a quarter of a lint. A cache is valid only for the V8 version and the flags it was
 * created with. This file is ES2015, so that an old Node gets as far as the check.
 */
/** As in `engines` of package.json. */
const oldest = [20, 19];

const found = process.versions.node.split('.').map(Number);
if (found[0] < oldest[0] || (found[0] === oldest[0] && found[1] < oldest[1])) {
  const needed = oldest.join('.');
  process.stderr.write(`pki-lint: needs Node.js ${needed} or later, this is ${process.versions.node}\n`);
  process.exit(2);
}

/*
 * Completion, which runs at each Tab, the version and the short help are answered by a small bundle, before anything
 * else is loaded. What it cannot answer, such as a full disk, is left to the program.
 */
const quick = ['__complete', '--version', '-V', '--help', '-h'];
const isAnswered =
  require.main === module &&
  quick.indexOf(process.argv[2]) !== -1 &&
  require(`${__dirname}/quick.cjs`).answer(process.argv.slice(2));

// Load these before V8's flags are set. The code cache of Node's built-in modules was created without the flags, and V8
// rejects it once they are set.
if (!isAnswered) {
  require('node:crypto');
  process.stdout;
}
const { readFileSync } = require('node:fs');

/**
 * For the V8 of Node 20, 22, 24 and 26. The names of flags change, and V8 prints an error for a flag it does not know,
 * so any other version gets none.
 */
const flagsByV8 = {
  // A lint is over before optimized code could pay off: optimizing would cost a tenth of it on other threads. The same
  // is true of type feedback and baseline code, except in functions that read a file byte by byte.
  // A lint of a node is also over before a full collection could free anything, but V8 would begin to mark its heap.
  11.3: [
    '--interrupt-budget=10000000',
    '--interrupt-budget-factor-for-feedback-allocation=32',
    '--no-incremental-marking',
  ],
  // Ten times the default. Delaying type feedback as well gains nothing here.
  12.4: ['--invocation-count-for-turbofan=30000'],
  13.6: ['--invocation-count-for-turbofan=30000', '--invocation-count-for-maglev=30000'],
  // Turbofan comes only after Maglev here, and needs no flag.
  14.6: ['--invocation-count-for-maglev=30000'],
};

const [major, minor] = process.versions.v8.split('.');
const flags = flagsByV8[`${major}.${minor}`] || [];

// The same wrapper as in node:module. Loading that module for two strings would cost more time than it saves.
const head = '(function (exports, require, module, __filename, __dirname) { ';
const tail = '\n});';

/**
 * Runs a CommonJS file as `require` would, with its code cache.
 *
 * @param {string} file its path
 * @param {Buffer | undefined} cachedData the result of `createCachedData` for this file, this V8 and these flags
 * @returns {{ readonly script: import('node:vm').Script, readonly run: () => void }} `run` runs the file once more
 */
exports.start = function start(file, cachedData) {
  const { setFlagsFromString } = require('node:v8');
  const { Script } = require('node:vm');
  for (const flag of flags) setFlagsFromString(flag);
  // esbuild writes only ASCII, which latin1 decodes fastest.
  const script = new Script(`${head}${readFileSync(file, 'latin1')}${tail}`, { filename: file, cachedData });
  const wrapper = script.runInThisContext();
  const run = () => {
    const module = { exports: {} };
    wrapper(module.exports, require, module, file, __dirname);
  };
  run();
  return { script, run };
};

if (require.main === module && !isAnswered) {
  const program = `${__dirname}/program.cjs`;
  let cachedData;
  try {
    cachedData = readFileSync(`${program}.${process.versions.v8}-${process.arch}.cache`);
  } catch (_) {
    // Not the Node of the build. That is fine: V8 compiles the program, as for any script.
  }
  exports.start(program, cachedData);
}
