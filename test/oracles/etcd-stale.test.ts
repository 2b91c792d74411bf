import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aboutProcesses, lintRecording } from '../running/lint-recording.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Client, clientOf, etcdctl, type Member, startEtcd } from './support/etcd.ts';
import { address } from './support/etcd-variants.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { freshNode, keepEtcdClient } from './support/nodes.ts';
import { changeOnDisk, recorded } from './support/recorded.ts';

const local = 'https://127.0.0.1:2379';
const authority = '/etc/kubernetes/pki/etcd/ca.crt';
const leaves = ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client', 'kube-apiserver-etcd-client'] as const;

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address]);
});
afterAll(() => network?.remove());

/** Runs a node's etcd, and asks it after it was up for longer than the times of files and processes are exact. */
async function withEtcd(node: NodeTree, ask: (member: Member) => Promise<void>): Promise<void> {
  const member = startEtcd(node, network);
  try {
    expect(await member.until('ready to serve client requests'), member.output()).toBe('said');
    await sleep(2500);
    await ask(member);
  } finally {
    await member.stop();
  }
}

const accepts = async (member: Member, client: Client) => (await member.health(client, local, 2)).healthy;

/** What we say about etcd's process and the file of its CA, as `severity rule`. */
async function said(node: NodeTree, member: Member): Promise<readonly string[]> {
  return aboutProcesses(await lintRecording(recorded(node, member)))
    .filter(({ message }) => message.includes(authority))
    .map(({ severity, rule }) => `${severity} ${rule}`);
}

/** Replaces etcd's CA and all that it signed, so that every file fits the others. */
function replaceAll(node: NodeTree): void {
  const { certificate, key } = makeAuthority('etcd-ca', { notBefore: new Date() });
  node.write(authority, certificatePem(certificate)).write(authority.replace(/crt$/, 'key'), privateKeyPem(key));
  for (const role of leaves) node.issue(role, { notBefore: new Date(), key: 'P-256' });
}

describe('etcd keeps the CA that it was started with', () => {
  test('so it refuses clients of the one on disk until it is restarted, and so we say', async () => {
    const node = await freshNode('kubeadm-1.32-default');
    const old = clientOf('probe');
    keepEtcdClient(node, 'probe')();
    await withEtcd(node, async (member) => {
      expect(await accepts(member, etcdctl), member.output()).toBe(true);
      expect(await said(node, member)).toEqual([]);
      changeOnDisk(node, member, replaceAll);
      await sleep(1100);
      // Both verify etcd by the CA on disk, as it serves the certificate on disk.
      expect(await accepts(member, etcdctl)).toBe(false);
      expect(await accepts(member, old), member.output()).toBe(true);
      await member.until('x509: certificate signed by unknown authority');
      expect(await said(node, member)).toEqual(['error process/stale']);
    });
    await withEtcd(node, async (member) => {
      expect(await accepts(member, etcdctl), member.output()).toBe(true);
      expect(await accepts(member, old)).toBe(false);
      expect(await said(node, member)).toEqual([]);
    });
  });

  test('but a renewed leaf is served at once, and nothing is said', async () => {
    const node = await freshNode('kubeadm-1.32-default');
    await withEtcd(node, async (member) => {
      changeOnDisk(node, member, () => node.issue('kube-etcd', { notBefore: new Date(), key: 'P-256' }));
      await sleep(1100);
      expect(await accepts(member, etcdctl), member.output()).toBe(true);
      expect(await said(node, member)).toEqual([]);
    });
  });
});
