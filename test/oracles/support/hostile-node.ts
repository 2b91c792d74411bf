/** Nodes whose files name everything in a way that a shell would take for something else. */
import type { NodeTree } from '../../support/node-tree.ts';

const scalar = /^(\s*(?:- )?(?:name|cluster|user|current-context): )(\S.*)$/gm;

/** What is put before the names of files, and before those of clusters, users and contexts. */
export const hostile = {
  file: 'a b\'"$(touch x)`touch x`;touch x;&touch x|x>x<x*?[a-z]~!{a,b}#\\$HOME%s',
  name: '--kubeconfig=$(touch x) \'"`touch x`;touch x',
};

/** Renames the clusters, users and contexts of kubeconfigs, and the files of the PKI that manifests name. */
export function makeHostile(node: NodeTree): NodeTree {
  const { file } = hostile;
  const manifests = [...node.entries].filter(([path]) => path.startsWith('/etc/kubernetes/manifests/'));
  const named = manifests.map(([, entry]) => (entry.type === 'file' ? entry.content.toString() : '')).join('\n');
  // The longest first: a name may be the beginning of another.
  const edits = [...node.entries.keys()]
    .filter((path) => path.startsWith('/etc/kubernetes/pki/') && new RegExp(`${path}(?:$|[^\\w./-])`, 'm').test(named))
    .toSorted((one, other) => other.length - one.length)
    .map((path) => [path, path.replace(/[^/]*$/, (name) => file + name)] as const);
  for (const [from, to] of edits) node.move(from, to);
  for (const [path, entry] of [...node.entries]) {
    if (entry.type !== 'file') continue;
    const text = entry.content.toString();
    if (/^\/etc\/kubernetes\/[^/]*\.conf/.test(path) && text.includes('kind: Config')) {
      node.write(
        path,
        text.replace(scalar, (_, start, name) => start + JSON.stringify(hostile.name + name)),
        entry.mode,
      );
    } else if (path.startsWith('/etc/kubernetes/manifests/')) {
      node.write(
        path,
        edits.reduce((all, [from, to]) => all.replaceAll(`=${from}`, () => `=${to}`), text),
        entry.mode,
      );
    }
  }
  return node;
}
