import { describe, expect, it } from 'vitest';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { secretsOf } from './support/secrets.ts';
import { lintStream, shown } from './support/shown.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const oneLine = (pem: string) => pem.replaceAll('\n', '\\n');
const der = (pem: string) => pem.replace(/-----[^-]+-----|\n/g, '');

/** Ways in which operators misplace a key. Each one could carry it into a path, a value or a message. */
const mistakes: Readonly<Record<string, (node: NodeTree, key: string) => unknown>> = {
  'client-key holds what belongs into client-key-data': (node) =>
    node.edit('admin.conf', (text) => text.replace('client-key-data:', 'client-key:')),
  'client-key holds PEM': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/client-key-data: .*/, `client-key: "${oneLine(key)}"`)),
  'client-key holds bare DER': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/client-key-data: .*/, `client-key: ${der(key)}`)),
  'the server is a key': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/server: .*/, `server: "${oneLine(key)}"`)),
  'certificate data holds a key': (node, key) =>
    node.edit('admin.conf', (text) =>
      text.replace(/client-certificate-data: .*/, `client-certificate-data: ${base64(key)}`),
    ),
  'an argument holds PEM': (node, key) =>
    node
      .replaceFlag('kube-apiserver', 'tls-private-key-file', `"${oneLine(key)}"`)
      .edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/- --tls-private-key-file="(.*)"/, '- "--tls-private-key-file=$1"'),
      ),
  'an argument holds base64': (node, key) =>
    node.replaceFlag('kube-apiserver', 'service-account-signing-key-file', base64(key)),
  'an unknown argument holds bare DER': (node, key) => node.replaceFlag('kube-apiserver', 'secret', der(key)),
  'a variable holds PEM': (node, key) =>
    node.edit('manifests/kube-apiserver.yaml', (text) =>
      text
        .replace('    image:', `    env: [{name: KEY, value: "${oneLine(key)}"}]\n    image:`)
        .replace(/- --tls-private-key-file=.*/, '- --tls-private-key-file=$(KEY)'),
    ),
  "etcd's variable holds PEM": (node, key) =>
    node.edit('manifests/etcd.yaml', (text) =>
      text
        .replace('    image:', `    env: [{name: ETCD_KEY_FILE, value: "${oneLine(key)}"}]\n    image:`)
        .replace(/ *- --key-file=.*\n/, ''),
    ),
  "the kubelet's configuration holds PEM": (node, key) =>
    node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}tlsPrivateKeyFile: "${oneLine(key)}"\n`),
  "the kubelet's flags hold base64": (node, key) =>
    node.write('/var/lib/kubelet/kubeadm-flags.env', `KUBELET_KUBEADM_ARGS="--tls-private-key-file=${base64(key)}"\n`),
  'a script holds PEM': (node, key) =>
    node.write(
      'manifests/kube-apiserver.yaml',
      `kind: Pod\nspec:\n  containers:\n  - name: kube-apiserver\n    command: [sh, -c, "kube-apiserver --tls-private-key-file='${oneLine(key)}'"]\n`,
    ),
  'a certificate and its key changed places': (node, key) =>
    node.write('pki/apiserver.key', node.read('pki/apiserver.crt')).write('pki/apiserver.crt', key),
  'a key is called a certificate': (node, key) =>
    node.write('pki/ca.crt', key.replaceAll(/[A-Z]* ?PRIVATE KEY/g, 'CERTIFICATE')),
  'a key is DER': (node, key) => node.write('pki/sa.key', Buffer.from(der(key), 'base64')),
  'a key is cut': (node, key) => node.write('pki/sa.key', key.slice(0, -20)),
  'a key is where a kubeconfig should be': (node, key) => node.write('admin.conf', key),
  'a key is where a manifest should be': (node, key) => node.write('manifests/etcd.yaml', key),
  'a kubeadm-flags.env is a key': (node, key) => node.write('/var/lib/kubelet/kubeadm-flags.env', key),
};

describe.each(['P-256', 'Ed25519'] as const)('private keys (%s)', (keys) => {
  it.each(Object.entries(mistakes))('%s: nothing of it is shown', async (_, mistake) => {
    const node = buildNode({ keys });
    const secrets = secretsOf(node);
    const key = node.read('pki/apiserver.key');
    mistake(node, key);
    const report = await lintStream(node);
    const text = await shown(report);
    expect(report.failures).toEqual([]);
    expect(
      [...secrets, der(key).slice(0, 40), base64(key).slice(0, 60)].filter((secret) => text.includes(secret)),
    ).toEqual([]);
  });
});

it.each([
  'token: hunter2-token',
  'password: hunter2-token\n    username: u',
  'password: *hunter2-token',
  'exec: {command: x, env: [{name: A, value: hunter2-token}]}',
  'token: "hunter2-token',
])('nothing of a credential is shown: %s', async (credential) => {
  const node = buildNode();
  node.edit('admin.conf', (text) => text.replace(/client-certificate-data: .*\n *client-key-data: .*/, credential));
  expect(await shown(await lintStream(node))).not.toContain('hunter2');
});

it.each<readonly [string, (node: NodeTree) => unknown]>([
  ['a kubeconfig', (node) => node.editKubeconfig('admin.conf', { server: 'https://u:hunter2@192.0.2.99:6443' })],
  ['a kubeconfig without TLS', (node) => node.editKubeconfig('admin.conf', { server: 'http://u:hunter2@192.0.2.10' })],
  [
    "kube-apiserver's etcd",
    (node) => node.replaceFlag('kube-apiserver', 'etcd-servers', 'http://u:hunter2@192.0.2.10:2379'),
  ],
  ["etcd's listeners", (node) => node.replaceFlag('etcd', 'listen-client-urls', 'http://u:hunter2@0.0.0.0:2379')],
  [
    "etcd's peers",
    (node) => node.replaceFlag('etcd', 'initial-advertise-peer-urls', 'https://u:hunter2@192.0.2.10:2380'),
  ],
])('no password in a URL of %s is shown', async (_, change) => {
  const node = buildNode();
  change(node);
  expect(await shown(await lintStream(node))).not.toContain('hunter2');
});
