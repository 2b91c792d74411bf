/** Which packages are in the bundles. The notices and the bills of materials both take them from here. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `node_modules/a/node_modules/@b/c`; undefined for our own files. */
function packageFolder(input) {
  return input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

/**
 * Returns the packages that files come from, sorted by folder. A folder is a key of package-lock.json.
 * @param {string} root the repository
 * @param {string[]} inputs files that went into the bundles, relative to the root
 * @returns {Promise<{ folder: string, name: string, version: string, license: string }[]>}
 */
export async function bundledPackages(root, inputs) {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  return Promise.all(
    folders.map(async (folder) => {
      const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
      return { folder, name, version, license };
    }),
  );
}
