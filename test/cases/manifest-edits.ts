import { certificatePem } from '../support/certificates.ts';
import type { Authority } from '../support/issue.ts';
import { privateKeyPem } from '../support/keys.ts';
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

/** Adds a second `--service-account-key-file`. */
export function alsoVerifiedWith(node: NodeTree, path: string): NodeTree {
  return node.edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace(/^( +- --service-account-key-file=).*\n/m, `$&$1${path}\n`),
  );
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

/** Makes kube-apiserver dial an etcd whose CA, files and users are those of another team. */
export function dialEtcdOf(node: NodeTree, own: Authority): void {
  node.issue('kube-apiserver-etcd-client', { issuer: own, commonName: 'k8s-prod', organizations: ['db'] });
  node.move('pki/apiserver-etcd-client.crt', '/etc/etcd/ssl/client.pem');
  node.move('pki/apiserver-etcd-client.key', '/etc/etcd/ssl/client-key.pem');
  node.write('/etc/etcd/ssl/root.pem', certificatePem(own.certificate)).remove('pki/etcd');
  setFlags(node, 'kube-apiserver', {
    'etcd-cafile': '/etc/etcd/ssl/root.pem',
    'etcd-certfile': '/etc/etcd/ssl/client.pem',
    'etcd-keyfile': '/etc/etcd/ssl/client-key.pem',
  });
  mount(node, 'kube-apiserver', '/etc/etcd/ssl');
}

/** Gives the kubelet a serving pair in a folder of its own, named by its configuration. */
export function serveKubeletWith(node: NodeTree, pair: Authority): void {
  node.write('/srv/kubernetes/kubelet-server.crt', certificatePem(pair.certificate));
  node.write('/srv/kubernetes/kubelet-server.key', privateKeyPem(pair.key));
  node.edit(
    '/var/lib/kubelet/config.yaml',
    (text) =>
      `${text}tlsCertFile: /srv/kubernetes/kubelet-server.crt\ntlsPrivateKeyFile: /srv/kubernetes/kubelet-server.key\n`,
  );
}
