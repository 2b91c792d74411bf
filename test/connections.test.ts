import { expect, test } from 'vitest';
import { at, lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { corpus } from './support/corpus.ts';

test('a CA that has ended signs nothing, and the connection hangs under the finding that says so', async () => {
  const report = await lintTree(await corpus('kubeadm-1.36-default'), { at: new Date('2036-12-01') });
  const signed = report.connections.find(({ id }) => id === 'signed-kube-apiserver');
  expect(signed).toMatchObject({
    verdict: 'fail',
    reason: 'the signer has expired: NotAfter=2036-11-21 13:59:04 +0000 UTC',
  });
  const cause = report.findings.find(({ fingerprint }) => fingerprint === signed?.cause);
  expect([cause?.rule, cause?.subject]).toEqual(['authority/expired', 'cp-1']);
});

test('every connection says what does not work without it', async () => {
  const { connections } = await lintTree(buildNode(), { at });
  expect(connections.length).toBeGreaterThan(10);
  expect(connections.filter(({ without }) => without === '')).toEqual([]);
});
