import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { askEtcd, clientOf, etcdctl, kubeApiserver, type Member, startEtcd } from './support/etcd.ts';
import { broken } from './support/etcd-broken.ts';
import { address, all, healthy } from './support/etcd-variants.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { errorsOf, errorWords, freshNode, keepEtcdClient } from './support/nodes.ts';
import { compare, failing, judged } from './support/verdicts.ts';

const ready = 'ready to serve client requests';
const local = 'https://127.0.0.1:2379';

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address]);
});
afterAll(() => network?.remove());

let node: NodeTree;
let addProbe: () => void;
beforeEach(async () => {
  node = await freshNode('kubeadm-1.32-default');
  addProbe = keepEtcdClient(node, 'probe');
});

/** Runs the node's etcd while the test asks it questions. */
async function withEtcd<T>(ask: (member: Member) => Promise<T>): Promise<T> {
  const member = startEtcd(node, network);
  try {
    return await ask(member);
  } finally {
    await member.stop();
  }
}

const lintNow = () => lintTree(node, { at: new Date() });
describe('etcd serves its clients, and so we say', () => {
  test.each(sample(healthy, 6))('$name', async ({ change, findings, fails }) => {
    change(node);
    const report = await lintNow();
    const told = report.findings.filter(({ severity }) => severity !== 'info');
    expect(told.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual(findings);
    expect(errorsOf(report)).toEqual([]);
    const connections = judged(report, all);
    expect(failing(connections)).toEqual(fails);
    addProbe();
    await withEtcd(async (member) => {
      expect(await member.until(ready), member.output()).toBe('said');
      await compare(connections, askEtcd(member, node));
    });
  });

  test('at each of its addresses, but no client of the cluster CA', async () => {
    await withEtcd(async (member) => {
      expect(await member.until(ready)).toBe('said');
      for (const client of [etcdctl, kubeApiserver(node)]) {
        expect((await member.health(client, `https://${address}:2379`)).healthy, member.output()).toBe(true);
      }
      expect((await member.health(clientOf('apiserver-kubelet-client'), local, 1)).healthy).toBe(false);
      await member.until('x509: certificate signed by unknown authority');
    });
  });
});

describe('etcd fails in the words of our error, and where we say', () => {
  test.each(sample(broken, 12))('$name', async ({ change, findings, fails, says }) => {
    change(node);
    const report = await lintNow();
    expect(errorsOf(report)).toEqual(findings);
    expect(errorWords(report)).toContain(says);
    const connections = judged(report, all);
    expect(failing(connections)).toEqual(fails);
    addProbe();
    await withEtcd(async (member) => {
      const started = (await member.until(ready)) === 'said';
      const said = started ? await compare(connections, askEtcd(member, node)) : '';
      if (!started) expect(failing(connections)).toEqual(all);
      if (!said.includes(says)) await member.until(says);
      expect(said + member.output()).toContain(says);
    });
  });
});
