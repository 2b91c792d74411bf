/** Every fault is found, as an error or a warning about it. What only looks like a fault is not. */
import { describe, expect, it } from 'vitest';
import type { Finding, Report } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { oneOfEachInAll, spreadInAll } from '../../support/extent.ts';
import { type Cluster, kits } from '../kits/index.ts';
import type { KitChanges } from '../kits/kit.ts';
import type { KitFault } from './fault.ts';
import { faults as all } from './index.ts';
import { notYet } from './not-yet.ts';

const nodesOf = (kit: KitFault['kit']): Cluster['nodes'] => kits[kit].nodes;

async function lintFault({ kit, change }: KitFault, changed: boolean): Promise<Report> {
  const changes: readonly KitChanges[] = Array.isArray(change) ? change : [change];
  return lintTrees(nodesOf(kit).map((make, index) => make(changed ? changes[index] : {})));
}

/** What is said about a healthy kit, which many faults have in common. */
const healthy = new Map<KitFault['kit'], Promise<Report>>();

function lintHealthy(fault: KitFault): Promise<Report> {
  const known = healthy.get(fault.kit) ?? lintFault(fault, false);
  healthy.set(fault.kit, known);
  return known;
}

const loud = ({ findings }: Report) => findings.filter(({ severity }) => severity !== 'info');
const textOf = ({ rule, subject, path, message, expected, found }: Finding | NonNullable<Finding['members']>[number]) =>
  [rule, subject, path, message, expected, found].join(' ');
/** With the faults that have the same cause. */
const wordsOf = (finding: Finding) => [finding, ...(finding.members ?? [])].map(textOf).join(' ');

/** What is not as the fault says. A healthy node must not have the finding: then it would prove nothing. */
async function complaints(fault: KitFault): Promise<readonly string[]> {
  const [before, after] = [await lintHealthy(fault), await lintFault(fault, true)];
  const known = new Set(loud(before).map(wordsOf));
  const fresh = loud(after).filter((finding) => !known.has(wordsOf(finding)));
  const { expects } = fault;
  if (expects === null) return fresh.map((finding) => `${finding.severity} ${wordsOf(finding)}`);
  const found = fresh.filter(
    (finding) => finding.severity === expects.severity && expects.about.test(wordsOf(finding)),
  );
  return found.length > 0 ? [] : ['not found', ...fresh.map((finding) => `${finding.severity} ${wordsOf(finding)}`)];
}

/** What the sample meets: each severity of a kit, and nodes that stay quiet. */
const kindsOf = ({ kit, expects }: KitFault) => [`${kit}: ${expects?.severity ?? 'quiet'}`];
const titled = spreadInAll(oneOfEachInAll(all, kindsOf), 40).map(
  (fault) => [`${fault.kit}: ${fault.name}`, fault] as const,
);

describe('faults of clusters that kubeadm did not make', () => {
  it('has names that are unique, and reasons for those that exist', () => {
    const names = all.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(Object.keys(notYet).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(titled.filter(([, { name }]) => notYet[name] === undefined))('%s', async (_, fault) => {
    expect(await complaints(fault)).toEqual([]);
  });

  it.each(titled.filter(([, { name }]) => notYet[name] !== undefined))('%s: not yet', async (_, fault) => {
    expect(await complaints(fault)).not.toEqual([]);
  });
});
