/**
 * Certificates of a different node are replaced by the same ones with kubeadm and with pki-lint: the names of this
 * node, and those that all control planes share.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { at, lintTree, lintTrees } from '../cases/harness.ts';
import { onDisk, type } from '../issue/support/remedy.ts';
import { controlPlane } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const pki = '/etc/kubernetes/pki';
const extra = ['DNS:api.example.test', 'IP:192.0.2.200'] as const;
const files = { 'kube-apiserver': 'apiserver', 'kube-etcd': 'etcd/server', 'kube-etcd-peer': 'etcd/peer' };
const roles = Object.keys(files) as (keyof typeof files)[];

const sansOf = (pem: string): readonly string[] =>
  (new X509Certificate(pem).subjectAltName ?? '')
    .split(', ')
    .map((san) => san.replace('IP Address:', 'IP:').replace('0:0:0:0:0:0:0:1', '::1'))
    .sort();

/** A healthy control plane whose API server has the names of a balancer, as `certSANs` writes them. */
function balanced(number: 1 | 2 | 3): NodeTree {
  const node = controlPlane(number);
  const sans = sansOf(node.certificate('kube-apiserver')) as `DNS:${string}`[];
  return node.issue('kube-apiserver', { sans: [...sans, ...extra] });
}

/** The second control plane with the PKI of the first. */
function copied(): NodeTree {
  const node = balanced(2);
  for (const [path, entry] of balanced(1).entries) if (path.startsWith(`${pki}/`)) node.entries.set(path, entry);
  return node;
}

interface Documents {
  readonly cluster: {
    readonly controlPlaneEndpoint?: string;
    readonly apiServer?: { readonly certSANs?: readonly string[] };
    readonly etcd?: { readonly local?: Readonly<Record<string, readonly string[]>> };
  };
  readonly node: {
    readonly localAPIEndpoint: { readonly advertiseAddress: string };
    readonly nodeRegistration: { readonly name: string };
  };
}

const san = (name: string) => `${/^[\d.]+$|:/.test(name) ? 'IP' : 'DNS'}:${name}`;

/** What kubeadm writes with a configuration (kubeadm pki_helpers.go, GetAPIServerAltNames and getAltNames). */
function namesOfKubeadm(finding: Finding): Readonly<Record<string, readonly string[]>> {
  const lines = finding.fix.flat().map(({ text }) => text);
  const [, cluster = '', node = ''] =
    /'(\{.*\})' --- '(\{.*\})'/.exec(lines.find((line) => line.startsWith('printf')) ?? '') ?? [];
  const config: Documents = { cluster: JSON.parse(cluster), node: JSON.parse(node) };
  const { name } = config.node.nodeRegistration;
  const address = config.node.localAPIEndpoint.advertiseAddress;
  const service = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map((end) => `kubernetes${end}`);
  const endpoint = config.cluster.controlPlaneEndpoint?.replace(/:\d+$/, '');
  const local = config.cluster.etcd?.local ?? {};
  const etcd = (more: readonly string[] = []) => [name, 'localhost', address, '127.0.0.1', '::1', ...more];
  const all = {
    'kube-apiserver': [
      ...[name, ...service, '10.96.0.1', address, ...(endpoint === undefined ? [] : [endpoint])],
      ...(config.cluster.apiServer?.certSANs ?? []),
    ],
    'kube-etcd': etcd(local.serverCertSANs),
    'kube-etcd-peer': etcd(local.peerCertSANs),
  };
  return Object.fromEntries(Object.entries(all).map(([role, names]) => [role, [...new Set(names.map(san))].sort()]));
}

/** What the command of pki-lint in a finding writes on the node. */
async function writtenByPkiLint(finding: Finding, node: NodeTree) {
  const command =
    finding.fix.flat().find(({ text }) => text.startsWith('pki-lint issue'))?.text ?? expect.fail('no command');
  const root = onDisk(node);
  expect(await type(command, root, at)).toMatchObject({ exitCode: 0 });
  const read = (role: keyof typeof files) => readFileSync(`${root}${pki}/${files[role]}.crt`, 'utf8');
  return Object.fromEntries(roles.map((role) => [role, read(role)]));
}

