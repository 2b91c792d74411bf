/** Finds the nodes of a cluster that answer at an address. */

import { groupBy } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { diallingAround } from '../dialling/index.ts';
import { areOfDifferentSites } from '../dialling/sites.ts';
import { canonicalHost, isLoopback } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import { ownHosts } from './addresses.ts';

/** The nodes of a cluster, by what clients look for. */
interface Index {
  readonly controlPlanes: readonly Pki[];
  atHost(host: string): readonly Pki[];
  running(component: string): readonly Pki[];
}

/** A node and its cluster. */
export interface Peers {
  readonly pki: Pki;
  /** Every node of the cluster, the node itself included. */
  readonly cluster: readonly Pki[];
}

const indexes = new WeakMap<readonly Pki[], Index>();

/** Indexes a cluster once: otherwise every worker would search all the others for the same few API servers. */
function indexOf(cluster: readonly Pki[]): Index {
  const known = indexes.get(cluster);
  if (known !== undefined) return known;
  const by = (keysOf: (pki: Pki) => Iterable<string>) => {
    const all = cluster.flatMap((pki) => [...new Set(keysOf(pki))].map((key) => ({ key, pki })));
    return new Map([...groupBy(all, ({ key }) => key)].map(([key, group]) => [key, group.map(({ pki }) => pki)]));
  };
  const byHost = by(ownHosts);
  const byComponent = by(({ node }) => node.components.map(({ name }) => name));
  const index: Index = {
    controlPlanes: cluster.filter(({ kind }) => kind === 'control-plane'),
    atHost: (host) => byHost.get(canonicalHost(host)) ?? [],
    running: (component) => byComponent.get(component) ?? [],
  };
  indexes.set(cluster, index);
  return index;
}

/**
 * Returns a cluster with variants of some nodes. A variant has the kind, facts and components of its node, so it is
 * found by the same index.
 */
export function withVariants(cluster: readonly Pki[], variantOf: (pki: Pki) => Pki): readonly Pki[] {
  const { controlPlanes, atHost, running } = indexOf(cluster);
  const varied = cluster.map(variantOf);
  indexes.set(varied, {
    controlPlanes: controlPlanes.map(variantOf),
    atHost: (host) => atHost(host).map(variantOf),
    running: (component) => running(component).map(variantOf),
  });
  return varied;
}

/** Moves the node itself to the front of a list, if it is in it. */
const ownFirst = (pki: Pki, nodes: readonly Pki[]): readonly Pki[] =>
  nodes.includes(pki) ? [pki, ...nodes.filter((one) => one !== pki)] : nodes;

/** Returns the control planes of a cluster, the node itself first. */
export const controlPlanesOf = ({ pki, cluster }: Peers): readonly Pki[] =>
  ownFirst(pki, indexOf(cluster).controlPlanes);

/** Returns the nodes that run a component, the node itself first. */
export const running = ({ pki, cluster }: Peers, component: string): readonly Pki[] =>
  ownFirst(pki, indexOf(cluster).running(component));

/** Returns the node at an address. A loopback address is that of the node itself. */
export function nodeAt({ pki, cluster }: Peers, host: string): Pki | undefined {
  return isLoopback(host) ? pki : ownFirst(pki, indexOf(cluster).atHost(host))[0];
}

/**
 * Returns the API servers at an address that a node dials. A name that does not belong to a node may be that of a load
 * balancer, or another name of one machine: it leads to all API servers if most of their certificates contain it, or
 * none does; otherwise to the client's own and to those whose certificate contains it. It does not lead to the API
 * server of a different site, which has a load balancer of its own.
 */
export function apiServersAt(peers: Peers, host: string): readonly Pki[] {
  const all = controlPlanesOf(peers);
  if (isLoopback(host)) return all.slice(0, 1);
  const there = indexOf(peers.cluster).atHost(host);
  const own = all.filter((node) => there.includes(node));
  if (own.length > 0) return own;
  const named = all.filter((node) => isNamed(node, host));
  const isShared = named.length > all.length / 2 || named.length === 0;
  const known = diallingAround(peers.pki);
  const isElsewhere = ({ node }: Pki) => named.every((one) => areOfDifferentSites(one.node.label, node.label, known));
  return isShared
    ? all.filter((node) => named.length === 0 || named.includes(node) || !isElsewhere(node))
    : all.filter((node) => node === peers.pki || named.includes(node));
}

function isNamed(pki: Pki, host: string): boolean {
  const { leaf } = pki.roles.find((role) => role.row.role === roleIds.apiServer) ?? {};
  return leaf !== undefined && hasName(leaf, host);
}
