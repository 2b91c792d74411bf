/**
 * What reports say of nodes that kubeadm did not make: who signed and renews what, and which connections are known to
 * work.
 */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { expect as expected, expiry, ruleDocs } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { at, lintTree, lintTrees } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Cluster, type KitName, kits } from './kits/index.ts';

const firstOf = (kit: KitName) => (kits[kit] as Cluster).nodes[0]?.() as NodeTree;

async function inputOf(kit: KitName) {
  const archive = await firstOf(kit).toTar();
  return { at, paths: ['-'], stdin: () => Readable.from([archive]) };
}

const expiryOf = async (kit: KitName) => expiry(await inputOf(kit));

const renewersOf = async (kit: KitName) => {
  const { entries } = await expiryOf(kit);
  return Object.fromEntries(entries.filter(({ inUse }) => inUse).map(({ name, renewedBy }) => [name, renewedBy]));
};

describe('expiry', () => {
  it('says that the script of kubespray renews what kubeadm issued', async () => {
    const renewers = await renewersOf('kubespray control plane');
    expect(renewers).toMatchObject({
      'kube-apiserver': 'kubespray',
      'kubelet.conf': 'kubelet',
      'kube-etcd': 'manual',
      'kubernetes-ca': 'manual',
    });
  });

  it.each([
    ['EKS worker', 'AWS'],
    ['AKS worker', 'Azure'],
    ['GKE worker', 'Google'],
  ] as const)('names the provider of an %s', async (kit, provider) => {
    expect(await renewersOf(kit)).toMatchObject({ 'kubernetes-ca': provider });
  });

  it('says by hand where nothing renews', async () => {
    expect([...new Set(Object.values(await renewersOf('hard way server')))]).toEqual(['manual']);
  });

  it('names the CA that signed a server with its own name', async () => {
    const { entries } = await expiryOf('/opt/kubernetes master');
    const signers = Object.fromEntries(entries.map(({ name, signedBy }) => [name, signedBy]));
    expect(signers).toMatchObject({ 'kube-apiserver': 'kubernetes-ca', 'kubernetes-ca': 'itself' });
  });

  it('names the layout in its head', async () => {
    const report = await expiryOf('kubeasz worker');
    const text = await allReporters.expiry.table(report, { width: 80, color: false, quiet: false, verbose: false });
    expect(text.split('\n')[0]).toBe('worker-01  worker  kubeasz layout  as of 2026-12-01');
  });
});

describe('a certificate of five roles', () => {
  it('is one row with all of them', async () => {
    const report = await expiryOf('hard way 2021 controller');
    const row = report.entries.find(({ role }) => role === 'kube-etcd');
    const others = ['kube-etcd-peer', 'kube-apiserver-etcd-client', 'kube-apiserver', 'kube-apiserver-kubelet-client'];
    expect(row?.otherRoles).toEqual(others);
    const text = await allReporters.expiry.table(report, { width: 120, color: false, quiet: false, verbose: false });
    expect(text).toContain(`\n   also ${others.slice(0, 3).join(', ')},\n`);
  });
});

describe('what is expected', () => {
  it('has no names that the layout leaves open, and is where it is read', async () => {
    const rows = await expected(await inputOf('home-made control plane'));
    expect(rows.find(({ role }) => role === 'kube-apiserver-kubelet-client')).toMatchObject({
      path: '/data/k8s/tls/api-kubelet.crt',
      commonName: null,
      organizations: [],
    });
    expect(rows.flatMap((row) => row.arguments).map(({ value }) => value)).not.toContain('/data/k8s/tls/ca.crt');
  });

  it('is no administrator where any group will do', async () => {
    const rows = await expected(await inputOf('hard way server'));
    const row = rows.find(({ role }) => role === 'kube-apiserver-kubelet-client');
    expect(row?.organizations).toEqual([]);
  });
});

describe('citations', () => {
  it('are about kubeadm only where it made the node', async () => {
    const { findings } = await lintTree(firstOf('kubeasz master'), { at: new Date('2100-01-01') });
    const urls = findings.flatMap(({ cite }) => cite.map(({ url }) => url));
    expect(urls.filter((url) => url.includes('kubeadm'))).toEqual([]);
    const citing = new Set(ruleDocs.filter(({ cite }) => cite.length > 0).map(({ id }) => id));
    expect(findings.filter(({ rule, cite }) => citing.has(rule) && cite.length === 0)).toEqual([]);
  });
});

describe('connections', () => {
  it('work whatever the groups are, where the name decides', async () => {
    const { connections } = await lintTree(firstOf('kubeasz master'));
    const verdicts = Object.fromEntries(
      connections.map(({ client, server, verdict }) => [`${client} → ${server}`, verdict]),
    );
    expect(verdicts).toMatchObject({
      'kube-controller-manager → kube-apiserver': 'ok',
      'kube-scheduler → kube-apiserver': 'ok',
      'kube-proxy → kube-apiserver': 'ok',
      'kube-apiserver as front proxy → extension API servers': 'ok',
      'kube-apiserver → kubelet': 'unknown',
    });
  });
});

describe('the head of a report', () => {
  const options = { width: 100, color: false, quiet: false, verbose: false };

  it('names the layouts of several nodes', async () => {
    const report = await lintTrees([firstOf('kubeasz worker'), firstOf('AKS worker')]);
    const text = await allReporters.report.table(report, options);
    expect(text).toMatch(/^2 nodes {2}Kubernetes version unknown {2}aks, kubeasz layouts {2,}as of 2026-12-01\n/);
  });

  it('names the layout in Markdown and HTML too', async () => {
    const report = await lintTree(firstOf('kubeasz worker'), { picture: true });
    expect(await allReporters.report.markdown(report, options)).toContain('Node worker-01 (kubeasz layout): ');
    expect(await allReporters.report.html(report, options)).toContain(' · kubeasz layout · as of ');
  });
});
