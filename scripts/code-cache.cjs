'use strict';
/* Writes the code cache of dist/program.cjs after a lint, so that it contains everything that a lint compiles. */
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const program = join(root, 'dist', 'program.cjs');
const node = join(root, 'fixtures', 'corpora', 'kubeadm-1.36-default.tar.gz');
process.argv = [process.execPath, program, node, '--at', '2026-12-01', '--format', 'json:/dev/null'];
const script = require(join(root, 'dist', 'start.cjs')).start(program, undefined);
process.on('exit', () => {
  writeFileSync(`${program}.${process.versions.v8}-${process.arch}.cache`, script.createCachedData());
});
