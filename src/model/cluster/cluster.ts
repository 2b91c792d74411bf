/** Finds the nodes of the input that form one cluster. docs/decisions.md explains the rules. */

import { componentNamed, flagValue } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Facts } from '../facts/facts.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { type Evidence, evidenceOf, isCopy, isOneCluster, isSamePlace, keepsDataIn, namesOther } from './evidence.ts';

export interface Cluster {
  /** The nodes without copies, control planes first. */
  readonly nodes: readonly Pki[];
  /** Nodes that are a second copy of one in `nodes`. */
  readonly copies: readonly { readonly node: Pki; readonly of: Pki }[];
}

/** Returns the clusters of at least two nodes, or of copies of one node. */
export function formClusters(pkis: readonly Pki[]): readonly Cluster[] {
  const known = pkis.filter((pki) => pki.kind !== 'unknown');
  if (known.length < 2) return [];
  const singles = known.map((pki) => [evidenceOf(pki)]);
  return merged(merged(singles, sharesKeys), areConnected)
    .filter((group) => group.length > 1)
    .map(clusterOf);
}

/** Whether two groups belong to the same cluster. */
type Joins = (group: readonly Evidence[], other: readonly Evidence[]) => boolean;

/** Merges the groups that belong together. */
function merged(groups: readonly Evidence[][], joins: Joins): Evidence[][] {
  let result: Evidence[][] = [];
  for (const group of groups) {
    let union = group;
    for (const other of result) if (joins(other, union)) union = [...other, ...union];
    result = [...result.filter((other) => !other.every((one) => union.includes(one))), union];
  }
  return result;
}

const pairs = (group: readonly Evidence[], other: readonly Evidence[]) =>
  group.flatMap((one) => other.map((two) => [one, two] as const));

function sharesKeys(group: readonly Evidence[], other: readonly Evidence[]): boolean {
  const verdicts = pairs(group, other).map(([one, two]) => isOneCluster(one, two));
  // Two clusters stay apart even if they share something, such as an external etcd.
  return verdicts.includes('yes') && !verdicts.includes('no');
}

/** Whether groups without common keys refer to each other. Nodes with the same name or address are in two clusters. */
function areConnected(group: readonly Evidence[], other: readonly Evidence[]): boolean {
  const both = pairs(group, other);
  if (both.some(([one, two]) => isSamePlace(one, two))) return false;
  if (both.some(([one, two]) => namesOther(one, two))) return true;
  // An etcd may store the data of several clusters, so it does not join them.
  const bothHaveControlPlanes = [group, other].every((nodes) => nodes.some(({ pki }) => pki.kind === 'control-plane'));
  return !bothHaveControlPlanes && both.some(([one, two]) => keepsDataIn(one, two) || keepsDataIn(two, one));
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

/** Returns a function from a node to all nodes of its cluster: only the node itself if it is in no cluster. */
export function clusterPeers(clusters: readonly Cluster[]): (pki: Pki) => readonly Pki[] {
  const peers = new Map<Pki, readonly Pki[]>();
  for (const { nodes } of clusters) for (const pki of nodes) if (!peers.has(pki)) peers.set(pki, nodes);
  return (pki) => peers.get(pki) ?? [pki];
}

/** Makes the names of nodes distinct: nodes with the same name get a suffix, their label from the command line. */
export function withDistinctNames(pkis: readonly Pki[]): readonly Pki[] {
  const isShared = (pki: Pki) => pkis.some((other) => other !== pki && other.name === pki.name);
  return pkis.map((pki) => (isShared(pki) ? { ...pki, name: `${pki.name} (${pki.node.label})` } : pki));
}

/** Returns the shared host of all API servers, if a file or an option names it. */
export function sharedEndpoint({ facts }: Pick<Pki, 'facts'>): string | undefined {
  const { controlPlaneEndpoint: endpoint, kubernetesVersion } = facts;
  // Since 1.34 the kubelet of a control plane dials its own API server, whatever other clients dial.
  const isLocal = endpoint?.source === roleIds.kubelet && isFrom(kubernetesVersion?.value ?? '1.34.0', '1.34.0');
  return isLocal && isOwn(endpoint.value, facts) ? undefined : endpoint?.value;
}

const isOwn = (host: string, { advertiseAddress, nodeName, nodeIps }: Facts): boolean =>
  [advertiseAddress?.value, nodeName?.value, ...(nodeIps?.value ?? [])].includes(host);

/**
 * Whether this is certainly the only control-plane node: it runs an API server, and clients dial the node's own
 * address. Without a shared address kubeadm does not join another one (kubeadm join.go,
 * checkIfReadyForAdditionalControlPlane).
 */
export function isAlone(pki: Pki): boolean {
  const endpoint = sharedEndpoint(pki);
  const members = flagValue(pki.node, 'etcd', 'initial-cluster')?.split(',').length ?? 1;
  const runs = componentNamed(pki.node, 'kube-apiserver') !== undefined;
  return runs && members === 1 && endpoint !== undefined && isOwn(endpoint, pki.facts);
}
