/** Where files are in the repository that they belong to: what CI systems show is relative to it. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Terminal } from '../terminal/terminal.ts';

/** Folders into which CI systems check out a repository. */
const checkouts = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR'];

/**
 * Returns a function from a `file` of a report to its path in the repository, with links resolved; undefined for a file
 * of an archive, and for one that is in no repository. A repository is the nearest folder with `.git`, else the
 * checkout of the CI system.
 */
export function repositoryPaths({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>): (file: string) => string | undefined {
  const roots = new Map<string, string | undefined>();
  const given = checkouts.flatMap((name) => env[name] ?? []).map(realPath);
  return (file) => {
    if (file.includes('!/')) return undefined;
    const path = realPath(resolve(cwd, file));
    const folder = dirname(path);
    if (!roots.has(folder)) roots.set(folder, rootOf(folder) ?? given.find((one) => isBelow(path, one)));
    const root = roots.get(folder);
    return root === undefined ? undefined : relative(root, path).split(sep).join('/');
  };
}

/**
 * Returns a function that says whether a file is in the git work tree of the working directory. A copy of a node with a
 * `.git` of its own is in a different one.
 */
export function inWorkTree({ cwd }: Pick<Terminal, 'cwd'>): (file: string) => boolean {
  const roots = new Map<string, string | undefined>();
  const known = (folder: string) => {
    if (!roots.has(folder)) roots.set(folder, rootOf(folder));
    return roots.get(folder);
  };
  return (file) => {
    const root = known(dirname(realPath(resolve(cwd, file))));
    return root !== undefined && root === known(realPath(cwd));
  };
}

function rootOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? undefined : rootOf(dirname(folder));
}

const isBelow = (path: string, folder: string) => path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** The real path, also of what does not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
