/** What no single finding says: that no API server works, and whether etcd has a majority. */
import { expect, it } from 'vitest';
import { type Report, reporters } from '../../src/index.ts';
import { controlPlanes } from '../../src/results/read/control-plane.ts';
import { lintTrees } from '../cases/harness.ts';
import { controlPlane } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const withoutKubeletClient = (node: NodeTree) => node.remove('pki/apiserver-kubelet-client.key');
const withoutEtcdClient = (node: NodeTree) => node.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' });
const withForeignPeer = (node: NodeTree) => node.issue('kube-etcd-peer', { issuer: 'front-proxy-ca' });

const lintThree = (...changes: readonly ((node: NodeTree) => NodeTree)[]): Promise<Report> =>
  lintTrees(
    changes.map((change, index) => change(controlPlane((index + 1) as 1 | 2 | 3))),
    { picture: true },
  );
const healthy = (node: NodeTree) => node;

/** The largest text of the page, and the lines below the verdict on the terminal. */
async function said(report: Report): Promise<{ readonly title: string; readonly lines: readonly string[] }> {
  const [, title = ''] = /<h1[^>]*>(.*?)<\/h1>/s.exec(await reporters.html(report)) ?? [];
  const text = await reporters.table(report, { width: 200 });
  const [, end = ''] = /^✖ \d+ problems?.*\n((?: {2}.*\n)*)/m.exec(text) ?? [];
  return { title: title.replace(/<[^>]*>/g, ''), lines: end.split('\n').flatMap((line) => line.trim() || []) };
}

it('of API servers that are down for different causes, the page and the terminal say that none works', async () => {
  const report = await lintThree(withoutKubeletClient, withoutEtcdClient, withoutEtcdClient);
  expect(controlPlanes(report)).toEqual({ stopped: ['cp-1', 'cp-2', 'cp-3'], cause: undefined, etcd: [] });
  const { title, lines } = await said(report);
  expect(title).toContain('No API server works (cp-1 to cp-3), for several reasons');
  expect(lines).toEqual(['No API server works (cp-1 to cp-3).']);
});

it('as long as one works, they do not', async () => {
  const report = await lintThree(withoutKubeletClient, withoutEtcdClient, healthy);
  expect(controlPlanes(report).stopped).toEqual([]);
  const { title, lines } = await said(report);
  expect(title).toContain('API server is down (cp-2)');
  expect(lines).toEqual([]);
});

it('a single API server that is down is named by its finding alone', async () => {
  const report = await lintThree(withoutEtcdClient);
  expect(controlPlanes(report)).toMatchObject({ stopped: [], etcd: [] });
});

it('one of three members that no other accepts leaves a majority; two do not, and no API server works', async () => {
  const one = await lintThree(withForeignPeer, healthy, healthy);
  const kept = 'etcd keeps a majority: 2 of its 3 members are connected (cp-2, cp-3)';
  expect(controlPlanes(one)).toMatchObject({ stopped: [], etcd: [kept] });
  expect((await said(one)).lines).toEqual([`${kept}.`]);
  const two = await lintThree(withForeignPeer, withForeignPeer, healthy);
  const lacks = 'etcd lacks a majority: 2 of its 3 members would have to be connected (cp-1, cp-2, cp-3)';
  expect(controlPlanes(two)).toMatchObject({ stopped: ['cp-1', 'cp-2', 'cp-3'], etcd: [lacks] });
  expect((await said(two)).lines).toEqual(['No API server works (cp-1 to cp-3).', `${lacks}.`]);
  expect(await reporters.html(two)).toContain('etcd lacks a majority: 2 of its 3 members');
});

it('where a member cannot be connected in one direction only, nothing is said about a majority', async () => {
  const report = await lintThree(withForeignPeer, healthy);
  const [first] = report.connections.filter(({ id, node }) => id === 'etcd-peer' && node === 'cp-1');
  const connections = report.connections.map((one) =>
    one === first ? { ...one, verdict: 'ok' as const, reason: null, cause: null } : one,
  );
  expect(controlPlanes(report).etcd).toEqual([expect.stringMatching(/^etcd lacks a majority: 2 of its 2 members/)]);
  expect(controlPlanes({ ...report, connections }).etcd).toEqual([]);
});

it('what is excused does not count', async () => {
  const report = await lintThree(withoutKubeletClient, withoutEtcdClient);
  const suppressed = { reason: 'known', until: null, by: 'x' } as const;
  const findings = report.findings.map((one) => ({ ...one, suppressed }));
  expect(controlPlanes(report).stopped).toEqual(['cp-1', 'cp-2']);
  expect(controlPlanes({ ...report, findings }).stopped).toEqual([]);
});
