/** Nothing that is secret is in a copy without keys. */
import { describe, expect, it } from 'vitest';
import { nodeOf } from '../cases/configuration/k3s-nodes.ts';
import { misplacedKeys } from '../hostile/support/misplaced-keys.ts';
import { kits } from '../layouts/kits/index.ts';
import { buildNode } from '../support/build-node.ts';
import { authentication, configure, encryption, keyed } from '../support/configurations.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { spreadInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { detector, isReadable, keysOf } from '../support/secrets.ts';
import { copyOf } from './support.ts';

const textOf = async (node: NodeTree): Promise<string> =>
  (await copyOf(node)).files.map(([, content]) => content).join('\n');

describe('private keys', () => {
  it.each(corpora)('of %s', async (name) => {
    const node = await corpus(name);
    expect(detector(keysOf(node))(await textOf(node))).toBe(false);
  });

  it.each(spreadInAll(Object.entries(misplacedKeys), 6))('misplaced: %s', async (_, misplace) => {
    for (const type of ['P-256', 'Ed25519'] as const) {
      const node = buildNode({ keys: type });
      const keys = keysOf(node);
      misplace(node, node.read('pki/apiserver.key'));
      expect(detector([...keys, ...keysOf(node).filter(isReadable)])(await textOf(node))).toBe(false);
    }
  });
});

/** Of random secrets in base64, one in 64 begins with a slash, as a path does. */
const canaries = ['Canary-7f3a9c51d2e84b06', '/Canary+7f3a9c51d2e84b06'] as const;

/** Adds to each mapping of a file in YAML a field that nothing knows, with a canary. */
const withUnknownFields = (canary: string) => (text: string) =>
  text.replaceAll(/^( *)(- )?([A-Za-z]\w*):$/gm, (line, indent: string, dash = '') => {
    return `${indent}${dash}unknown${line.trim().replace(/\W/g, '')}: ${canary}\n${indent}${' '.repeat(dash.length)}${line.trim().replace(/^- /, '')}`;
  });

const unitOf = (canary: string) => (lines: string) => `[Unit]\nDescription=${canary}\n\n[Service]\n${lines}\n`;
const kubelet = '/etc/systemd/system/kubelet.service';
const manifest = 'manifests/kube-apiserver.yaml';

