#!/usr/bin/env node
'use strict';
/*
 * Starts the program, and loads the parts of it: the core and, where they are needed, chunks. If a file has V8's code
 * cache next to it, that is used: compiling the program takes a quarter of a lint. This file is ES2015, so that an old
 * Node gets as far as the check of its version.
 */
const isProgram = require.main === module;

/** As in `engines` of package.json. */
const oldest = [20, 19];

const found = process.versions.node.split('.').map(Number);
if (isProgram && (found[0] < oldest[0] || (found[0] === oldest[0] && found[1] < oldest[1]))) {
  const needed = oldest.join('.');
  process.stderr.write(`pki-lint: needs Node.js ${needed} or later, this is ${process.versions.node}\n`);
  process.exit(2);
}

/*
 * Completion, which runs at each Tab, the version and the short help are answered by a small bundle, before anything
 * else is loaded. What it cannot answer, such as a full disk, is left to the program.
 */
const quick = ['__complete', '--version', '-V', '--help', '-h'];

const { existsSync, readFileSync } = require('node:fs');

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
    // Most of what a lint creates lives until its end: with more space, less of it is copied.
    '--semi-space-growth-factor=16',
  ],
  // Ten times the default. Delaying type feedback as well gains nothing here.
  12.4: ['--invocation-count-for-turbofan=30000'],
  13.6: ['--invocation-count-for-turbofan=30000', '--invocation-count-for-maglev=30000'],
  // Turbofan comes only after Maglev here, and needs no flag.
  14.6: ['--invocation-count-for-maglev=30000'],
};

/**
 * Sets V8's flags for a process that lints and ends. The library leaves them to its caller.
 */
function setFlags() {
  // Load these before V8's flags are set. The code cache of Node's built-in modules was created without the flags, and
  // V8 rejects it once they are set.
  for (const id of ['node:crypto', 'node:os', 'node:process', 'node:vm']) require(id);
  process.stdout;
  const { setFlagsFromString } = require('node:v8');
  const [major, minor] = process.versions.v8.split('.');
  for (const flag of flagsByV8[`${major}.${minor}`] || []) setFlagsFromString(flag);
}

/**
 * The name of the code cache of a file. A cache is valid only for the Node and the flags of its creation: V8 accepts
 * one of a different patch release of Node, and crashes (20.18.3 with one of 20.20.2, and the reverse).
 */
const cacheOf = (name) => `${name}.${process.version}-${process.arch}.cache`;

/** Reads a file of the program, or returns undefined if there is none. */
const besideThis = (name) => {
  const path = `${__dirname}/${name}`;
  return existsSync(path) ? readFileSync(path) : undefined;
};

/** The code of an error because a file of the program is missing, as `require` has it. */
const missing = 'MODULE_NOT_FOUND';

/**
 * Makes the function that loads all parts of the program, each once, from wherever `read` takes them.
 *
 * @param {(name: string) => Buffer | undefined} read the file of that name, such as `core.cjs`
 * @param {boolean} cached whether code caches are used
 * @param {string} place the directory that stacks name, and code caches with them
 * @returns {{ load: (id: string) => any, scripts: Map<string, import('node:vm').Script> }} `load('./core.cjs')` returns
 *   what that part exports; a file that is
 *   not a script is its text; any other id is what Node's `require` takes. `scripts`: what was loaded, by name
 */
function loader(read, cached, place = __dirname) {
  const { Script } = require('node:vm');
  const modules = new Map();
  const scripts = new Map();
  function load(id) {
    if (!id.startsWith('./')) return require(id);
    if (modules.has(id)) return modules.get(id).exports;
    const name = id.slice(2);
    const source = read(name);
    if (source === undefined) throw Object.assign(new Error(`${name} is missing`), { code: missing });
    const cachedData = cached ? read(cacheOf(name)) : undefined;
    // The build writes only ASCII, which latin1 decodes fastest.
    if (!name.endsWith('.cjs')) return source.latin1Slice();
    const script = new Script(source.latin1Slice(), { filename: `${place}/${name}`, cachedData });
    scripts.set(name, script);
    const module = { exports: {} };
    modules.set(id, module);
    script.runInThisContext()(module.exports, load, module);
    return module.exports;
  }
  return { load, scripts };
}

exports.loader = loader;
exports.besideThis = besideThis;
exports.cacheOf = cacheOf;
exports.setFlags = setFlags;

/**
 * Answers the command line of this process.
 *
 * @param {() => { answer(argv: string[]): boolean }} loadQuick loads the small bundle
 * @param {() => { main(): void }} loadCore
 */
function start(loadQuick, loadCore) {
  if (quick.indexOf(process.argv[2]) !== -1 && loadQuick().answer(process.argv.slice(2))) return;
  setFlags();
  loadCore().main();
}

exports.start = start;

if (isProgram) {
  try {
    start(
      () => require(`${__dirname}/quick.cjs`),
      () => loader(besideThis, true).load('./core.cjs'),
    );
  } catch (error) {
    if (error.code !== missing) throw error;
    process.stderr.write(
      `pki-lint: the installation is incomplete, install it again: ${error.message.split('\n')[0]}\n`,
    );
    process.exitCode = 2;
  }
}
