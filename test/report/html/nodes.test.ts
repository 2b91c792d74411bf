/** The nodes of a page: what is broken first, what is alike once, and the healthy in a line. */
import { expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

const workers = (numbers: readonly number[]): readonly NodeTree[] =>
  numbers.map((number) => worker({ name: `worker-${number}`, ip: `192.0.2.${20 + number}` }));

/** The rows of the first table, and the lines that fold the rest. */
async function nodesOf(trees: readonly NodeTree[]) {
  const html = await reporters.html(await lintTrees(trees, { picture: true }));
  const section = html.split('<section id="nodes"')[1]?.split('</section>')[0] ?? '';
  const textOf = (part: string) => part.replace(/<\/td>|<br>/g, ' | ').replace(/<[^>]+>/g, '');
  const [table = '', folded = ''] = section.split(/(?=<details class="panel healthy">)/);
  const rowsIn = (part: string) => [...part.matchAll(/<tr><td.*?<\/tr>/gs)].map(([row]) => textOf(row));
  const summary = textOf(/<summary>.*?<\/summary>/s.exec(folded)?.[0] ?? '');
  return { rows: rowsIn(table), summary, healthy: rowsIn(folded) };
}

it('healthy nodes are a line, in the order of their numbers', async () => {
  const { rows, summary, healthy } = await nodesOf([controlPlane(1), ...workers([10, 9, 100])]);
  expect(rows).toEqual([]);
  expect(summary).toContain('all 4 nodes without errors and warnings');
  expect(healthy.map((row) => row.split(' | ')[0])).toEqual(['cp-1', 'worker-9', 'worker-10', 'worker-100']);
});

it('what is broken is first, the worst first, and leads to its findings', async () => {
  const [two, ten, eleven] = workers([2, 10, 11]);
  if (!two || !ten || !eleven) throw new Error('no workers');
  two.chmod('pki/ca.crt', 0o666);
  ten.editKubeconfig('kubelet.conf', { server: 'https://203.0.113.9:6443' });
  const { rows, summary } = await nodesOf([controlPlane(1), two, ten, eleven]);
  expect(rows.map((row) => row.split(' | ').slice(0, 2))).toEqual([
    ['✖error: ', 'worker-10'],
    [expect.stringMatching(/warning|error/), 'worker-2'],
  ]);
  expect(rows[0]).toContain('finding 1');
  expect(summary).toContain('2 nodes without errors and warnings');
});

it('a node whose connection fails because of another node leads to that finding', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const { rows } = await nodesOf([controlPlane(1), wrong]);
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toMatch(/✖error: .*finding 1 \| \d+ \|/);
});

it('nodes that are alike are one row', async () => {
  const same = workers([2, 10, 3]).map((node) => node.remove('pki/ca.crt'));
  const { rows } = await nodesOf([controlPlane(1), ...same]);
  expect(rows.filter((row) => row.includes('worker-2, worker-3, worker-10'))).toHaveLength(1);
});
