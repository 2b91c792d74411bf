import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssueOptions } from '../../src/index.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { asCluster, clientOf, etcdctl, kubeApiserver, type Member, startEtcd } from './support/etcd.ts';
import { joinNode } from './support/issue-scenarios.ts';
import { facts, issueInto, joined, nodeAt, withManifests } from './support/issued.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { temporaryFolder } from './support/programs.ts';

const [address, otherAddress] = [facts.advertiseAddress, joined.advertiseAddress];
const ready = 'ready to serve client requests';
const unknownAuthority = 'x509: certificate signed by unknown authority';

const folder = temporaryFolder();
let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address, otherAddress]);
  network.part(address, otherAddress);
});
afterAll(() => {
  network?.remove();
  folder.remove();
});

type Variant = IssueOptions & { readonly name: string };

const large: readonly Variant[] = [
  { name: 'with rsa-3072', algorithm: 'rsa-3072' },
  { name: 'with rsa-4096', algorithm: 'rsa-4096' },
];

const variants: readonly Variant[] = [
  { name: 'as kubeadm', algorithm: 'rsa-2048' },
  { name: 'as documented', profile: 'documented', algorithm: 'ecdsa-p384' },
  { name: 'with one root above the CAs', rootCa: true },
  { name: 'with ecdsa-p256', algorithm: 'ecdsa-p256' },
  // Their keys take long to generate.
  ...sampled<typeof large>([], large),
];

const roles = [
  ...['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client'],
  ...['kube-apiserver-etcd-client', 'kube-apiserver-kubelet-client'],
];

/** A client certificate from the cluster CA that is sent with its whole chain, up to the root if there is one. */
function strangerOf(node: NodeTree, root: string) {
  node.write('pki/stranger.crt', node.read('pki/apiserver-kubelet-client.crt') + node.read('pki/ca.crt') + root);
  node.write('pki/stranger.key', node.read('pki/apiserver-kubelet-client.key'));
  return clientOf('stranger');
}

describe('etcd accepts its clients with the issued certificates, and no one else', () => {
  test.each(variants)('$name', async ({ name, ...options }) => {
    const root = join(folder.path, name.replaceAll(' ', '-'));
    const rootDir = options.rootCa ? { rootDir: `${root}-ca` } : {};
    await issueInto(root, { facts, only: roles, ...options, ...rootDir });
    const node = withManifests(nodeAt(root));
    const stranger = strangerOf(node, options.rootCa ? nodeAt(`${root}-ca`).read('/root-ca.crt') : '');
    const member = startEtcd(node, network);
    try {
      expect(await member.until(ready), member.output()).toBe('said');
      for (const client of [etcdctl, kubeApiserver(node)]) {
        for (const host of ['127.0.0.1', address]) await expectHealth(member, client, host);
      }
      expect((await member.health(stranger, `https://${address}:2379`, 1)).healthy).toBe(false);
      expect(await member.until(unknownAuthority)).toBe('said');
    } finally {
      await member.stop();
    }
  });
});

async function expectHealth(member: Member, client: Parameters<Member['health']>[0], host: string): Promise<void> {
  const { healthy, output } = await member.health(client, `https://${host}:2379`, 10);
  expect(healthy, output + member.output()).toBe(true);
}

test('a node that joins is a second member', async () => {
  const [first, second] = [join(folder.path, 'cp-1'), join(folder.path, 'cp-2')];
  await issueInto(first, { facts });
  await joinNode(first, second);
  const cp1 = withManifests(nodeAt(first));
  const cp2 = withManifests(nodeAt(second), { name: joined.nodeName, ip: otherAddress });
  asCluster([cp1, address], [cp2, otherAddress]);
  const members = [startEtcd(cp1, network), startEtcd(cp2, network)] as const;
  try {
    for (const member of members) expect(await member.until(ready), member.output()).toBe('said');
    // The clients of each member connect to the other member.
    await expectHealth(members[0], etcdctl, otherAddress);
    await expectHealth(members[1], etcdctl, address);
    await expectHealth(members[1], kubeApiserver(cp2), otherAddress);
    for (const member of members) expect(member.output()).not.toMatch(/rejected connection|x509:/);
  } finally {
    for (const member of members) await member.stop();
  }
});
