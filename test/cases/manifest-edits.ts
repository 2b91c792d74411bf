import type { NodeTree } from '../support/node-tree.ts';

/** Mounts a folder or file of the node in a component's container, by default at the same path. */
export function mount(node: NodeTree, component: string, hostPath: string, mountPath = hostPath): void {
  const name = `extra-${hostPath.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-/, '')}`;
  node.edit(`manifests/${component}.yaml`, (text) =>
    text
      .replace('    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${mountPath}\n      name: ${name}\n`)
      .replace('  volumes:\n', `  volumes:\n  - hostPath:\n      path: ${hostPath}\n    name: ${name}\n`),
  );
}

/** Sets several flags of one component. */
export function setFlags(
  node: NodeTree,
  component: string,
  flags: Readonly<Record<string, string | undefined>>,
): NodeTree {
  for (const [flag, value] of Object.entries(flags)) node.replaceFlag(component, flag, value);
  return node;
}

/** Changes every argument in a component's command. */
export function respell(node: NodeTree, component: string, spell: (flag: string) => string): void {
  node.edit(`manifests/${component}.yaml`, (text) => text.replaceAll(/^ {4}- (--.*)$/gm, (_, flag) => spell(flag)));
}

/** The list items of a component's command, for tests that write the manifest in a different way. */
export function commandOf(node: NodeTree, component: string): readonly string[] {
  const text = node.read(`manifests/${component}.yaml`);
  return [component, ...[...text.matchAll(/^ {4}- (--.*)$/gm)].map((match) => match[1] ?? '')];
}

/** Replaces the lines of the command. */
export function replaceCommand(node: NodeTree, component: string, lines: readonly string[]): void {
  node.edit(`manifests/${component}.yaml`, (text) =>
    text.replace(/ {2}- command:\n(?: {4}- .*\n)+/, `${lines.join('\n')}\n`),
  );
}

/** Renames a path in every manifest, kubeconfig and kubelet setting. */
export function repath(node: NodeTree, files: readonly string[], from: string, to: string): void {
  for (const file of files) node.edit(file, (text) => text.replaceAll(from, to));
}

export const manifests = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
  (name) => `manifests/${name}.yaml`,
);
