/** Healthy nodes of every kit are quiet: they are recognised, and nothing is wrong with them. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { type Cluster, type KitName, kits } from './index.ts';

/** Kits that are not quiet yet, with the reason. An entry whose kit is quiet fails: then it goes. */
const notYet: Partial<Record<KitName, string>> = {
  'hard way server': 'its units are not read as the flags of components',
  'hard way worker': 'its layout has no row',
  'hard way server and two workers': 'its layout has no row',
  'hard way 2021 controller': 'its units are not read as the flags of components',
  'hard way 2021 worker': 'its layout has no row',
  'hard way 2021 controllers': 'its units are not read as the flags of components',
  'kubeasz master': 'its units are not read as the flags of components',
  'kubeasz worker': 'its layout has no row',
  'kubeasz masters and worker': 'its layout has no row',
  '/opt/kubernetes master': 'its layout has no row',
  '/opt/kubernetes worker': 'its layout has no row',
  '/opt/kubernetes masters': 'its layout has no row',
  '/opt/k8s master': 'its layout has no row',
  '/opt/k8s worker': 'its layout has no row',
  'mmumshad bootstrapped worker': 'its layout has no row',
  'kubeasz etcd': 'its layout has no row',
  'hard way server with leftovers of kubeadm': 'the leftovers are taken for its PKI',
  'home-made wrapped': 'programs whose names have a release are not found',
  'EKS worker': 'its layout has no row',
  'AKS worker': 'its layout has no row',
  'GKE worker': 'its layout has no row',
  'home-made control plane': 'its units are not read as the flags of components',
  'home-made worker': 'its units are not read as the flags of components',
  'home-made control plane and worker': 'its units are not read as the flags of components',
  'mmumshad control plane': 'its units are not read as the flags of components',
  'mmumshad worker': 'its layout has no row',
  'mmumshad control planes and worker': 'its layout has no row',
  'kubespray control plane': 'its layout has no row',
  'kubespray etcd': 'its layout has no row',
  'kubespray worker': 'its layout has no row',
  'kubespray control plane, etcd and worker': 'its layout has no row',
};

/** Paths of certificates whose dates are not judged. A copy is judged with its original. */
function unjudgedIn({ inventory }: Report): readonly string[] {
  const certificates = inventory.filter(({ fingerprint256 }) => fingerprint256 !== null);
  const judged = new Set(certificates.filter((one) => one.judged).map(({ fingerprint256 }) => fingerprint256));
  const left = certificates.filter(({ fingerprint256 }) => !judged.has(fingerprint256));
  return [...new Set(left.map(({ path }) => path))].sort();
}

/** What is not as it is with a healthy cluster. */
async function complaints({ layout, kinds, nodes, risky = [], unjudged = [] }: Cluster): Promise<readonly string[]> {
  const report = await lintTrees(nodes.map((make) => make()));
  const [found, unseen] = [report.nodes.map(({ role }) => role), unjudgedIn(report)];
  const loud = report.findings.filter(({ severity }) => severity !== 'info');
  return [
    ...(report.exitCode === 0 ? [] : [`exit code ${report.exitCode}`]),
    ...report.failures.map(({ message }) => message),
    ...(found.join() === kinds.join() ? [] : [`kinds of nodes: ${found.join()}`]),
    ...report.nodes.filter((node) => node.layout !== layout).map((node) => `layout ${node.layout}`),
    ...loud
      .filter(({ rule, subject }) => !risky.includes(`${rule}@${subject}`))
      .map(({ severity, rule, subject, message }) => `${severity} ${rule}@${subject}: ${message}`),
    ...risky.filter((one) => !loud.some(({ rule, subject }) => one === `${rule}@${subject}`)).map((one) => `no ${one}`),
    ...(unseen.join() === [...unjudged].sort().join() ? [] : [`not judged: ${unseen.join()}`]),
  ];
}

const all = Object.entries(kits) as [KitName, Cluster][];

describe('healthy nodes', () => {
  it.each(all.filter(([name]) => notYet[name] === undefined))('%s: quiet', async (_, cluster) => {
    expect(await complaints(cluster)).toEqual([]);
  });

  it.each(all.filter(([name]) => notYet[name] !== undefined))('%s: not quiet yet', async (_, cluster) => {
    expect(await complaints(cluster)).not.toEqual([]);
  });
});
