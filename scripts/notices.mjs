import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

async function notice(root, { folder, name, version, license }) {
  const files = (await readdir(join(root, folder))).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/**
 * The licence texts that must be shipped with the bundled packages.
 * @param {string} root the repository
 * @param {{ folder: string, name: string, version: string, license: string }[]} packages
 * @returns {Promise<string>}
 */
export async function thirdPartyNotices(root, packages) {
  const notices = await Promise.all(packages.map((one) => notice(root, one)));
  const rule = '-'.repeat(80);
  return [`pki-lint contains these packages, unchanged.`, ...notices, ''].join(`\n\n${rule}\n\n`);
}
