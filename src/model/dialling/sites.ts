/**
 * Control planes behind load balancers of their own: those of each site share the name of their balancer, and all that
 * runs there dials it. No client of a different site does.
 */
import { remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import type { Dialling } from '../roles/dials.ts';
import { isMachine } from './index.ts';

/** A control plane, and the names of its balancer. */
interface Site {
  readonly node: string;
  readonly endpoints: readonly string[];
  has(host: string): boolean;
}

/**
 * The kubeconfigs of a control plane that dial its balancer, if it has one (kubeadm kubeconfig.go,
 * getKubeConfigSpecsBase).
 */
const dialsEndpoint: readonly string[] = [roleIds.admin, roleIds.superAdmin, roleIds.kubelet];

const sitesOf = remember((known: Dialling): ReadonlyMap<string, Site> => {
  const { clients, named } = known;
  const sites = (named.get(roleIds.apiServer) ?? []).map(({ node, leaf }): Site => {
    const dialled = clients.filter((client) => client.node === node && dialsEndpoint.includes(client.role));
    const endpoints = dialled.map(({ host }) => host).filter((host) => hasName(leaf, host) && !isMachine(known, host));
    return { node, endpoints, has: (host) => hasName(leaf, host) };
  });
  return new Map(sites.map((site) => [site.node, site]));
});

/**
 * Whether two control planes, by the labels of their nodes, are certainly behind different balancers: each dials its
 * own, and no certificate has a name of that of the other.
 */
export function areOfDifferentSites(one: string, other: string, known: Dialling): boolean {
  const sites = sitesOf(known);
  const [first, second] = [sites.get(one), sites.get(other)];
  if (!first?.endpoints.length || !second?.endpoints.length) return false;
  return !first.endpoints.some(second.has) && !second.endpoints.some(first.has);
}
