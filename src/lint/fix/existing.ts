/** Which files of a node a step can move or copy. */
import type { Pki } from '../../model/roles/pki.ts';

/** Returns the paths at which the node has a file, each once. */
export const existingFiles = (paths: Iterable<string>, { node }: Pick<Pki, 'node'>): readonly string[] =>
  [...new Set(paths)].filter((path) => node.files.get(path)?.state === 'file');
