/** Paths in a node that may be secrets: of random ones in base64, one in 64 begins with a slash. */
import type { NodeFile } from '../../artifact/file.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { isPlain } from './values.ts';

const isThere = (state: string): boolean => state !== 'absent' && state !== 'outside';

/**
 * Leaves out of a node the paths that only a variable or an unknown field has, that are not usual ones, and at which
 * nothing is.
 *
 * @param shown values that the node shows anyway
 */
export function withoutUnknownPaths(node: ScannedNode, shown: ReadonlySet<string>): ScannedNode {
  const { files, programFiles } = node;
  const ofFlags = new Set(programFiles.flatMap(({ flag, path }) => (flag === undefined ? [] : path)));
  const isKnown = (path: string) =>
    isPlain(path) || shown.has(path) || ofFlags.has(path) || isThere(files.get(path)?.state ?? 'absent');
  const ofSettings = [...files.values()].flatMap(({ content }) => (content?.type === 'settings' ? content.paths : []));
  const unknown = new Set([...ofSettings, ...programFiles.map(({ path }) => path)].filter((path) => !isKnown(path)));
  if (unknown.size === 0) return node;
  const isLeft = ({ path }: { readonly path: string }) => !unknown.has(path);
  const without = (file: NodeFile): NodeFile =>
    file.content?.type !== 'settings'
      ? file
      : { ...file, content: { ...file.content, paths: file.content.paths.filter((path) => !unknown.has(path)) } };
  return {
    ...node,
    programFiles: programFiles.filter(isLeft),
    files: new Map([...files.values()].filter(isLeft).map((file) => [file.path, without(file)])),
  };
}
