'use strict';
/*
 * Preloaded into a run of the program. Before each call that changes a disk, and at the end, it copies the image of the
 * disk, which then has what a power failure at this moment would leave. The copies are numbered files in a folder. With
 * DISK_CARELESS files are not synced, only folders.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');

const { DISK_IMAGE: image, DISK_COPIES: folder, DISK_CARELESS: isCareless } = process.env;
let number = 0;

function copy() {
  number += 1;
  execFileSync('cp', ['--sparse=always', image, `${folder}/${String(number).padStart(4, '0')}`]);
}

for (const name of [
  ...['writeSync', 'fchmodSync', 'fchownSync', 'futimesSync', 'fsyncSync'],
  ...['linkSync', 'renameSync', 'unlinkSync', 'mkdirSync', 'rmdirSync'],
]) {
  const call = fs[name];
  fs[name] = (...args) => {
    copy();
    if (isCareless && name === 'fsyncSync' && fs.fstatSync(args[0]).isFile()) return undefined;
    return call(...args);
  };
}
process.on('exit', copy);
