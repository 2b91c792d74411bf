#!/usr/bin/env node
'use strict';
/*
 * Starts the program from V8's code cache, if the build wrote one for this version of V8: compiling the program takes a
 * quarter of a lint. A cache is valid only for the V8 version and the flags it was created with.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, 'program.cjs');
let cachedData;
try {
  cachedData = readFileSync(`${program}.${process.versions.v8}-${process.arch}.cache`);
} catch {
  // Not the Node of the build. That is fine: the program is compiled as usual.
}
if (cachedData === undefined) require(program);
else require('./start.cjs').start(program, cachedData);
