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
import { type InputNodes, type Pki, withoutOthers } from '../roles/pki.ts';
import { caHolders, caSources } from './ca-source.ts';
import { addressesOf, ownName } from './evidence.ts';
import { joinedGroups } from './groups.ts';
import { tokenKeyHolders } from './token-key-source.ts';

export interface Cluster {
  /** The nodes without copies, control planes first. */
  readonly nodes: readonly Pki[];
  /** Nodes that are a second copy of one in `nodes`. */
  readonly copies: readonly { readonly node: Pki; readonly of: Pki }[];
}

/** Nodes, and the clusters that they form. */
export interface Grouped {
  readonly pkis: readonly Pki[];
  readonly clusters: readonly Cluster[];
}

/** Returns the clusters of at least two nodes, or of copies of one node. */
export function formClusters(pkis: readonly Pki[]): readonly Cluster[] {
  const known = pkis.filter((pki) => pki.kind !== 'unknown');
  if (known.length < 2) return [];
  return joinedGroups(known)
    .filter((group) => group.pkis.length > 1)
    .map(({ pkis: nodes }) => clusterOf(nodes));
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

/** Adds to each of several nodes what all of them are together, and what the nodes of its cluster are. */
export function withInput({ pkis, clusters }: Grouped): Grouped {
  if (pkis.length < 2) return { pkis, clusters };
  const all = {
    ...withoutOthers,
    authorities: caSources(pkis),
    dialling: diallingByCluster(pkis),
    holders: caHolders(pkis),
    tokenKeys: tokenKeyHolders(pkis),
    machines: new Map(pkis.flatMap(({ name, facts }) => (facts.nodeName ? [[name, facts.nodeName.value]] : []))),
  };
  const inputs = new Map<Pki, InputNodes>();
  for (const { nodes, copies } of clusters) {
    const input = { ...all, ...serversOf(nodes) };
    for (const pki of [...nodes, ...copies.map(({ node }) => node)]) inputs.set(pki, input);
  }
  const made = new Map(pkis.map((pki) => [pki, { ...pki, input: inputs.get(pki) ?? all }]));
  const asMade = (pki: Pki) => made.get(pki) ?? pki;
  return {
    pkis: [...made.values()],
    clusters: clusters.map(({ nodes, copies }) => ({
      nodes: nodes.map(asMade),
      copies: copies.map(({ node, of }) => ({ node: asMade(node), of: asMade(of) })),
    })),
  };
}

/** The servers of a cluster: a different one may have its own at the same address. */
function serversOf(pkis: readonly Pki[]): Pick<InputNodes, 'apiServers' | 'etcds'> {
  const [etcd, ...others] = pkis.filter(({ node }) => componentNamed(node, 'etcd') !== undefined);
  const servers = pkis.filter(({ node }) => componentNamed(node, 'kube-apiserver') !== undefined);
  const placesOn = (pki: Pki) =>
    [...addressesOf(pki)].map((address) => placeOfServer(address, apiServerPort(pki.node)));
  return {
    apiServers: new Set(servers.flatMap(placesOn)),
    // Where other control planes can join, they may just not have been given.
    etcds: etcd && (others.length > 0 || isOnlyControlPlane(etcd)) ? others.length + 1 : 0,
  };
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
