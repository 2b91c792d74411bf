/**
 * The names by which clients dial this node's servers, according to its own files. A connection fails if the server's
 * certificate lacks the name.
 */

import { argumentOf, flagValue } from '../../artifact/arguments.ts';
import type { SetBy } from '../../artifact/place.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { factOptions } from '../facts/fact-options.ts';
import { firstAddress, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { isOdd } from '../facts/odd-address.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { otherApiServer } from './api-servers.ts';
import { expectedHosts } from './expected.ts';
import { configuredEndpoint, diallingAround } from './index.ts';
import { type Dialled, kubeconfigServer } from './kubeconfig-server.ts';
import { isServedBySupervisor } from './registrations.ts';
import { rightEnd } from './right-end.ts';

/** Returns every name by which a role's server is dialled; none for a role that is not a server. */
export function dialledNames(role: Role, pki: Pki): readonly Dialled[] {
  if (role.row.role === roleIds.apiServer) return apiServerNames(pki);
  if (role.row.role === roleIds.etcdServer) return etcdNames(pki);
  if (role.row.role === roleIds.etcdPeer) return etcdPeerNames(pki);
  if (isServedBySupervisor(role, pki)) return registeringNames(pki);
  return [];
}

function apiServerNames(pki: Pki): readonly Dialled[] {
  const { facts, roles, node } = pki;
  const names: Dialled[] = [];
  const add = (host: string | undefined, by: string, at?: SetBy) => {
    if (host !== undefined) names.push({ host, by, at });
  };
  const flag = (name: string) => argumentOf(node, 'kube-apiserver', name)?.at;
  const service = firstAddress(facts.serviceCidrs?.value[0] ?? '');
  if (service !== undefined) {
    const without = 'pods cannot reach the API through the kubernetes Service';
    names.push({ host: service, by: 'pods', at: flag('service-cluster-ip-range'), without });
  }
  for (const role of roles) {
    if (role.kind !== 'kubeconfig' || otherApiServer(role, pki) !== undefined) continue;
    // A wrong address in a kubeconfig is no reason to add it to a certificate.
    if (rightEnd(role, pki) !== 'server') names.push(...kubeconfigServer(role));
  }
  const endpoint = configuredEndpoint(facts);
  if (endpoint) add(endpoint.value, endpoint.source);
  const { option } = factOptions.sans;
  if (facts.sans?.source === option) for (const san of facts.sans.value) add(san, option);
  return names;
}

/** Other nodes dial the port by these names when they register. */
const registeringNames = (pki: Pki): readonly Dialled[] =>
  diallingAround(pki).unnamed.map(({ host, node, at }) => ({ host, by: node, at }));

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
  // A wrong address in a flag is no reason to add it to a certificate.
  if (isOdd(node, component, flag)) return [];
  const argument = argumentOf(node, component, flag);
  return (argument?.value ?? '').split(',').flatMap((url): Dialled[] => {
    const host = hostOf(url.trim());
    if (host === undefined || !/^https:/.test(url.trim())) return [];
    return [{ host: readAddress(host) ?? host, by, at: argument?.at }];
  });
}