const healthy = Object.fromEntries(roles.map((role) => [role, balanced(2).certificate(role)]));
const healthyNames = Object.fromEntries(roles.map((role) => [role, sansOf(healthy[role] ?? '')]));
const usagesOf = (pem = '') => {
  const { keyUsage, issuer } = new X509Certificate(pem);
  return { keyUsage, issuer };
};

describe.each([
  ['alone', 'node/copied', () => lintTree(copied())],
  ['next to the first control plane', 'cluster/copied', () => lintTrees([copied(), balanced(1)])],
  ['next to the other control planes', 'cluster/copied', () => lintTrees([copied(), balanced(1), balanced(3)])],
])('a control plane with the certificates of the first, %s', (_, rule, linted) => {
  it('gets its own names and the shared ones, with kubeadm as with pki-lint', async () => {
    const { findings } = await linted();
    const finding = findings.find((one) => one.rule === rule) ?? expect.fail(`no ${rule}`);
    expect(namesOfKubeadm(finding)).toEqual(healthyNames);
    const written = await writtenByPkiLint(finding, copied());
    expect(Object.fromEntries(roles.map((role) => [role, sansOf(written[role] ?? '')]))).toEqual(healthyNames);
    expect(roles.map((role) => usagesOf(written[role]))).toEqual(roles.map((role) => usagesOf(healthy[role])));
  });
});

describe('a control plane whose certificate has lost the names that all others share', () => {
  const finding = async () => {
    const { findings } = await lintTrees([controlPlane(2), balanced(1), balanced(3)]);
    const found = findings.filter(({ rule }) => rule === 'cluster/names');
    expect(found.map(({ severity, rule, subject, node }) => `${severity} ${rule}@${subject} of ${node}`)).toEqual([
      'info cluster/names@kube-apiserver of cp-2',
    ]);
    return found[0] ?? expect.fail();
  };

  it('gets them, with kubeadm as with pki-lint', async () => {
    const found = await finding();
    expect(found.message).toBe(
      'the certificate of kube-apiserver on cp-2 has no SAN for 192.0.2.200 and api.example.test, unlike cp-1 and cp-3',
    );
    expect(namesOfKubeadm(found)['kube-apiserver']).toEqual(healthyNames['kube-apiserver']);
    const written = await writtenByPkiLint(found, controlPlane(2));
    expect(sansOf(written['kube-apiserver'] ?? '')).toEqual(healthyNames['kube-apiserver']);
  });
});

describe('an etcd that serves at an address of its own', () => {
  const namesOfFirst = { 'kube-apiserver': sansOf(controlPlane(1).certificate('kube-apiserver')) };

  it('gets that address besides those that kubeadm adds', async () => {
    const node = controlPlane(1)
      .replaceFlag('etcd', 'advertise-client-urls', 'https://192.0.2.99:2379')
      .replaceFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://192.0.2.99:2379');
    const { findings } = await lintTree(node);
    const names = ['DNS:cp-1', 'DNS:localhost', 'IP:127.0.0.1', 'IP:192.0.2.10', 'IP:192.0.2.99', 'IP:::1'];
    expect(findings.map((finding) => [finding.rule, namesOfKubeadm(finding)])).toEqual([
      ['san/coverage', { ...namesOfFirst, 'kube-etcd': names, 'kube-etcd-peer': names }],
      ['san/documented', { ...namesOfFirst, 'kube-etcd': names, 'kube-etcd-peer': names }],
    ]);
  });
});

describe('an API server that is dialled at the loopback address', () => {
  it('gets that name, which kubeadm adds only to the certificates of etcd', async () => {
    const node = controlPlane(1).editKubeconfig('controller-manager.conf', { server: 'https://localhost:6443' });
    const { findings } = await lintTree(node);
    const names = [...sansOf(node.certificate('kube-apiserver')), 'DNS:localhost'].sort();
    expect(findings.map((finding) => [finding.rule, namesOfKubeadm(finding)['kube-apiserver']])).toEqual([
      ['san/coverage', names],
    ]);
  });
});
