import { X509Certificate } from 'node:crypto';
import { lstatSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { buildNode, type NodeOptions } from './build-node.ts';
import { type CorpusName, corpora, corpus } from './corpus.ts';
import { makeAuthority } from './issue.ts';
import type { NodeTree } from './node-tree.ts';
import { type AuthorityRole, authorities, type Role, roles } from './roles.ts';

const twins: [CorpusName, NodeOptions][] = [
  ['kubeadm-1.36-default', {}],
  ['kubeadm-1.36-external-ca', { externalCa: true }],
  // Its etcd files were created manually.
  [
    'kubeadm-1.36-external-etcd',
    {
      externalEtcd: true,
      certificates: {
        'etcd-ca': { sans: null },
        'kube-apiserver-etcd-client': { commonName: 'apiserver-etcd-client' },
      },
    },
  ],
  ['kubeadm-1.36-finalized', { rotatedKubelet: true }],
  ['kubeadm-1.36-worker', { worker: true }],
  ['kubeadm-1.32-default', { release: '1.32' }],
  ['kubeadm-1.22-default', { release: '1.22' }],
];

/** Paths on the node with their modes; names that contain a time are left out. */
const listing = (node: NodeTree) =>
  [...node.entries]
    .filter(([path]) => /^\/(etc|var)\//.test(path) && !/client-20|kubelet\.(crt|key)$/.test(path))
    .map(([path, entry]) => `${path} ${entry.type === 'link' ? 'link' : entry.mode.toString(8)}`)
    .sort();

function certificateFacts(node: NodeTree, role: Role) {
  const { subject, issuer, subjectAltName, keyUsage, ca } = new X509Certificate(node.certificate(role));
  return { subject, issuer, subjectAltName, keyUsage, ca };
}

const flags = (node: NodeTree, component: string) =>
  node
    .read(`manifests/${component}.yaml`)
    .split('\n')
    .filter((line) => /^ +- --|^ +image: /.test(line))
    // kubeadm 1.36 deploys an etcd that cannot go to the next minor: of that there are cases of their own.
    .map((line) => line.replace('etcd:3.6.8-0', 'etcd:3.6.11-0'))
    .sort();

const has = (node: NodeTree, role: Role) => {
  try {
    return node.certificate(role) !== '';
  } catch {
    return false;
  }
};

describe.each(twins)('a node like %s', (name, options) => {
  test('has the files, modes, flags and certificates of the real one', async () => {
    const [built, real] = [buildNode(options), await corpus(name)];
    expect(listing(built)).toEqual(listing(real));
    for (const component of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']) {
      if (real.has(`manifests/${component}.yaml`)) expect(flags(built, component)).toEqual(flags(real, component));
    }
    const present = roles.filter((role) => has(real, role));
    expect(roles.filter((role) => has(built, role))).toEqual(present);
    for (const role of present) expect(certificateFacts(built, role), role).toEqual(certificateFacts(real, role));
  });
});

test.each(Object.keys(authorities) as AuthorityRole[])(
  'everything that %s has to sign verifies with its key',
  (role) => {
    const node = buildNode();
    const { publicKey } = new X509Certificate(node.certificate(role));
    const signed = roles.filter((leaf) => new X509Certificate(node.certificate(leaf)).verify(publicKey));
    expect(signed.length).toBeGreaterThan(1);
    for (const leaf of signed) expect(node.key(leaf).privateKey.type).toBe('private');
  },
);

test('one change changes nothing else', () => {
  const before = buildNode();
  const after = buildNode().issue('kube-apiserver', { sans: ['DNS:cp-1'], usages: null, notAfter: '2026-11-30' });
  const changed = [...after.entries].filter(([path, entry]) => !isDeepStrictEqual(entry, before.entries.get(path)));
  expect(changed.map(([path]) => path)).toEqual(['/etc/kubernetes/pki/apiserver.crt']);
  const certificate = new X509Certificate(after.certificate('kube-apiserver'));
  expect(certificate).toMatchObject({ subject: 'CN=kube-apiserver', subjectAltName: 'DNS:cp-1', keyUsage: undefined });
  expect(new Date(certificate.validTo)).toEqual(new Date('2026-11-30'));
  expect(certificate.checkPrivateKey(after.key('kube-apiserver').privateKey)).toBe(true);
});

test('subjects, keys and issuers can be changed one by one, in kubeconfigs too', () => {
  const stranger = makeAuthority('stranger');
  const node = buildNode()
    .issue('admin.conf', { organizations: ['a', 'b'] })
    .issue('scheduler.conf', { commonName: 'system:other', key: 'RSA-2048' })
    .issue('kube-etcd', { issuer: stranger })
    .issue('front-proxy-client', { key: 'Ed25519', writeKey: false });
  expect(new X509Certificate(node.certificate('admin.conf')).subject).toBe('O=a\nO=b\nCN=kubernetes-admin');
  const scheduler = new X509Certificate(node.certificate('scheduler.conf'));
  expect(scheduler.subject).toBe('CN=system:other');
  expect(scheduler.publicKey.asymmetricKeyType).toBe('rsa');
  expect(scheduler.checkPrivateKey(node.key('scheduler.conf').privateKey)).toBe(true);
  expect(new X509Certificate(node.certificate('kube-etcd')).issuer).toBe('CN=stranger');
  expect(node.key('front-proxy-client').privateKey.asymmetricKeyType).toBe('ec');
});

test.each(corpora.filter((name) => !name.includes('worker')))('a certificate of %s can be re-issued', async (name) => {
  const node = await corpus(name);
  const before = certificateFacts(node, 'kube-apiserver');
  node.issue('kube-apiserver');
  expect(certificateFacts(node, 'kube-apiserver')).toEqual(before);
  const { publicKey } = new X509Certificate(node.certificate('kubernetes-ca'));
  expect(new X509Certificate(node.certificate('kube-apiserver')).verify(publicKey)).toBe(true);
});

test('flags are replaced, added and removed', () => {
  const node = buildNode()
    .replaceFlag('kube-apiserver', 'etcd-cafile', '/x')
    .replaceFlag('kube-apiserver', 'profiling', 'false')
    .replaceFlag('kube-apiserver', 'tls-cert-file', undefined);
  const text = node.read('manifests/kube-apiserver.yaml');
  expect(text).toContain('    - --etcd-cafile=/x\n');
  expect(text).toContain('    - --profiling=false\n    image: ');
  expect(text).not.toContain('tls-cert-file');
  expect(() => node.edit('admin.conf', (same) => same)).toThrow('changed nothing');
  expect(() => node.remove('pki/none')).toThrow('nothing to remove');
});

test('is the same on disk and in an archive, with modes and links', async () => {
  const node = buildNode({ rotatedKubelet: true });
  const root = mkdtempSync(join(tmpdir(), 'pki-lint-'));
  try {
    node.toDisk(root);
    expect(lstatSync(join(root, 'etc/kubernetes/pki/ca.key')).mode & 0o7777).toBe(0o600);
    expect(lstatSync(join(root, 'etc/kubernetes/manifests')).mode & 0o7777).toBe(0o700);
    expect(readlinkSync(join(root, 'var/lib/kubelet/pki/kubelet-client-current.pem'))).toMatch(
      /^\/var\/lib\/kubelet\//,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
  const tar = await node.toTar({ wrapper: 'cp-1' });
  expect(tar.length % 512).toBe(0);
  expect(tar.includes('cp-1/etc/kubernetes/pki/ca.key')).toBe(true);
});
