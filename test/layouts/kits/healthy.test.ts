/** Healthy nodes of every kit are quiet: they are recognised, and nothing is wrong with them. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { spreadInAll } from '../../support/extent.ts';
import { type Cluster, type KitName, kits, layoutIn } from './index.ts';

/** Paths of certificates whose dates are not judged. A copy is judged with its original. */
function unjudgedIn({ inventory }: Report, chained: boolean): readonly string[] {
  const certificates = inventory.filter(({ fingerprint256 }) => fingerprint256 !== null);
  const judged = new Set(certificates.filter((one) => one.judged).map(({ fingerprint256 }) => fingerprint256));
  const paths = new Set(chained ? certificates.filter((one) => one.judged).map(({ path }) => path) : []);
  const left = certificates.filter(({ fingerprint256, path }) => !judged.has(fingerprint256) && !paths.has(path));
  return [...new Set(left.map(({ path }) => path))].sort();
}

/** What is not as it is with a healthy cluster. */
async function complaints(cluster: Cluster): Promise<readonly string[]> {
  const { kinds, nodes, risky = [], unjudged = [] } = cluster;
  const report = await lintTrees(nodes.map((make) => make()));
  const [found, unseen] = [report.nodes.map(({ role }) => role), unjudgedIn(report, cluster.chained === true)];
  const loud = report.findings.filter(({ severity }) => severity !== 'info');
  return [
    ...(report.exitCode === 0 ? [] : [`exit code ${report.exitCode}`]),
    ...report.failures.map(({ message }) => message),
    ...(found.join() === kinds.join() ? [] : [`kinds of nodes: ${found.join()}`]),
    ...report.nodes
      .filter((node, index) => node.layout !== layoutIn(cluster, index))
      .map((node) => `layout ${node.layout}`),
    ...loud
      .filter(({ rule, subject }) => !risky.includes(`${rule}@${subject}`))
      .map(({ severity, rule, subject, message }) => `${severity} ${rule}@${subject}: ${message}`),
    ...risky.filter((one) => !loud.some(({ rule, subject }) => one === `${rule}@${subject}`)).map((one) => `no ${one}`),
    ...(unseen.join() === [...unjudged].sort().join() ? [] : [`not judged: ${unseen.join()}`]),
  ];
}

const all = Object.entries(kits) as [KitName, Cluster][];

describe('healthy nodes', () => {
  it.each(spreadInAll(all, 40))('%s: quiet', async (_, cluster) => {
    expect(await complaints(cluster)).toEqual([]);
  });
});
