/** Walks a folder of certificates recursively, within limits. */

import { withoutSecret } from '../core/secrets.ts';
import type { Files } from './components/node-files.ts';
import { ownFolder } from './fs/nested.ts';
import type { Resolve } from './fs/resolve.ts';
import { join, maxFileBytes } from './fs/tree.ts';

const maxFolders = 16;
const maxEntries = 20_000;
const maxBytes = 256 * 1024 * 1024;

/**
 * Looks at everything below a folder, depth first, sorted by name. Each real folder is entered only once, so loops of
 * links are harmless.
 *
 * @param isFlat whether the folders in it are something else
 * @returns the paths of everything except folders; a folder that could not be read is included, so that it is reported
 */
export function walk(files: Files, resolve: Resolve, top: string, isFlat = false): readonly string[] {
  const found: string[] = [];
  const entered = new Set<string>();
  let entries = 0;
  let bytes = 0;

  function enter(folder: string, depth: number): void {
    const real = resolve(folder).realPath;
    if (real === undefined || entered.has(real)) return;
    entered.add(real);
    if (depth > maxFolders) {
      giveUp(folder, `directories are nested more than ${maxFolders} levels deep`);
      return;
    }
    for (const name of files.list(folder)) {
      if (name === ownFolder) continue;
      entries += 1;
      if (entries > maxEntries) {
        giveUp(folder, `more than ${maxEntries} files`);
        return;
      }
      const path = join(folder, withoutSecret(name));
      // Reports show paths.
      if (!path.endsWith(name)) {
        giveUp(path, 'its name contains a private key');
        continue;
      }
      const { state, size } = files.look(path);
      if (state === 'directory') {
        if (!isFlat) enter(path, depth + 1);
        continue;
      }
      found.push(path);
      // What is refused was read before, if it is not too large for that.
      if (state === 'file' || (state === 'too-large' && (size ?? 0) <= maxFileBytes)) bytes += size ?? 0;
      if (bytes > maxBytes) {
        giveUp(folder, `more than ${maxBytes} bytes`);
        return;
      }
    }
    if (folder !== top && files.look(folder).state !== 'directory') found.push(folder);
  }

  function giveUp(folder: string, detail: string): void {
    files.giveUp(folder, detail);
    found.push(folder);
  }

  enter(top, 1);
  return found;
}
