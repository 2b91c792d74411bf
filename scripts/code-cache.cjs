'use strict';
/*
 * Writes the code cache of dist/program.cjs after some lints, so that it contains everything that a lint compiles: of a
 * folder and of an archive, as JSON and as a table.
 */
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const program = join(root, 'dist', 'program.cjs');
const name = 'kubeadm-1.36-default';
const archive = join(root, 'fixtures', 'corpora', `${name}.tar.gz`);
const folder = mkdtempSync(join(tmpdir(), 'pki-lint-build-'));
execFileSync('tar', ['-xpzf', archive, '-C', folder]);

const lints = [
  [join(folder, name, 'etc/kubernetes/pki'), '--format', 'json:/dev/null'],
  [join(folder, name, 'etc/kubernetes/pki'), '--format', 'table:/dev/null'],
  [archive, '--format', 'json:/dev/null'],
];

let run;
let script;

/** Starts the next lint once the one before has nothing left to do. */
function next() {
  const [path, ...options] = lints.shift() ?? [];
  if (path === undefined) {
    writeFileSync(`${program}.${process.versions.v8}-${process.arch}.cache`, script.createCachedData());
    rmSync(folder, { recursive: true });
    return;
  }
  process.argv = [process.execPath, program, path, '--at', '2026-12-01', ...options];
  if (run === undefined) ({ script, run } = require(join(root, 'dist', 'cli.cjs')).start(program, undefined));
  else run();
  // Node emits the event again only if there was something to do.
  process.once('beforeExit', () => setImmediate(next));
}
next();
