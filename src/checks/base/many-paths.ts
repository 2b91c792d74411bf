/** Problems of many paths: what of them a problem lists, and what its fix leaves out. */
import type { Consequence, Problem } from './check.ts';

/** The limit of paths that a problem lists: a hostile folder can contain any number. */
const mostPaths = 100;

/** What a problem of several paths says about each of them. */
export function relatedPaths(paths: readonly string[], describe: (path: string) => string): readonly Consequence[] {
  if (paths.length < 2) return [];
  return paths.slice(0, mostPaths).map((path) => ({ path, subject: path, message: describe(path) }));
}

/** The paths for the command of a fix, and how many it leaves out. */
export function pathsToFix(paths: readonly string[]): Required<Pick<Problem, 'lists' | 'leftOut'>> {
  return { lists: { files: paths.slice(0, mostPaths) }, leftOut: Math.max(0, paths.length - mostPaths) };
}
