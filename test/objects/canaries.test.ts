/** No byte of a key, token or password of a dump is in any output, in whichever layer of it that stands. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { lint, reporters } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { root } from '../repository/files.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { detector, isReadable, keysWithin } from '../support/secrets.ts';
import { lintObjects } from './harness.ts';
import { clientOf, clusterApi, clusterCa, kamaji, kubeconfigOf, vcluster } from './hosted.ts';
import { documents, server, servingSecret, webhookCa } from './objects.ts';
import { clusterInfo, kubeadmConfig, kubeProxy } from './published.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The report on a dump in every format. */
async function outputsOf(input: string | Buffer): Promise<string> {
  const report = await lint({ at, paths: ['-'], stdin: () => Readable.from([Buffer.from(input)]), picture: true });
  const all = [];
  for (const write of Object.values(reporters)) all.push(await write(report));
  return [...all, JSON.stringify(report)].join('\n');
}

describe('the keys of a corpus', () => {
  it.each(['default-keys', 'hosted'])('%s', async (name) => {
    const archive = readFileSync(`${root}fixtures/corpora/objects/${name}.tar.gz`);
    const keys = [...new Set(keysWithin(gunzipSync(archive).toString('latin1')))].filter(isReadable);
    expect(keys.length).toBeGreaterThan(0);
    expect(detector(keys)(await outputsOf(archive))).toBe(false);
  });
});

const canary = 'Canary-7f3a9c51d2e84b06-Canary';

/** A secret as text, in base64 from each of its three offsets, and in hex. */
const formsOf = (text: string): readonly string[] => [
  text,
  ...[0, 1, 2].map((offset) => base64(text.slice(offset)).slice(0, 24)),
  Buffer.from(text).toString('hex'),
];

const head = (kind: string, version = 'v1', annotations = '{}') => `apiVersion: ${version}
kind: ${kind}
metadata:
  name: one
  namespace: shop
  creationTimestamp: "2026-11-28T17:00:00Z"
  annotations: ${annotations}`;
