#!/usr/bin/env node
'use strict';
/*
 * Starts the program, from V8's code cache where the build left one for this very V8: compiling the program is a
 * fourth of what a lint costs. The cache belongs to a V8 and to its flags, so that it is made and used with the same.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, 'program.cjs');
let cachedData;
try {
  cachedData = readFileSync(`${program}.${process.versions.v8}-${process.arch}.cache`);
} catch {
  // Another Node than that of the build: nothing is wrong, the program compiles as usual.
}
if (cachedData === undefined) require(program);
else require('./start.cjs').start(program, cachedData);
