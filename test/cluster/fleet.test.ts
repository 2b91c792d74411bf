/** The cost of a fleet grows with the number of its nodes, not with its square, whatever is wrong with them. */
import { beforeAll, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import type { NodeOptions } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { sample } from '../support/extent.ts';
import { type Authority, makeAuthority } from '../support/issue.ts';
import { keyNamed } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';

/** Counts the elements of all lists that are searched or mapped, and the lookups in sets and maps. */
async function countVisits(run: () => Promise<Report>): Promise<{ readonly report: Report; readonly visits: number }> {
  let visits = 0;
  const restore: (() => void)[] = [];
  const count = <T extends object>(prototype: T, name: keyof T, cost: (all: T) => number) => {
    const original = prototype[name] as (...given: unknown[]) => unknown;
    const counting = function (this: T, ...given: unknown[]) {
      visits += cost(this);
      return original.apply(this, given);
    };
    prototype[name] = counting as T[keyof T];
    restore.push(() => {
      prototype[name] = original as T[keyof T];
    });
  };
  const methods = ['every', 'filter', 'find', 'findIndex', 'flatMap', 'includes', 'indexOf', 'map', 'some'] as const;
  for (const name of methods) count(Array.prototype, name, ({ length }) => length);
  count(Set.prototype, 'has', () => 1);
  count(Map.prototype, 'get', () => 1);
  try {
    return { report: await run(), visits };
  } finally {
    for (const undo of restore) undo();
  }
}

const numbered = (index: number): NodeOptions => ({ name: `worker-${index}`, ip: `192.0.2.${100 + index}` });

function trusting(node: NodeTree, authority: Authority): NodeTree {
  const pem = certificatePem(authority.certificate);
  return node.write('pki/ca.crt', pem).editKubeconfig('kubelet.conf', { certificateAuthority: pem });
}

/** The certificates and the address of a different cluster. */
const elsewhere = (name: string): NodeOptions => ({
  certificates: { 'kubernetes-ca': { key: keyNamed(`CA of ${name}`) } },
  controlPlaneEndpoint: `${name}.example.test:6443`,
});

const strange = makeAuthority('kubernetes');

const workers: Readonly<Record<string, (index: number) => NodeTree>> = {
  healthy: (index) => worker(numbered(index)),
  'with expired certificates': (index) =>
    worker(numbered(index)).issue('kubelet.conf', { notBefore: '2025-11-24', notAfter: '2026-11-24' }),
  'that trust a wrong CA': (index) => trusting(worker(numbered(index)), strange),
  'that each trust a wrong CA of their own': (index) =>
    trusting(worker(numbered(index)), makeAuthority('kubernetes', { key: keyNamed(`CA ${index}`) })),
  'of two clusters': (index) => worker({ ...numbered(index), ...(index % 2 === 0 ? elsewhere('other') : {}) }),
  'of as many clusters': (index) => worker({ ...numbered(index), ...elsewhere(`cluster-${index}`) }),
  'with the same name': (index) => worker({ ...numbered(index), name: 'worker' }),
};

/** Further nodes in each run. */
const step = 6;

// What is computed once is not counted.
beforeAll(async () => {
  await lintTrees([controlPlane(1), controlPlane(2), worker()]);
});

const tried = Object.entries(workers);

it.each(sample(tried, 2))('workers %s', async (_name, build) => {
  const all = Array.from({ length: 2 * step + 5 }, (_unused, index) => build(index));
  const visits: number[] = [];
  // The first run computes what only such workers need, once.
  for (const count of [5, 5, 5 + step, 5 + 2 * step]) {
    const nodes = [controlPlane(1), controlPlane(2), ...all.slice(0, count)];
    const counted = await countVisits(() => lintTrees(nodes));
    expect(counted.report.nodes).toHaveLength(nodes.length);
    visits.push(counted.visits);
  }
  const [, few = 0, more = 0, most = 0] = visits;
  // Of a + bn + cn², this is c: what each pair of nodes costs.
  const eachPair = (most - 2 * more + few) / (2 * step ** 2);
  expect(eachPair).toBeLessThan(10);
});
