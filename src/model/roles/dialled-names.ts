/** The names by which this node's own files show its servers to be dialled: to lack one is an outage. */

import { componentNamed, lastArgument } from '../../core/arguments.ts';
import type { Component, Place, ScannedNode } from '../../core/artifact.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { firstAddress, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { factOptions } from '../facts/options.ts';
import { sharesKey } from './authorities.ts';
import { expectedHosts } from './expected.ts';
import type { Pki } from './pki.ts';
import type { KubeconfigRole, Role } from './role.ts';

export interface Dialled {
  readonly host: string;
  /** Who dials it, or where it is written. */
  readonly by: string;
  readonly at: Place | undefined;
}

/** Every name by which a role's server is dialled; none for a role that serves nothing. */
export function dialledNames(role: Role, pki: Pki): readonly Dialled[] {
  if (role.id === roleIds.apiServer) return apiServerNames(pki);
  if (role.id === roleIds.etcdServer) return etcdNames(pki);
  if (role.id === roleIds.etcdPeer) return etcdPeerNames(pki);
  return [];
}

function apiServerNames(pki: Pki): readonly Dialled[] {
  const { facts, roles, node } = pki;
  const names: Dialled[] = [];
  const add = (host: string | undefined, by: string, at?: Place) => {
    if (host !== undefined) names.push({ host, by, at });
  };
  const flag = (name: string) => placeOf(node, 'kube-apiserver', name);
  add(facts.advertiseAddress?.value, facts.advertiseAddress?.source ?? '', flag('advertise-address'));
  const service = firstAddress(facts.serviceCidrs?.value[0] ?? '');
  add(service, 'pods: the kubernetes Service', flag('service-cluster-ip-range'));
  for (const role of roles) if (role.kind === 'kubeconfig') names.push(...kubeconfigServer(role));
  const endpoint = facts.controlPlaneEndpoint;
  if (endpoint && !endpoint.source.endsWith('.conf')) add(endpoint.value, endpoint.source);
  const { option } = factOptions.sans;
  if (facts.sans?.source === option) for (const san of facts.sans.value) add(san, option);
  return names;
}

/** A kubeconfig that trusts another cluster's CA dials another cluster. */
export function isOfAnotherCluster(role: KubeconfigRole): boolean {
  const blocks = role.kubeconfig?.cluster?.certificateAuthority?.embedded?.blocks ?? [];
  const trusted = blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
  const ours = role.parent.certificates;
  return trusted.length > 0 && ours.length > 0 && !sharesKey(trusted, ours);
}

/** The host that a kubeconfig dials, or the name that it verifies instead; none where it verifies nothing of this cluster. */
export function kubeconfigServer(role: KubeconfigRole): readonly Dialled[] {
  const cluster = role.kubeconfig?.cluster;
  if (!cluster?.server || cluster.insecureSkipTlsVerify?.value || isOfAnotherCluster(role)) return [];
  const host = cluster.tlsServerName?.value || hostOf(cluster.server.value);
  if (!/^https:/.test(cluster.server.value) || host === undefined) return [];
  return [{ host, by: role.id, at: (cluster.tlsServerName ?? cluster.server).at }];
}

function etcdNames(pki: Pki): readonly Dialled[] {
  const { node } = pki;
  const etcd = componentNamed(node, 'etcd');
  const own = ownHosts(pki, etcd);
  const dialled = urls(componentNamed(node, 'kube-apiserver'), 'etcd-servers', 'kube-apiserver').filter(
    // The other members' addresses are other members' business.
    ({ host }) => isLoopback(host) || own.has(host),
  );
  return [...dialled, ...urls(etcd, 'advertise-client-urls', 'etcd clients')];
}

function etcdPeerNames(pki: Pki): readonly Dialled[] {
  const etcd = componentNamed(pki.node, 'etcd');
  const members = (etcd && lastArgument(etcd, 'initial-cluster')?.value)?.split(',').length ?? 0;
  // Nobody dials the only member of a cluster.
  return members > 1 ? futurePeerNames(pki) : [];
}

/** By which a member of etcd will be dialled by those that join it, though it may be the only one now. */
export function futurePeerNames({ node }: Pki): readonly Dialled[] {
  return urls(componentNamed(node, 'etcd'), 'initial-advertise-peer-urls', 'etcd peers');
}

function ownHosts(pki: Pki, etcd: Component | undefined): ReadonlySet<string> {
  const listening = urls(etcd, 'listen-client-urls', '').concat(urls(etcd, 'advertise-client-urls', ''));
  const row = pki.roles.find((role) => role.id === roleIds.etcdServer);
  const documented = row?.kind === 'certificate' ? expectedHosts(row.row, pki.facts).hosts : [];
  return new Set([...listening.map(({ host }) => host), ...documented]);
}

function urls(owner: Component | undefined, flag: string, by: string): readonly Dialled[] {
  const argument = owner && lastArgument(owner, flag);
  return (argument?.value ?? '').split(',').flatMap((url): Dialled[] => {
    const host = hostOf(url.trim());
    if (host === undefined || !/^https:/.test(url.trim())) return [];
    return [{ host: readAddress(host) ?? host, by, at: argument?.at }];
  });
}

function placeOf(node: ScannedNode, owner: string, flag: string): Place | undefined {
  const found = componentNamed(node, owner);
  return found && lastArgument(found, flag)?.at;
}
