/** What Go accepts and OpenSSL refuses, asked of a real etcd: by etcdctl, and by curl and Python. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { keyNamed } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { etcdctl, startEtcd } from './support/etcd.ts';
import { address } from './support/etcd-variants.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { freshNode } from './support/nodes.ts';

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address]);
});
afterAll(() => network?.remove());

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  /** All findings, as `rule@subject`. */
  readonly findings: readonly string[];
  /** The error of OpenSSL; undefined: it accepts the server. */
  readonly says?: RegExp;
}

const otherId = { subjectKeyId: Buffer.alloc(20, 7) };

const variants: readonly Variant[] = [
  { name: 'as kubeadm wrote it', change: () => undefined, findings: [] },
  {
    name: 'a CA that was made again with the same key, and with another key identifier',
    change: (node) => node.issue('etcd-ca', otherId),
    findings: ['authority/key-identifier@etcd-ca'],
    says: /unable to get (?:local )?issuer certificate/,
  },
  {
    name: 'a CA without a key identifier',
    change: (node) => node.issue('etcd-ca', { subjectKeyId: null }),
    findings: [],
  },
  {
    name: 'the same, next to the CA that it was made from',
    change: (node) => {
      const before = node.read('pki/etcd/ca.crt');
      node.issue('etcd-ca', otherId).edit('pki/etcd/ca.crt', (text) => text + before);
    },
    findings: [],
  },
  {
    name: 'any extended key usage, and no other',
    change: (node) => node.issue('kube-etcd', { usages: ['2.5.29.37.0'] }),
    findings: ['cert/any-usage@kube-etcd'],
    says: /unsuitable certificate purpose|unsupported certificate purpose/,
  },
  {
    name: 'any extended key usage, and server auth',
    change: (node) => node.issue('kube-etcd', { usages: ['2.5.29.37.0', 'serverAuth'] }),
    findings: [],
  },
  {
    name: 'a key of 1024 bits',
    change: (node) => node.issue('kube-etcd', { key: keyNamed('shorter than anybody likes', 'RSA-1024') }),
    findings: ['cert/key-size-minor@kube-etcd'],
    says: /EE certificate key too weak|ee key too small/i,
  },
];

test.each(variants)('$name', async ({ change, findings, says }) => {
  const node = await freshNode('kubeadm-1.32-default');
  change(node);
  const report = await lintTree(node, { at: new Date() });
  expect(report.findings.map(({ severity, rule, subject }) => `${severity} ${rule}@${subject}`)).toEqual(
    findings.map((name) => `info ${name}`),
  );
  const member = startEtcd(node, network);
  try {
    expect(await member.until('ready to serve client requests'), member.output()).toBe('said');
    const endpoint = 'https://127.0.0.1:2379';
    expect(await member.health(etcdctl, endpoint)).toMatchObject({ healthy: true });
    for (const program of ['curl', 'python'] as const) {
      const { healthy, output } = await member.ask(program, etcdctl, endpoint);
      expect({ program, healthy }, output).toEqual({ program, healthy: says === undefined });
      if (says) expect(output).toMatch(says);
    }
  } finally {
    await member.stop();
  }
});
