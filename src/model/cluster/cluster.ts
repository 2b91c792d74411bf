/** Which of the nodes in the input are one cluster. The reasons are in docs/decisions.md. */

import { componentNamed, flagValue } from '../../core/arguments.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Facts } from '../facts/facts.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { type Evidence, evidenceOf, isCopy, isOneCluster, isSamePlace, keepsDataIn, namesOther } from './evidence.ts';

export interface Cluster {
  /** Each machine once, control planes first. */
  readonly nodes: readonly Pki[];
  /** Nodes that are in the input a second time, each with the first. */
  readonly copies: readonly { readonly node: Pki; readonly of: Pki }[];
}

/** The clusters of two and more nodes, or of copies of one node, among these. */
export function formClusters(pkis: readonly Pki[]): readonly Cluster[] {
  const known = pkis.filter((pki) => pki.kind !== 'unknown');
  if (known.length < 2) return [];
  const alone = known.map((pki) => [evidenceOf(pki)]);
  return merged(merged(alone, sharesKeys), meet)
    .filter((group) => group.length > 1)
    .map(clusterOf);
}

type Joins = (group: readonly Evidence[], other: readonly Evidence[]) => boolean;

/** The groups, with those joined that belong together. */
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
  // Two clusters stay apart even if they share something, such as an external etcd.
  return verdicts.includes('yes') && !verdicts.includes('no');
}

/** Whether groups without common keys name each other's nodes; two nodes with one name or address are in two clusters. */
function meet(group: readonly Evidence[], other: readonly Evidence[]): boolean {
  const both = pairs(group, other);
  if (both.some(([one, two]) => isSamePlace(one, two))) return false;
  if (both.some(([one, two]) => namesOther(one, two))) return true;
  // An etcd may store the data of several clusters, so it does not join them.
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

/** A function from a node to the nodes of its cluster, itself included; only itself if it is in no cluster. */
export function clusterPeers(clusters: readonly Cluster[]): (pki: Pki) => readonly Pki[] {
  const peers = new Map<Pki, readonly Pki[]>();
  for (const { nodes } of clusters) for (const pki of nodes) if (!peers.has(pki)) peers.set(pki, nodes);
  return (pki) => peers.get(pki) ?? [pki];
}

/** The nodes with distinct names: to those that share one, their name on the command line is added. */
export function withDistinctNames(pkis: readonly Pki[]): readonly Pki[] {
  const isShared = (pki: Pki) => pkis.some((other) => other !== pki && other.name === pki.name);
  return pkis.map((pki) => (isShared(pki) ? { ...pki, name: `${pki.name} (${pki.node.label})` } : pki));
}

/** The host by which all API servers are dialled, if a file or an option names it. */
export function sharedEndpoint({ facts }: Pick<Pki, 'facts'>): string | undefined {
  const { controlPlaneEndpoint: endpoint, kubernetesVersion } = facts;
  // Since 1.34 the kubelet of a control plane dials its own API server, whatever other clients dial.
  const isNear = endpoint?.source === roleIds.kubelet && isFrom(kubernetesVersion?.value ?? '1.34.0', '1.34.0');
  return isNear && isOwn(endpoint.value, facts) ? undefined : endpoint?.value;
}

const isOwn = (host: string, { advertiseAddress, nodeName, nodeIps }: Facts): boolean =>
  [advertiseAddress?.value, nodeName?.value, ...(nodeIps?.value ?? [])].includes(host);

/**
 * Whether this is certainly the only control-plane node: it runs, and every client dials its own address. kubeadm joins
 * no second one without a shared address (kubeadm join.go, checkIfReadyForAdditionalControlPlane).
 */
export function isAlone(pki: Pki): boolean {
  const endpoint = sharedEndpoint(pki);
  const members = flagValue(pki.node, 'etcd', 'initial-cluster')?.split(',').length ?? 1;
  const runs = componentNamed(pki.node, 'kube-apiserver') !== undefined;
  return runs && members === 1 && endpoint !== undefined && isOwn(endpoint, pki.facts);
}
