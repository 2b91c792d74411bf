/** The headline of a finding: it begins with the node that has it, and of a connection with the node of the client. */
import { expect, it } from 'vitest';
import { reporters } from '../../src/index.ts';
import { statement } from '../../src/report/message/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { controlPlane, withUnnamedPeer, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const listening = (node: NodeTree) => node.replaceFlag('kube-apiserver', 'secure-port', '7443');

it.each([
  ['a client on a different node', 'cp-1', withUnnamedPeer(), ['cp-2: etcd → https://192.0.2.10:2380 on cp-1: x509: ']],
  [
    'a client on the same node',
    'cp-1',
    [listening(controlPlane(1)), worker()],
    [`cp-1: kubelet → https://192.0.2.10:6443: `],
  ],
])('%s', async (_, node, nodes, [headline = '']) => {
  const report = await lintTrees(nodes);
  const finding = report.findings.find(({ rule }) => rule.startsWith('connection/'));
  expect(finding?.node).toBe(node);
  for (const format of ['table', 'markdown', 'github'] as const) {
    const text = (await reporters[format](report)).replace(/\s+/g, ' ').replaceAll('&#58;', ':');
    expect(text).toContain(headline);
    expect(text).not.toContain(`cp-1: ${headline}`);
  }
});

it.each([
  ['nodes before a message', 'the CA is missing', ['cp-1', 'cp-2'], 'cp-1, cp-2: the CA is missing'],
  ['a message that names its node', 'cp-1 trusts a different CA', ['cp-1'], 'cp-1 trusts a different CA'],
  [
    'servers of a connection',
    'worker-1: kubelet → https://lb on cp-1: refused',
    ['cp-1', 'cp-2'],
    'worker-1: kubelet → https://lb on cp-1, cp-2: refused',
  ],
])('%s', async (_, message, nodes, said) => {
  expect(statement({ message, node: 'cp-1' } as never, nodes)).toBe(said);
});
