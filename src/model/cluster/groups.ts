/**
 * Joins nodes to groups that are one cluster each: first by their keys, then by what their files refer to. Two whole
 * clusters whose names or addresses coincide stay apart (docs/decisions.md, "Two clusters in one run").
 */
import type { Pki } from '../roles/pki.ts';
import { addEvidence, type Evidence, evidenceOf, meets, sharesKeys } from './evidence.ts';
import { areConnected, hasControlPlane, mayDial, signedFor } from './references.ts';

/** Whether two groups belong to the same cluster. */
type Joins = (group: Evidence, other: Evidence) => boolean;

/** What `areConnected` compares. */
const references = [
  ...(['dialled', 'addresses', 'ownMembers', 'members', 'etcdServers', 'etcdHosts'] as const),
  ...(['joined', 'reached'] as const),
];

/** Returns the groups of nodes, each a cluster. */
export function joinedGroups(pkis: readonly Pki[]): readonly Evidence[] {
  const byKeys = merged(pkis.map(evidenceOf), ['allKeys'], sharesKeys);
  dropSettled(byKeys);
  // Of two clusters that a control plane may be of, it is of the one in its directory.
  const near = merged(byKeys.filter(hasControlPlane), references, areNear);
  const whole = merged(near, references, areConnected);
  const others = byKeys.filter((group) => !hasControlPlane(group));
  return merged([...whole, ...(whole.length > 1 ? unsettled(others, whole) : others)], references, areConnected);
}

/**
 * Takes the registrations away that show nothing: a node of the same keys is there, or servers of several clusters have
 * that name. Changes the groups.
 */
function dropSettled(groups: readonly Evidence[]): void {
  const servers = new Map<string, number>();
  for (const { reached } of groups) for (const host of reached) servers.set(host, (servers.get(host) ?? 0) + 1);
  for (const { pkis, joined, reached } of groups)
    for (const host of joined) {
      const isSettled = pkis.length > 1 && reached.has(host);
      if (isSettled || (servers.get(host) ?? 0) - Number(reached.has(host)) > 1) joined.delete(host);
    }
}

/**
 * Decides where nodes belong whose kubeconfigs dial what several clusters have: to the only one that signed one of
 * their certificates, or else the only one in the same directory. Otherwise what they dial shows nothing. Changes the
 * groups, and returns those that are left to join.
 */
function unsettled(others: readonly Evidence[], whole: readonly Evidence[]): readonly Evidence[] {
  const directories = new Map(whole.map((cluster) => [cluster, new Set(cluster.pkis.map(directoryOf))]));
  return others.filter((group) => {
    const dialled = whole.filter((cluster) => mayDial(group, cluster));
    if (dialled.length < 2) return true;
    const isBeside = (cluster: Evidence) => group.pkis.some((pki) => directories.get(cluster)?.has(directoryOf(pki)));
    const own = onlyOne(dialled, (cluster) => signedFor(cluster, group)) ?? onlyOne(dialled, isBeside);
    if (own === undefined) group.dialled.clear();
    else addEvidence(own, group);
    return own === undefined;
  });
}

function onlyOne(groups: readonly Evidence[], fits: (group: Evidence) => boolean | undefined): Evidence | undefined {
  const [first, second] = groups.filter(fits);
  return second === undefined ? first : undefined;
}

const areNear: Joins = (group, other) => {
  const directories = new Set(group.pkis.map(directoryOf));
  return other.pkis.some((pki) => directories.has(directoryOf(pki))) && areConnected(group, other);
};

/** The directory or archive in which the input has a node. */
const directoryOf = ({ node: { label } }: Pki): string => label.slice(0, label.lastIndexOf('/') + 1);

/**
 * Merges the groups that belong together. Changes them.
 *
 * @param parts the parts of evidence of which such groups have something in common
 */
function merged(
  groups: readonly Evidence[],
  parts: readonly ('allKeys' | (typeof references)[number])[],
  joins: Joins,
): readonly Evidence[] {
  let result: Evidence[] = [];
  const seen = new Set<string>();
  for (const group of groups) {
    const isNew = parts.every((part) => !meets(group[part], seen));
    for (const part of parts) for (const one of group[part]) seen.add(one);
    if (isNew) {
      result.push(group);
      continue;
    }
    let union = group;
    const apart: Evidence[] = [];
    for (const other of result) {
      if (!joins(other, union)) {
        apart.push(other);
        continue;
      }
      addEvidence(other, union);
      union = other;
    }
    result = [...apart, union];
  }
  return result;
}
