/** Which of the nodes given are one cluster. The reasons stand in docs/decisions.md. */

import { componentNamed, lastArgument } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Facts } from '../facts/facts.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { type Evidence, evidenceOf, isCopy, isOneCluster, isSamePlace, keepsDataIn, namesOther } from './evidence.ts';

export interface Cluster {
  /** Each machine once, control planes first. */
  readonly nodes: readonly Pki[];
  /** Nodes that are given a second time, each with the first. */
  readonly copies: readonly { readonly node: Pki; readonly of: Pki }[];
}

/** The clusters of two and more nodes (or copies of one) among these. */
export function formClusters(pkis: readonly Pki[]): readonly Cluster[] {
  const known = pkis.filter((pki) => pki.kind !== 'unknown');
  if (known.length < 2) return [];
  let groups: Evidence[][] = known.map((pki) => [evidenceOf(pki)]);
  groups = merged(groups, sharesKeys);
  groups = merged(groups, meet);
  return groups.filter((group) => group.length > 1).map(clusterOf);
}

type Joins = (group: readonly Evidence[], other: readonly Evidence[]) => boolean;

/** Groups put together where two of them belong together. */
function merged(groups: readonly Evidence[][], joins: Joins): Evidence[][] {
  let result: Evidence[][] = [];
  for (const group of groups) {
    let grown = group;
    for (const other of result) if (joins(other, grown)) grown = [...other, ...grown];
    result = [...result.filter((other) => !other.every((one) => grown.includes(one))), grown];
  }
  return result;
}

const pairs = (group: readonly Evidence[], other: readonly Evidence[]) =>
  group.flatMap((one) => other.map((two) => [one, two] as const));

function sharesKeys(group: readonly Evidence[], other: readonly Evidence[]): boolean {
  const verdicts = pairs(group, other).map(([one, two]) => isOneCluster(one, two));
  // A thing that two clusters share, such as an external etcd, makes no cluster of both.
  return verdicts.includes('yes') && !verdicts.includes('no');
}

/** What shares no keys and yet means each other; two nodes of one name or address are of two clusters. */
function meet(group: readonly Evidence[], other: readonly Evidence[]): boolean {
  const both = pairs(group, other);
  if (both.some(([one, two]) => isSamePlace(one, two))) return false;
  if (both.some(([one, two]) => namesOther(one, two))) return true;
  // An etcd may hold the data of several clusters, and joins none of them to another.
  const isTwo = [group, other].every((nodes) => nodes.some(({ pki }) => pki.kind === 'control-plane'));
  return !isTwo && both.some(([one, two]) => keepsDataIn(one, two) || keepsDataIn(two, one));
}

const ranks = ['control-plane', 'etcd', 'worker', 'unknown'];

function clusterOf(group: readonly Evidence[]): Cluster {
  const nodes: Evidence[] = [];
  const copies: { node: Pki; of: Pki }[] = [];
  for (const one of group.toSorted((a, b) => ranks.indexOf(a.pki.kind) - ranks.indexOf(b.pki.kind))) {
    const first = nodes.find((node) => isCopy(node, one));
    if (first === undefined) nodes.push(one);
    else copies.push({ node: one.pki, of: first.pki });
  }
  return { nodes: nodes.map(({ pki }) => pki), copies };
}

/** For each node the nodes of its cluster, itself among them; itself alone where it is of none. */
export function clusterPeers(clusters: readonly Cluster[]): (pki: Pki) => readonly Pki[] {
  const peers = new Map<Pki, readonly Pki[]>();
  for (const { nodes } of clusters) for (const pki of nodes) if (!peers.has(pki)) peers.set(pki, nodes);
  return (pki) => peers.get(pki) ?? [pki];
}

/** Nodes of one name are told apart by what they were called on the command line. */
export function withDistinctNames(pkis: readonly Pki[]): readonly Pki[] {
  const isShared = (pki: Pki) => pkis.some((other) => other !== pki && other.name === pki.name);
  return pkis.map((pki) => (isShared(pki) ? { ...pki, name: `${pki.name} (${pki.node.label})` } : pki));
}

/** The host by which all API servers are dialled, as far as a file or an option says it. */
export function sharedEndpoint({ facts }: Pick<Pki, 'facts'>): string | undefined {
  const { controlPlaneEndpoint: endpoint, kubernetesVersion } = facts;
  // Since 1.34 the kubelet of a control plane dials its own API server, whatever the others do.
  const isNear = endpoint?.source === roleIds.kubelet && isFrom(kubernetesVersion?.value ?? '1.34.0', '1.34.0');
  return isNear && isOwn(endpoint.value, facts) ? undefined : endpoint?.value;
}

const isOwn = (host: string, { advertiseAddress, nodeName, nodeIps }: Facts): boolean =>
  [advertiseAddress?.value, nodeName?.value, ...(nodeIps?.value ?? [])].includes(host);

/**
 * Whether this is the only control-plane node for sure: it runs, and all dial its own address. kubeadm joins no other
 * without an address of them all (kubeadm join.go, checkIfReadyForAdditionalControlPlane).
 */
export function isAlone(pki: Pki): boolean {
  const endpoint = sharedEndpoint(pki);
  const etcd = componentNamed(pki.node, 'etcd');
  const members = (etcd && lastArgument(etcd, 'initial-cluster')?.value)?.split(',').length ?? 1;
  const runs = componentNamed(pki.node, 'kube-apiserver') !== undefined;
  return runs && members === 1 && endpoint !== undefined && isOwn(endpoint, pki.facts);
}
