'use strict';
/*
 * Starts the program in the executable. What is next to the launcher in the package are assets here.
 */
const { getRawAsset } = require('node:sea');
const { loader, start } = require('../launcher.cjs');

/** Returns an asset, which is read where it lies in the executable, or undefined if there is none. */
function read(name) {
  try {
    return Buffer.from(getRawAsset(name));
  } catch (error) {
    if (error.code !== 'ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND') throw error;
    return undefined;
  }
}

const load = (name) => loader(read, true, '/pki-lint').load(name);
start(
  () => load('./quick.cjs'),
  () => load('./core.cjs'),
);
