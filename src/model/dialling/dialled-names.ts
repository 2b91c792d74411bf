/**
 * The names by which clients dial this node's servers, according to its own files and to kubeconfigs of other nodes. A
 * connection fails if the server's certificate lacks the name.
 */

import { argumentOf, flagValue } from '../../artifact/arguments.ts';
import type { SetBy } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { factOptions } from '../facts/fact-options.ts';
import { firstAddress, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { isOdd } from '../facts/odd-address.ts';
import type { Dialling } from '../roles/dials.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { otherApiServer } from './api-servers.ts';
import { expectedHosts } from './expected.ts';
import { configuredEndpoint, diallingAround, isMachine } from './index.ts';
import { type Dialled, kubeconfigServer } from './kubeconfig-server.ts';
import { isServedBySupervisor } from './registrations.ts';
import { isEndpoint, rightEnd } from './right-end.ts';
import { areOfDifferentSites } from './sites.ts';

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
  return [...names, ...namesOfAll(pki)];
}

/**
 * What kubeconfigs of other nodes dial that leads to every API server, as the name of a load balancer does. That of a
 * different site does not lead here.
 */
const namesOfAll = remember((pki: Pki): readonly Dialled[] => {
  const { label } = pki.node;
  const known = diallingAround(pki);
  const named = known.named.get(roleIds.apiServer) ?? [];
  const isElsewhere = (host: string) => {
    const having = named.filter(({ leaf }) => hasName(leaf, host));
    return having.length > 0 && having.every(({ node }) => areOfDifferentSites(node, label, known));
  };
  const others = known.clients.filter(({ node }) => node !== label);
  // Once for each host: thousands of workers may dial the same one.
  const hosts = [...new Set(others.map(({ host }) => host))];
  const shared = new Set(hosts.filter((host) => leadsToAll(known, host) && !isElsewhere(host)));
  return others
    .filter(({ host }) => shared.has(host))
    .map(({ host, role, node }) => ({ host, by: role, from: node, at: undefined }));
});

/**
 * Whether a host is not a machine, and most API servers have its name. If none has it, several clients must show that
 * it is a name of API servers.
 */
const leadsToAll = remember((known: Dialling, host: string): boolean => {
  if (isMachine(known, host)) return false;
  const having = known.leaves.filter((leaf) => hasName(leaf, host)).length;
  return having === 0 ? isEndpoint(known, host) : having > known.leaves.length / 2;
});

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