/** Where people put what is secret, and what no rule needs. */
const placesOf = (canary: string, inBase64: string): Readonly<Record<string, (node: NodeTree) => unknown>> => ({
  'an environment variable of a pod': (node) =>
    node.edit(manifest, (text) =>
      text.replace('    image:', `    env: [{name: PASSWORD, value: ${canary}}]\n    image:`),
    ),
  'an annotation, a label and a comment of a pod': (node) =>
    node.edit(manifest, (text) =>
      text.replace(
        '  name: kube-apiserver\n',
        `  name: kube-apiserver\n  annotations: {secret: ${canary}}\n  # ${canary}\n`,
      ),
    ),
  'unknown fields of each mapping of a pod': (node) => node.edit(manifest, withUnknownFields(canary)),
  'an unknown flag': (node) => node.replaceFlag('kube-apiserver', 'my-password', canary),
  'a flag of a cluster token': (node) => node.replaceFlag('etcd', 'initial-cluster-token', canary),
  'a password in a URL': (node) =>
    node.replaceFlag('kube-apiserver', 'etcd-servers', `https://root:${canary}@127.0.0.1:2379`),
  'a query of a URL': (node) =>
    node.replaceFlag('kube-apiserver', 'etcd-servers', `https://127.0.0.1:2379?token=${canary}`),
  'a further container, and its command': (node) =>
    node.edit(manifest, (text) =>
      text.replace(
        '  containers:\n',
        `  containers:\n  - name: other\n    image: other\n    command: [sh, -c, "login ${canary}"]\n`,
      ),
    ),
  'a static pod of something else': (node) =>
    node.write(
      '/etc/kubernetes/manifests/vip.yaml',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: vip}\nspec:\n  containers:\n  - name: vip\n    image: vip\n    args: [manager, --password, ${canary}]\n    env: [{name: pw, value: ${canary}}]\n`,
    ),
  'a token of a kubeconfig': (node) =>
    node.edit('admin.conf', (text) => text.replace(/ {4}client-key-data: .*/, `    token: ${canary}`)),
  'a password of a kubeconfig': (node) =>
    node.edit('admin.conf', (text) =>
      text.replace(/ {4}client-key-data: .*/, `    username: a\n    password: ${canary}`),
    ),
  'the plugin of a kubeconfig': (node) =>
    node.edit('admin.conf', (text) =>
      text.replace(
        / {4}client-certificate-data: .*\n {4}client-key-data: .*/,
        `    exec: {apiVersion: client.authentication.k8s.io/v1, command: get, args: [${canary}], env: [{name: A, value: ${canary}}]}`,
      ),
    ),
  'the server of a kubeconfig': (node) =>
    node.edit('admin.conf', (text) => text.replace('https://', `https://admin:${canary}@`)),
  'unknown fields of each mapping of a kubeconfig': (node) => node.edit('admin.conf', withUnknownFields(canary)),
  'a second document of a kubeconfig': (node) => node.edit('admin.conf', (text) => `${text}---\nsecret: ${canary}\n`),
  'a kubeconfig that is broken': (node) => node.edit('admin.conf', (text) => `${text}\n  token: "${canary}\n : [`),
  'unknown fields of the configuration of the kubelet': (node) =>
    node.edit('/var/lib/kubelet/config.yaml', (text) => `${withUnknownFields(canary)(text)}\nsecret: ${canary}\n`),
  'a configuration of the kubelet that is broken': (node) =>
    node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}\nsecret: "${canary}\n : [`),
  'a key of an encryption configuration': (node) =>
    configure(node, 'encryption-provider-config', '/etc/kubernetes/pki/e.yaml', encryption(keyed({ key1: inBase64 }))),
  'an encryption configuration with a mistyped field': (node) =>
    configure(
      node,
      'encryption-provider-config',
      '/etc/kubernetes/pki/e.yaml',
      encryption(keyed({ key1: inBase64 }).replace('secret:', 'Secrte:')),
    ),
  'an unknown field of an authentication configuration': (node) =>
    configure(
      node,
      'authentication-config',
      '/etc/kubernetes/pki/a.yaml',
      authentication(`    url: https://u:${canary}@login.example\n    clientSecret: ${canary}\n    audiences: [a]\n`),
    ),
  'a file of tokens': (node) =>
    configure(node, 'token-auth-file', '/etc/kubernetes/pki/tokens.csv', `${canary},user,1\n"${canary},user,\n`),
  'a file of tokens as a configuration': (node) =>
    configure(node, 'authentication-config', '/etc/kubernetes/pki/tokens.csv', `${canary},user,1\n`),
  'a Secret as a configuration': (node) =>
    configure(
      node,
      'authentication-config',
      '/etc/kubernetes/pki/s.yaml',
      `apiVersion: v1\nkind: Secret\ndata: {password: ${inBase64}}\nstringData: {password: ${canary}}\n`,
    ),
  'text around certificates': (node) => node.edit('pki/ca.crt', (text) => `${canary}\n${text}\n${canary}\n`),
  'headers of PEM': (node) =>
    node.edit('pki/apiserver.key', (text) =>
      text.replace(/-----\n/, `-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${canary}\n\n`),
    ),
  'PEM of something else': (node) =>
    node.write('pki/other.pem', `-----BEGIN SECRET-----\n${inBase64}\n-----END SECRET-----\n`),
  'the variables of a unit': (node) =>
    node
      .write(
        kubelet,
        unitOf(canary)(
          `Environment="PASSWORD=${canary}" OTHER=${canary}\nEnvironmentFile=/etc/default/kubelet\nExecStart=/usr/bin/kubelet --v=2 $OTHER`,
        ),
      )
      .write('/etc/default/kubelet', `SECRET=${canary}\n`),
  'an unknown flag of a unit': (node) =>
    node.write(kubelet, unitOf(canary)(`ExecStart=/usr/bin/kubelet --v=2 --key=${canary} --other ${canary}`)),
  'a line of a unit that is no setting': (node) =>
    node.write(
      kubelet,
      unitOf(canary)(`ExecStart=/usr/bin/kubelet --v=2\n  --token ${canary}\nEnvironment=A=b\n${canary}`),
    ),
  'a script': (node) =>
    node
      .write(kubelet, unitOf(canary)('ExecStart=/usr/local/bin/start-kubelet'))
      .write(
        '/usr/local/bin/start-kubelet',
        `#!/bin/sh\nexport PASSWORD=${canary}\nexec /usr/bin/kubelet --v=2 --secret=${canary}\n`,
        0o755,
      ),
});

describe.each(canaries)('canary %s', (canary) => {
  const inBase64 = Buffer.from(`${canary}-and-more`).toString('base64');

  it.each(Object.entries(placesOf(canary, inBase64)))('%s', async (_, place) => {
    const node = buildNode();
    place(node);
    const before = [...node.entries.values()].filter(
      (entry) =>
        entry.type === 'file' && (entry.content.includes(canary) || entry.content.includes(inBase64.slice(0, 30))),
    );
    expect(before).not.toEqual([]);
    const text = await textOf(node);
    expect(text.includes(canary)).toBe(false);
    expect(text.includes(inBase64.slice(0, 24))).toBe(false);
  });

  const settings = ['token', 'agent-token', 'etcd-s3-secret-key', 'datastore-endpoint', 'my-own', 'kube-apiserver-arg'];
  it.each(settings)('a setting %s of k3s', async (name) => {
    const value = name.endsWith('-arg')
      ? `my-password=${canary}`
      : name.endsWith('endpoint')
        ? `postgres://u:${canary}@db`
        : canary;
    const node = nodeOf('k3s server', 0, { '/etc/rancher/k3s/config.yaml': `${name}: ${value}\n` });
    expect((await textOf(node)).includes(canary)).toBe(false);
  });
});

describe('keys of each layout', () => {
  // The sample is eight kits.
  it('a copy of each layout has none of the keys of its node', async () => {
    for (const { nodes } of spreadInAll(Object.values(kits), 4))
      for (const make of nodes.slice(0, 1)) {
        const node = make();
        expect(detector(keysOf(node).filter(isReadable))(await textOf(node))).toBe(false);
      }
  });
});
