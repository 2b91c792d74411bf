import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `node_modules/a/node_modules/@b/c`; undefined for our own files. */
function packageFolder(input) {
  return input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

async function notice(root, folder) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const files = (await readdir(join(root, folder))).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/**
 * The licence texts that must be shipped with the bundled packages.
 * @param {string} root the repository
 * @param {string[]} inputs files that went into the bundles, relative to the root
 * @returns {Promise<string>}
 */
export async function thirdPartyNotices(root, inputs) {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const notices = await Promise.all(folders.map((folder) => notice(root, folder)));
  const rule = '-'.repeat(80);
  return [`pki-lint contains these packages, unchanged.`, ...notices, ''].join(`\n\n${rule}\n\n`);
}
