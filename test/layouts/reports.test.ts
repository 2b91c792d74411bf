/** What reports say of nodes that kubeadm did not make: who signed and renews what, and which connections are known to work. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { expiry } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { at, lintTree, lintTrees } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Cluster, type KitName, kits } from './kits/index.ts';

const firstOf = (kit: KitName) => (kits[kit] as Cluster).nodes[0]?.() as NodeTree;

async function expiryOf(kit: KitName) {
  const archive = await firstOf(kit).toTar();
  return expiry({ at, paths: ['-'], stdin: () => Readable.from([archive]) });
}

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