const applied = (text: string) => `{kubectl.kubernetes.io/last-applied-configuration: ${JSON.stringify(text)}}`;
const kubeconfig = (user: string) => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: 'https://203.0.113.9:6443'}}]
users: [{name: u, user: ${user}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
`;

/** A Secret of a control plane. */
const hosted = (name: string) =>
  `${head('Secret').replace('name: one', `name: ${name}`)}\n  labels: {cluster.x-k8s.io/cluster-name: prod}\ntype: cluster.x-k8s.io/secret`;

/** Where dumps have what is secret. */
const places: Readonly<Record<string, string>> = {
  'data of a Secret': `${head('Secret')}\ntype: Opaque\ndata:\n  password: ${base64(canary)}`,
  'text of a Secret': `${head('Secret')}\ntype: Opaque\nstringData:\n  password: ${canary}`,
  'data of a TLS Secret that is no PEM': `${head('Secret')}\ntype: kubernetes.io/tls\ndata:\n  tls.crt: ${base64(canary)}\n  tls.key: ${base64(canary)}`,
  'a broken key': `${head('Secret')}\ntype: kubernetes.io/tls\ndata:\n  tls.key: ${base64(`-----BEGIN PRIVATE KEY-----\n${base64(canary)}\n-----END PRIVATE KEY-----\n`)}`,
  'a key next to a certificate': `${head('Secret')}\ntype: kubernetes.io/tls\ndata:\n  tls.crt: ${base64(`-----BEGIN CERTIFICATE-----\n${base64(canary)}\n-----END CERTIFICATE-----\n`)}`,
  'a token in a kubeconfig': `${head('Secret')}\ntype: Opaque\ndata:\n  value: ${base64(kubeconfig(`{token: ${canary}}`))}`,
  'a key in a kubeconfig': `${head('Secret')}\ntype: Opaque\ndata:\n  value: ${base64(kubeconfig(`{client-key-data: ${base64(canary)}}`))}`,
  'a password in a kubeconfig of Cluster API': `${hosted('prod-kubeconfig')}\ndata:\n  value: ${base64(kubeconfig(`{username: u, password: ${canary}}`))}`,
  'a token in a kubeconfig of Kamaji': `${hosted('t1-admin-kubeconfig')}\ndata:\n  admin.conf: ${base64(kubeconfig(`{token: ${canary}}`))}`,
  'a command in a kubeconfig': `${hosted('prod-kubeconfig')}\ndata:\n  value: ${base64(kubeconfig(`{exec: {command: x, env: [{name: KEY, value: ${canary}}]}}`))}`,
  'a kubeconfig with a key in the place of its certificate': `${hosted('prod-kubeconfig')}\ndata:\n  value: ${base64(kubeconfig(`{client-certificate-data: ${base64(canary)}, client-key-data: ${base64(canary)}}`))}`,
  'a kubeconfig that is cut off': `${hosted('prod-kubeconfig')}\ndata:\n  value: ${base64(kubeconfig(`{token: ${canary}`).slice(0, -40))}`,
  'the boot script of a machine': `${hosted('prod-md-0-x7k2p')}\ndata:\n  value: ${base64(`#cloud-config\n- content: ${canary}\n`)}`,
  'the key of a CA that is no PEM': `${hosted('prod-ca')}\ndata:\n  tls.crt: ${base64(canary)}\n  tls.key: ${base64(canary)}`,
  'a Secret that sops has encrypted': `${head('Secret')}\nsops: {mac: ${canary}}\ndata:\n  tls.key: ENC[${canary}]`,
  'a SealedSecret': `${head('SealedSecret', 'bitnami.com/v1alpha1')}\nspec:\n  encryptedData: {password: ${canary}}`,
  'a condition of a Certificate': `${head('Certificate', 'cert-manager.io/v1')}\nspec: {secretName: a}\nstatus:\n  conditions: [{type: Ready, status: 'True', message: ${canary}}]`,
  'what was applied': `${head('Secret', 'v1', applied(JSON.stringify({ data: { password: base64(canary) } })))}\ndata: {}`,
  'what was applied, of a webhook': `${head('ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', applied(canary))}\nwebhooks: []`,
  'an annotation of another program': `${head('Secret', 'v1', `{example.test/password: ${canary}}`)}\ndata: {}`,
  'the environment of a workload': `${head('Deployment', 'apps/v1')}\nspec:\n  template:\n    spec:\n      containers: [{name: a, env: [{name: PASSWORD, value: ${canary}}]}]`,
  'a ConfigMap': `${head('ConfigMap')}\ndata:\n  password: ${canary}`,
  'a kind that is not read': `${head('Pod')}\nspec:\n  password: ${canary}`,
  'a document that is not YAML': `${head('Secret')}\ndata:\n  password: "${canary}\n  other: }`,
  'a key of JSON that is cut off': `{"apiVersion": "v1", "kind": "Secret", "data": {"password": "${canary}`,
};

describe('a canary', () => {
  it.each(Object.entries(places))('in %s', async (_, text) => {
    const outputs = await outputsOf(documents(server(servingSecret(webhookCa())), text));
    for (const form of formsOf(canary)) expect(outputs).not.toContain(form);
  });
});

describe.each([
  `https://u:${canary}@192.0.2.99:6443`,
  `u:${canary}@192.0.2.99:6443`,
  `https://u:${canary} x@192.0.2.99:6443`,
  `https://u:a/${canary}@192.0.2.99:6443`,
  `https://192.0.2.99:6443/?token=${canary}`,
  `https://192.0.2.99:6443#${canary}`,
])('the canary of %s, which no certificate is valid for', (url) => {
  const webhook = `${head('ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1')}
webhooks: [{name: a.b.c, clientConfig: {url: ${JSON.stringify(url)}, caBundle: ${base64(certificatePem(webhookCa().certificate))}}}]`;
  const all: Readonly<Record<string, string>> = {
    'object/cluster-info-server': clusterInfo({
      ca: certificatePem(clusterCa('ca').certificate),
      server: JSON.stringify(url),
    }),
    'object/kube-proxy-server': kubeProxy(JSON.stringify(url)),
    'object/stored-endpoint': kubeadmConfig(`controlPlaneEndpoint: ${JSON.stringify(url)}`),
    'webhook/': webhook,
  };
  it.each(Object.entries(all))('%s', async (rule, objects) => {
    const report = await lintObjects({
      name: '',
      objects,
      nodes: () => [buildNode()],
      options: { picture: true },
      findings: [],
    });
    const outputs = await Promise.all(Object.values(reporters).map((write) => write(report)));
    if (rule !== 'webhook/') expect(outputs.join('')).toContain(rule);
    for (const form of formsOf(canary)) expect(outputs.join('')).not.toContain(form);
  });
});

/** A fault in each part that has a key, so that each is reported. */
it.each(['Cluster API', 'Kamaji', 'vcluster'])(
  'a faulty control plane of %s: no key is in any output',
  async (name) => {
    const [ca, other] = [clusterCa('ca'), clusterCa('other ca')];
    const wrong = kubeconfigOf(clientOf(other, { notAfter: '2026-11-01' }), 'no CA');
    const server = makeAuthority('kube-apiserver', { ca: null, notAfter: '2026-11-01' }, other);
    const all: Readonly<Record<string, string>> = {
      'Cluster API': clusterApi({
        ca: { ...ca, key: other.key },
        proxy: clusterCa('proxy', { ca: null }),
        tokens: ['sa', 'another sa'],
        kubeconfig: wrong,
      }),
      Kamaji: kamaji(ca, wrong, server),
      vcluster: vcluster(ca, server, wrong),
    };
    const text = all[name] ?? '';
    const keys = [...new Set(keysWithin(text))].filter(isReadable);
    expect(keys.length).toBeGreaterThan(1);
    const outputs = await outputsOf(text);
    expect(outputs).toContain('secret/kubeconfig');
    expect(detector(keys, 3)(outputs)).toBe(false);
  },
);

it('a key in each layer of a dump is in no output', async () => {
  const key = privateKeyPem(keyNamed('layers'));
  const inside = kubeconfig(`{client-key-data: ${base64(key)}, client-certificate-data: ${base64(key)}}`);
  const data = (name: string, text: string) =>
    `${head('Secret')}\ntype: kubernetes.io/tls\ndata:\n  ${name}: ${base64(text)}`;
  const all = documents(
    ...[data('tls.key', key), data('tls.crt', key), data('value', inside), data('admin.conf', inside)],
    `${head('Secret', 'v1', applied(JSON.stringify({ data: { 'tls.key': base64(key) } })))}\ndata: {}`,
  );
  expect(detector([key], 3)(await outputsOf(all))).toBe(false);
});
