/** Finds the nodes of the input that form one cluster. docs/decisions.md explains the rules. */

import { componentNamed, flagValue } from '../../artifact/arguments.ts';
import { groupBy } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { apiServerPort, placeOfServer } from '../dialling/api-servers.ts';
import { diallingByCluster } from '../dialling/index.ts';
import { endpointOf } from '../dialling/right-end.ts';
import type { Facts } from '../facts/facts.ts';
import { areOneMachine } from '../facts/host.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import { caHolders, caSources } from './ca-source.ts';
import {
  addEvidence,
  addressesOf,
  type Evidence,
  evidenceOf,
  isSamePlace,
  keepsDataIn,
  meets,
  namesOther,
  ownName,
  sharesKeys,
} from './evidence.ts';
import { tokenKeyHolders } from './token-key-source.ts';

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
  const byKeys = merged(known.map(evidenceOf), ['allKeys'], sharesKeys);
  dropSettled(byKeys);
  return merged(byKeys, references, areConnected)
    .filter((group) => group.pkis.length > 1)
    .map(({ pkis: nodes }) => clusterOf(nodes));
}

/** Whether two groups belong to the same cluster. */
type Joins = (group: Evidence, other: Evidence) => boolean;

/** What `areConnected` compares. */
const references = [
  ...(['dialled', 'addresses', 'ownMembers', 'members', 'etcdServers', 'etcdHosts'] as const),
  ...(['joined', 'reached'] as const),
];

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

/** Whether groups without common keys refer to each other. Nodes with the same name or address are in two clusters. */
function areConnected(group: Evidence, other: Evidence): boolean {
  if (isSamePlace(group, other)) return false;
  if (namesOther(group, other)) return true;
  // An etcd may store the data of several clusters, so it does not join them.
  const isData = keepsDataIn(group, other) || keepsDataIn(other, group);
  return isData && ![group, other].every(({ pkis }) => pkis.some(({ kind }) => kind === 'control-plane'));
}

const ranks = ['control-plane', 'etcd', 'worker', 'unknown'];

function clusterOf(group: readonly Pki[]): Cluster {
  const nodes: Pki[] = [];
  const copies: { node: Pki; of: Pki }[] = [];
  const first = new Map<string, number>();
  for (const node of group.toSorted((a, b) => ranks.indexOf(a.kind) - ranks.indexOf(b.kind))) {
    const { own, sought } = placesOf(node);
    const of = nodes[Math.min(...sought.flatMap((place) => first.get(place) ?? []))];
    if (of !== undefined && !isOtherMachine(node, of)) {
      copies.push({ node, of });
      continue;
    }
    for (const place of own) if (!first.has(place)) first.set(place, nodes.length);
    nodes.push(node);
  }
  return { nodes, copies };
}

/** A machine that was cloned with the credentials of a node is not that node: it has a host name of its own. */
const isOtherMachine = ({ node }: Pki, { node: other }: Pki): boolean =>
  node.machine !== undefined && other.machine !== undefined && !areOneMachine(node.machine.name, other.machine.name);

/**
 * Returns the places of a node, and those at which its copies are: they have the same name, and their addresses do not
 * differ. An unknown address can be any.
 */
function placesOf(pki: Pki): { readonly own: readonly string[]; readonly sought: readonly string[] } {
  const name = ownName(pki);
  if (name === undefined) return { own: [], sought: [] };
  const known = [...addressesOf(pki)];
  const at = (addresses: readonly string[]) => addresses.map((address) => `${name}\0${address}`);
  const [any, unknown] = ['any', 'unknown'];
  const isKnown = known.length > 0;
  return { own: at(isKnown ? [any, ...known] : [any, unknown]), sought: at(isKnown ? [unknown, ...known] : [any]) };
}

/** Returns a function from a node to all nodes of its cluster: only the node itself if it is in no cluster. */
export function clusterPeers(clusters: readonly Cluster[]): (pki: Pki) => readonly Pki[] {
  const peers = new Map<Pki, readonly Pki[]>();
  for (const { nodes } of clusters) for (const pki of nodes) if (!peers.has(pki)) peers.set(pki, nodes);
  return (pki) => peers.get(pki) ?? [pki];
}

/** Makes the names of nodes distinct: nodes with the same name get a suffix, their label from the command line. */
export function withDistinctNames(pkis: readonly Pki[]): readonly Pki[] {
  const named = groupBy(pkis, ({ name }) => name);
  const isShared = ({ name }: Pki) => (named.get(name)?.length ?? 0) > 1;
  return pkis.map((pki) => (isShared(pki) ? { ...pki, name: `${pki.name} (${pki.node.label})` } : pki));
}

/** Adds to each of several nodes what all of them are together. */
export function withInput(pkis: readonly Pki[]): readonly Pki[] {
  if (pkis.length < 2) return pkis;
  const [etcd, ...others] = pkis.filter(({ node }) => componentNamed(node, 'etcd') !== undefined);
  const servers = pkis.filter(({ node }) => componentNamed(node, 'kube-apiserver') !== undefined);
  const placesOn = (pki: Pki) =>
    [...addressesOf(pki)].map((address) => placeOfServer(address, apiServerPort(pki.node)));
  const input = {
    apiServers: new Set(servers.flatMap(placesOn)),
    // Where other control planes can join, they may just not have been given.
    etcds: etcd && (others.length > 0 || isOnlyControlPlane(etcd)) ? others.length + 1 : 0,
    authorities: caSources(pkis),
    dialling: diallingByCluster(pkis),
    holders: caHolders(pkis),
    tokenKeys: tokenKeyHolders(pkis),
    machines: new Map(pkis.flatMap(({ name, facts }) => (facts.nodeName ? [[name, facts.nodeName.value]] : []))),
  };
  return pkis.map((pki) => ({ ...pki, input }));
}

/** Returns the shared host of all API servers, if a file or an option names it. */
export function sharedEndpoint(pki: Pki): string | undefined {
  const { facts } = pki;
  const endpoint = endpointOf(pki);
  const { kubernetesVersion } = facts;
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
export function isOnlyControlPlane(pki: Pki): boolean {
  const endpoint = sharedEndpoint(pki);
  const members = flagValue(pki.node, 'etcd', 'initial-cluster')?.split(',').length ?? 1;
  const runs = componentNamed(pki.node, 'kube-apiserver') !== undefined;
  return runs && members === 1 && endpoint !== undefined && isOwn(endpoint, pki.facts);
}
