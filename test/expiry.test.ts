/** What expires on nodes, and who renews it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ExpiryEntry, type ExpiryOptions, expiry } from '../src/index.ts';
import { at } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { certificatePem } from './support/certificates.ts';
import { controlPlane } from './support/cluster.ts';
import { type CorpusName, corpora, corpus } from './support/corpus.ts';
import { makeAuthority } from './support/issue.ts';
import type { NodeTree } from './support/node-tree.ts';

async function expiryOf(node: NodeTree, options: ExpiryOptions = {}) {
  const archive = await node.toTar();
  return expiry({ at, cwd: '/', paths: ['-'], stdin: () => Readable.from([archive]), ...options });
}

const textOf = (node: NodeTree, path: string) => Buffer.from(node.bytes(path)).toString();

const ofCorpus = async (name: CorpusName, options: ExpiryOptions = {}) => expiryOf(await corpus(name), options);

const named = (entries: readonly ExpiryEntry[], name: string): ExpiryEntry => {
  const found = entries.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${entries.map((one) => one.name).join(', ')}`);
  return found;
};

describe('every certificate of a node', () => {
  it.each(corpora)('%s: is listed once, sorted by its end', async (name) => {
    const { entries, exitCode } = await ofCorpus(name, { withinDays: 0.5 });
    expect(exitCode).toBe(0);
    expect(new Set(entries.map(({ fingerprint256 }) => fingerprint256)).size).toBe(entries.length);
    expect(entries.map(({ expires }) => expires)).toEqual(entries.map(({ expires }) => expires).toSorted());
    expect(new Set(entries.map(({ name: one }) => one)).size).toBe(entries.length);
    for (const { places, daysLeft, expires } of entries) {
      expect(places.length).toBeGreaterThan(0);
      expect(daysLeft).toBe(Math.floor((Date.parse(expires) - at.getTime()) / 86_400_000));
    }
  });

  it('kubeadm: twelve leaves and three CAs, of which kubeconfigs embed one', async () => {
    const { entries } = await ofCorpus('kubeadm-1.36-default');
    expect(entries.filter(({ kind }) => kind === 'certificate')).toHaveLength(12);
    expect(entries.filter(({ kind }) => kind === 'authority').map(({ name }) => name)).toEqual([
      'etcd-ca',
      'front-proxy-ca',
      'kubernetes-ca',
    ]);
    const { places, signedBy } = named(entries, 'kubernetes-ca');
    expect(signedBy).toBe('itself');
    expect(places[0]).toEqual({ path: '/etc/kubernetes/pki/ca.crt', entry: null });
    expect(places).toHaveLength(6);
    expect(entries.every(({ isRecommended, inUse }) => isRecommended && inUse)).toBe(true);
  });

  it('a CA that only one kubeconfig embeds has an entry of its own', async () => {
    const node = buildNode();
    const stranger = makeAuthority('another', { notAfter: '2027-01-01' });
    const pem = Buffer.from(certificatePem(stranger.certificate)).toString('base64');
    node.write('admin.conf', textOf(node, 'admin.conf').replace(/(certificate-authority-data: )\S+/, `$1${pem}`));
    const entry = named((await expiryOf(node)).entries, 'CA in admin.conf');
    expect(entry).toMatchObject({ kind: 'authority', role: null, expires: '2027-01-01T00:00:00Z' });
    expect(entry.places[0]?.path).toBe('/etc/kubernetes/admin.conf');
  });

  it('the further CA of a bundle has its common name', async () => {
    const { entries } = await ofCorpus('kubeadm-1.36-intermediate');
    expect(named(entries, 'kubernetes-ca')).toMatchObject({ expires: expect.stringMatching(/^2036/) });
    expect(named(entries, 'kubernetes-ca (Example Root CA)')).toMatchObject({ signedBy: 'itself', inUse: true });
  });

  it('nothing depends on a CA that a rotation left in a bundle', async () => {
    const node = buildNode();
    const old = makeAuthority('kubernetes', { notAfter: '2026-11-30' });
    node.write('pki/ca.crt', textOf(node, 'pki/ca.crt') + certificatePem(old.certificate));
    const { entries, exitCode } = await expiryOf(node, { withinDays: 60 });
    expect(named(entries, 'kubernetes-ca').inUse).toBe(true);
    expect(named(entries, 'kubernetes-ca (kubernetes)')).toMatchObject({ inUse: false, daysLeft: -1 });
    expect(exitCode).toBe(0);
  });
});

describe('the end of a chain', () => {
  it('is that of the CA, if it expires first', async () => {
    const node = buildNode({ certificates: { 'etcd-ca': { notAfter: '2027-02-01' } } });
    const { entries } = await expiryOf(node);
    expect(named(entries, 'kube-etcd')).toMatchObject({
      expires: '2027-02-01T00:00:00Z',
      limitedBy: { name: 'etcd-ca', notAfter: expect.stringMatching(/^2027-1/) },
    });
    expect(named(entries, 'etcd-ca')).not.toHaveProperty('limitedBy');
    expect(named(entries, 'kube-apiserver')).not.toHaveProperty('limitedBy');
  });
});

describe('what renews it', () => {
  it('kubeadm, the kubelet or nothing', async () => {
    const { entries } = await ofCorpus('kubeadm-1.36-finalized');
    expect(named(entries, 'kube-apiserver')).toMatchObject({
      renewedBy: 'kubeadm',
      renewal: 'kubeadm certs renew apiserver',
    });
    expect(named(entries, 'admin.conf').renewal).toBe('kubeadm certs renew admin.conf');
    expect(named(entries, 'kubelet.conf')).toMatchObject({ renewedBy: 'kubelet', renewal: null });
    expect(named(entries, 'kubernetes-ca')).toMatchObject({ renewedBy: 'manual', renewal: null });
    expect(named(entries, 'kubelet.crt')).toMatchObject({ renewedBy: 'manual', inUse: false });
  });

  it('nothing renews what kubelet.conf embeds, nor what the kubelet may not rotate', async () => {
    expect(named((await ofCorpus('kubeadm-1.36-default')).entries, 'kubelet.conf').renewedBy).toBe('manual');
    const node = await corpus('kubeadm-1.36-finalized');
    const path = '/var/lib/kubelet/config.yaml';
    node.write(path, textOf(node, path).replace('rotateCertificates: true', 'rotateCertificates: false'));
    expect(named((await expiryOf(node)).entries, 'kubelet.conf').renewedBy).toBe('manual');
  });

  it('kubeadm renews nothing whose CA has no key here, nor what is elsewhere', async () => {
    const { entries } = await ofCorpus('kubeadm-1.36-external-ca');
    expect(named(entries, 'kube-apiserver')).toMatchObject({ renewedBy: 'manual', renewal: null });
    expect(named(entries, 'kube-etcd').renewedBy).toBe('kubeadm');
    const moved = buildNode();
    moved.move('pki/apiserver.crt', 'pki/own.crt').move('pki/apiserver.key', 'pki/own.key');
    moved.replaceFlag('kube-apiserver', 'tls-cert-file', '/etc/kubernetes/pki/own.crt');
    moved.replaceFlag('kube-apiserver', 'tls-private-key-file', '/etc/kubernetes/pki/own.key');
    expect(named((await expiryOf(moved)).entries, 'kube-apiserver')).toMatchObject({
      renewedBy: 'manual',
      isRecommended: false,
    });
  });
});

describe('--within', () => {
  it.each([
    [undefined, 0, 0],
    [357, 0, 0],
    [359, 1, 12],
    [4000, 1, 15],
  ])('%s days: exit code %i', async (withinDays, exitCode, expiring) => {
    const options = withinDays === undefined ? {} : { withinDays };
    expect(await ofCorpus('kubeadm-1.36-default', options)).toMatchObject({ exitCode, expiring });
  });

  it('counts what has expired, but no old file that the kubelet left', async () => {
    const expired = await ofCorpus('kubeadm-1.36-finalized', { withinDays: 0, at: new Date('2027-12-01') });
    expect(expired).toMatchObject({ exitCode: 1, expiring: 12 });
    const node = await corpus('kubeadm-1.36-finalized');
    const old = '/var/lib/kubelet/pki/kubelet-client-2025-11-24-14-18-21.pem';
    const { certificate } = makeAuthority('old', { notAfter: '2026-11-20', ca: null });
    node.write(old, certificatePem(certificate), 0o600);
    const { entries, exitCode } = await expiryOf(node, { withinDays: 30 });
    expect(entries[0]).toMatchObject({ inUse: false, daysLeft: -11, places: [{ path: old }] });
    expect(exitCode).toBe(0);
  });

  it('a path that cannot be read has its exit code', async () => {
    const { exitCode, failures } = await expiry({ paths: ['/gone'], cwd: '/', withinDays: 60 });
    expect({ exitCode, failures: failures.map(({ path }) => path) }).toEqual({ exitCode: 2, failures: ['/gone'] });
  });
});

it('several nodes are one list, in which a certificate of each is an entry', async () => {
  const root = mkdtempSync(join(tmpdir(), 'expiry-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  controlPlane(1).toDisk(join(root, 'one'));
  controlPlane(2).toDisk(join(root, 'two'));
  const { nodes, entries } = await expiry({ at, cwd: root, paths: ['one', 'two'] });
  expect(nodes.map(({ name }) => name)).toEqual(['cp-1', 'cp-2']);
  expect(entries.map(({ expires }) => expires)).toEqual(entries.map(({ expires }) => expires).toSorted());
  expect(entries.filter(({ name }) => name === 'kubernetes-ca').map(({ node }) => node)).toEqual(['cp-1', 'cp-2']);
});
