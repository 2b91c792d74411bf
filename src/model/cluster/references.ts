/** Whether groups of nodes without common keys are one cluster: what their files say about each other. */
import type { Certificate } from '../../artifact/certificate.ts';
import { remember } from '../../core/collections.ts';
import { loadGoPool } from '../../x509/load.ts';
import { chainOf } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import { type Evidence, meets } from './evidence.ts';

/**
 * Whether groups refer to each other. Nodes with the same name or address are in two clusters. Of two groups that have
 * a control plane each, a name or an address that clients dial shows nothing by itself: installers give every cluster
 * the same one (`lb.kubesphere.local`, `apiserver.cluster.local`), and so do networks that are alike.
 */
export function areConnected(group: Evidence, other: Evidence): boolean {
  if (isSamePlace(group, other)) return false;
  if (namesOther(group, other)) return true;
  const areWhole = hasControlPlane(group) && hasControlPlane(other);
  if (dials(group, other) && (areWhole ? haveCommonCa(group, other) : !areOfDifferentNetworks(group, other)))
    return true;
  // An etcd may store the data of several clusters, so it does not join them.
  return !areWhole && (keepsDataIn(group, other) || keepsDataIn(other, group));
}

/** Whether what a group dials may be in a cluster, so far as names and addresses show. */
export const mayDial = (group: Evidence, cluster: Evidence): boolean =>
  !isSamePlace(group, cluster) && dials(group, cluster) && !areOfDifferentNetworks(group, cluster);

/** Whether a group has a control plane of its own. */
export const hasControlPlane = ({ pkis }: Evidence): boolean => pkis.some(isControlPlane);

const isControlPlane = ({ kind }: Pki): boolean => kind === 'control-plane';

/** Whether a node has the same name or address as one of the other group: it is a machine of a different cluster. */
function isSamePlace(one: Evidence, other: Evidence): boolean {
  return meets(one.names, other.names) || meets(one.addresses, other.addresses);
}

/** Whether the list of etcd members of one names the other, or it registers there. */
function namesOther(one: Evidence, other: Evidence): boolean {
  return (
    meets(one.ownMembers, other.members) ||
    meets(other.ownMembers, one.members) ||
    meets(one.joined, other.reached) ||
    meets(other.joined, one.reached)
  );
}

/** Whether one dials the other, or both the same server. */
function dials(one: Evidence, other: Evidence): boolean {
  return dialsNode(one, other) || dialsNode(other, one) || meets(one.dialled, other.dialled, isSpecific);
}

const dialsNode = (one: Evidence, other: Evidence): boolean => meets(one.dialled, other.addresses, isSpecific);

/** Whether an API server of one keeps its data in the other, a machine that runs only etcd. */
function keepsDataIn(one: Evidence, other: Evidence): boolean {
  return meets(one.etcdServers, other.etcdHosts, isSpecific);
}

/**
 * Whether a host identifies a machine. A name without a dot does not: in every cluster, a name such as the
 * documentation's `cluster-endpoint` is a different machine.
 */
const isSpecific = (host: string): boolean => host.includes('.') || host.includes(':');

/** Whether a CA is on nodes of both groups, be it left over in a single kubeconfig. */
function haveCommonCa(one: Evidence, other: Evidence): boolean {
  const keys = new Set(one.pkis.flatMap(casOf).map(keyOf));
  return other.pkis.some((pki) => casOf(pki).some((ca) => keys.has(keyOf(ca))));
}

const keyOf = ({ publicKey }: Certificate): string => publicKey.id;

/** The CAs that a node has, without the root above another one in the same file, which many clusters may have. */
const casOf = remember((pki: Pki): readonly Certificate[] => {
  const files = pki.authorities.map(({ loaded }) => (loaded?.ok ? loaded.value : []));
  const embedded = pki.roles.flatMap((role) => {
    const pem = role.kubeconfig?.cluster?.certificateAuthority?.embedded;
    const pool = pem && loadGoPool(pem);
    return pool?.ok ? [pool.value] : [];
  });
  return [...files, ...embedded].flatMap(lowest);
});

function lowest(all: readonly Certificate[]): readonly Certificate[] {
  const above = new Set(all.flatMap(({ issuer, subject }) => (issuer.der === subject.der ? [] : issuer.der)));
  return all.filter(({ subject }) => !above.has(subject.der));
}

/** Whether a CA of a cluster signed a certificate of a node of the other group. */
export function signedFor(cluster: Evidence, { pkis }: Evidence): boolean {
  const cas = cluster.pkis.filter(isControlPlane).flatMap(casOf);
  return pkis.some(({ roles }) => roles.some((role) => chainOf(role, cas) !== undefined));
}

/**
 * Whether the kubelets of two groups give pods different DNS servers. It shows two clusters, because a cluster gives
 * its nodes one configuration, but not where a node of one dials a machine of the other.
 */
function areOfDifferentNetworks(one: Evidence, other: Evidence): boolean {
  const [servers, others] = [one.dnsServers, other.dnsServers];
  const differ = servers.size > 0 && others.size > 0 && !meets(servers, others);
  return differ && !dialsNode(one, other) && !dialsNode(other, one);
}
