import { expect, test } from 'vitest';
import { runNodes } from '../../src/lint/rules/run-nodes.ts';
import { select } from '../../src/lint/rules/selection.ts';
import { formClusters } from '../../src/model/cluster/cluster.ts';
import { pkiOf } from '../cases/harness.ts';
import { controlPlane } from '../support/cluster.ts';

test('nodes beyond the limit of connections are not judged, and the report says so', async () => {
  const pkis = await Promise.all([pkiOf(controlPlane(1)), pkiOf(controlPlane(2))]);
  const nodes = { pkis, clusters: formClusters(pkis) };
  const all = runNodes(nodes, select({}, []));
  expect(all.broken).toEqual([]);
  expect(all.nodes).toHaveLength(2);
  const limited = runNodes(nodes, select({}, []), { most: 5 });
  expect(limited.nodes).toHaveLength(1);
  expect(limited.broken).toMatchObject([
    {
      error: {
        message: 'not checked: the nodes have more than 5 connections',
        hint: 'lint fewer control planes at once',
      },
    },
  ]);
});
