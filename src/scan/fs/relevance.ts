/** Which members of an archive may be part of a node's PKI. */
import type { Layouts } from '../../artifact/layout.ts';
import { foldersOfLayout } from './layout-of-tree.ts';
import { isProcessFile } from './process-files.ts';

/** The names of files that may contain objects of a cluster. */
export const objectFile = /\.(?:ya?ml|json)$/i;

/**
 * Returns functions over paths in an archive: `isRelevant` for files of a node's PKI and what refers to them;
 * `isIrrelevant` for large folders of a root file system that contain no part of a PKI.
 */
export function relevanceOf(layouts: Layouts) {
  const alternatives = (paths: readonly string[]) =>
    paths.map((path) => path.replace(/^\//, '').replaceAll('.', '\\.')).join('|');
  const kubelets = layouts.map(({ kubelet }) => kubelet.folder);
  const certificates = layouts.map(({ kubelet }) => kubelet.certificates);
  const paths = alternatives([...new Set([...layouts.flatMap(foldersOfLayout), ...certificates])]);
  const relevant = new RegExp(`(?:^|/)(?:${paths}|systemd/system|etc/default|etc/sysconfig)(?:/|$)`);
  const large = alternatives(kubelets.flatMap((folder) => [`${folder}/pods`, `${folder}/plugins`]));
  const stores = new RegExp(
    `(?:^|/)(?:var/lib/(?:containerd|containers|docker)|${large}|var/cache|usr/share/(?:doc|man|locale))/`,
  );
  const virtual = /(?:^|\/)(?:proc|sys|dev)\//;
  return {
    isRelevant: (path: string): boolean => relevant.test(path),
    /** A copy of a node may be in a folder with such a name, and so may the files of one. */
    isIrrelevant(path: string): boolean {
      const at = relevant.exec(path)?.index ?? Number.POSITIVE_INFINITY;
      const store = stores.exec(`${path}/`)?.index;
      if (store !== undefined) return store <= at;
      return at === Number.POSITIVE_INFINITY && virtual.test(`${path}/`) && !isProcessFile(path);
    },
  };
}
