/**
 * The Node.js that is put into executables: a release that node.json names, as npm has it. It is kept outside the
 * project, like the versions for tests.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const pinned = JSON.parse(readFileSync(new URL('node.json', import.meta.url), 'utf8'));

/** @type {readonly string[]} */
export const architectures = Object.keys(pinned.integrity);

/** Where files are kept that builds download. */
const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pki-lint');

/**
 * Makes a folder in the cache, all of it or nothing, unless it is there.
 * @param {string} name
 * @param {(folder: string) => void} fill
 */
export function kept(name, fill) {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    fill(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    throw error;
  }
  return folder;
}

/**
 * Gets the Node.js for an architecture. Throws if it is not the one that was pinned.
 * @param {string} architecture as `process.arch` has it
 * @returns {{ version: string, integrity: string, program: string, license: string }} its version and digest as npm has
 *   them, and the paths of its files
 */
export function embeddedNode(architecture) {
  const name = `node-linux-${architecture}`;
  const folder = kept(`embedded-${pinned.version}-${architecture}`, (draft) => {
    const options = ['--silent', '--pack-destination', draft];
    const tarball = execFileSync('npm', ['pack', ...options, `${name}@${pinned.version}`], { encoding: 'utf8' }).trim();
    const digest = createHash('sha512')
      .update(readFileSync(join(draft, tarball)))
      .digest('base64');
    if (`sha512-${digest}` !== pinned.integrity[architecture]) throw new Error(`${tarball} is not what was pinned`);
    const files = ['package/bin/node', 'package/LICENSE'];
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', ...files], { cwd: draft });
    rmSync(join(draft, tarball));
  });
  const [program, license] = ['bin/node', 'LICENSE'].map((path) => join(folder, path));
  return { version: pinned.version, integrity: pinned.integrity[architecture], program, license };
}
