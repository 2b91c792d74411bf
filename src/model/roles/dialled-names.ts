/**
 * The names by which clients dial this node's servers, according to its own files. A connection fails if the server's
 * certificate lacks the name.
 */

import { argumentOf, flagValue } from '../../core/arguments.ts';
import type { Place } from '../../core/artifact.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { firstAddress, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { factOptions } from '../facts/options.ts';
import { otherApiServer } from './api-servers.ts';
import { sharesKey } from './authorities.ts';
import { expectedHosts } from './expected.ts';
import type { Pki } from './pki.ts';
import type { KubeconfigRole, Role } from './role.ts';

export interface Dialled {
  readonly host: string;
  /** The client, or the source of the name. */
  readonly by: string;
  readonly at: Place | undefined;
}

/** Returns every name by which a role's server is dialled; none for a role that is not a server. */
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
  const flag = (name: string) => argumentOf(node, 'kube-apiserver', name)?.at;
  const service = firstAddress(facts.serviceCidrs?.value[0] ?? '');
  add(service, 'pods: the kubernetes Service', flag('service-cluster-ip-range'));
  for (const role of roles) {
    if (role.kind === 'kubeconfig' && otherApiServer(role, pki) === undefined) names.push(...kubeconfigServer(role));
  }
  const endpoint = facts.controlPlaneEndpoint;
  if (endpoint && !endpoint.source.endsWith('.conf')) add(endpoint.value, endpoint.source);
  const { option } = factOptions.sans;
  if (facts.sans?.source === option) for (const san of facts.sans.value) add(san, option);
  return names;
}

/** Whether a kubeconfig is for another cluster: it trusts none of this cluster's CAs. */
export function isOfAnotherCluster(role: KubeconfigRole): boolean {
  const blocks = role.kubeconfig?.cluster?.certificateAuthority?.embedded?.blocks ?? [];
  const trusted = blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
  const own = role.parent.certificates;
  return trusted.length > 0 && own.length > 0 && !sharesKey(trusted, own);
}

/** Returns the name that a kubeconfig verifies; none if it does not verify a server of this cluster. */
export function kubeconfigServer(role: KubeconfigRole): readonly Dialled[] {
  const cluster = role.kubeconfig?.cluster;
  if (!cluster?.server || cluster.insecureSkipTlsVerify?.value || isOfAnotherCluster(role)) return [];
  const host = cluster.tlsServerName?.value || hostOf(cluster.server.value);
  if (!/^https:/.test(cluster.server.value) || host === undefined) return [];
  return [{ host, by: role.id, at: (cluster.tlsServerName ?? cluster.server).at }];
}

function etcdNames(pki: Pki): readonly Dialled[] {
  const own = ownHosts(pki);
  // The other addresses belong to other members.
  const dialled = urls(pki, 'kube-apiserver etcd-servers', 'kube-apiserver').filter(
    ({ host }) => isLoopback(host) || own.has(host),
  );
  return [...dialled, ...urls(pki, 'etcd advertise-client-urls', 'etcd clients')];
}

function etcdPeerNames(pki: Pki): readonly Dialled[] {
  const members = flagValue(pki.node, 'etcd', 'initial-cluster')?.split(',').length ?? 0;
  // No peer dials the only member of a cluster.
  return members > 1 ? futurePeerNames(pki) : [];
}

/** Returns the names by which members that join later will dial this etcd, even if it is the only member now. */
export function futurePeerNames(pki: Pki): readonly Dialled[] {
  return urls(pki, 'etcd initial-advertise-peer-urls', 'etcd peers');
}

function ownHosts(pki: Pki): ReadonlySet<string> {
  const listening = [...urls(pki, 'etcd listen-client-urls', ''), ...urls(pki, 'etcd advertise-client-urls', '')];
  const role = pki.roles.find(({ id }) => id === roleIds.etcdServer);
  const documented = role?.kind === 'certificate' ? expectedHosts(role.row, pki).hosts : [];
  return new Set([...listening.map(({ host }) => host), ...documented]);
}

/** The hosts of the https URLs that an argument (`component flag`) lists. */
function urls({ node }: Pki, name: string, by: string): readonly Dialled[] {
  const [component = '', flag = ''] = name.split(' ');
  const argument = argumentOf(node, component, flag);
  return (argument?.value ?? '').split(',').flatMap((url): Dialled[] => {
    const host = hostOf(url.trim());
    if (host === undefined || !/^https:/.test(url.trim())) return [];
    return [{ host: readAddress(host) ?? host, by, at: argument?.at }];
  });
}
