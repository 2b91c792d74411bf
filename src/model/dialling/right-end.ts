/**
 * Which end is right if an API server's certificate lacks the host that a kubeconfig dials. A count of clients alone
 * does not show it: an address that only one of them dials may be that of a load balancer, and a mistake can be copied.
 * What shows it is where the API servers are, what their certificates name, and what independent clients dial.
 */
import { remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Source } from '../facts/facts.ts';
import { canonicalHost, urlFor } from '../facts/host.ts';
import type { Client, Dialling } from '../roles/dials.ts';
import type { Pki } from '../roles/pki.ts';
import type { KubeconfigRole, Role } from '../roles/role.ts';
import { apiServerPort, dialsOwnServer } from './api-servers.ts';
import { otherMembers } from './etcd-members.ts';
import { diallingAround, groupOf, isServers, ownAddresses, sourcesOf } from './index.ts';
import { kubeconfigServer } from './kubeconfig-server.ts';

/** Which end is right; `client`: the certificate lacks a name, `server`: the kubeconfig has a wrong address. */
export type RightEnd = 'client' | 'server' | 'unknown';

/** Returns which end is right, if the certificate of the API server lacks what a kubeconfig dials. */
export const rightEnd = (role: KubeconfigRole, pki: Pki): RightEnd => rightEndOf(pki, role);

const rightEndOf = remember((pki: Pki, role: KubeconfigRole): RightEnd => {
  const [dialled] = kubeconfigServer(role);
  const known = diallingAround(pki);
  if (dialled === undefined || known.servers.size === 0) return 'unknown';
  const host = canonicalHost(dialled.host);
  if (isServers(known, host) || isEndpoint(known, host)) return 'client';
  // What differs then is the name, and not where the client connects.
  if (role.kubeconfig?.cluster?.tlsServerName?.value) return 'unknown';
  return isContradicted(role, host, known, pki) ? 'server' : 'unknown';
});

/**
 * Whether clients show that a host is one of the API servers although no certificate names it: several independent ones
 * dial it. Where these are only workers, and most workers dial a server that is certainly there, the mistake is theirs:
 * they are repaired by the address that the others dial, whichever end is right.
 */
export const isEndpoint = remember((known: Dialling, host: string): boolean => {
  if (sourcesOf(known, host).size < 2) return false;
  const isWorkers = ({ role, isControlPlane }: Client) => role === roleIds.kubelet && !isControlPlane;
  const dialling = known.clients.filter((client) => client.host === host);
  const right = known.clients.filter((client) => isWorkers(client) && isServers(known, client.host));
  return !dialling.every(isWorkers) || right.length <= dialling.length;
});

/** Whether others that should dial the same server dial one that is certainly there. */
function isContradicted(role: Role, host: string, known: Dialling, pki: Pki): boolean {
  const good = known.clients.filter((client) => client.host !== host && isServers(known, client.host));
  const here = good.filter(({ node }) => node === pki.node.label);
  if (here.some((client) => groupOf(role.id).includes(client.role))) return true;
  if (dialsOwnServer(role, pki)) {
    const isElsewhere = otherMembers(pki.node).map(canonicalHost).includes(host);
    return !isElsewhere && (role.row.role === roleIds.kubelet ? here.length > 0 : ownAddresses(pki).length > 0);
  }
  const isSameKind = (client: Client) => client.role === role.id && client.node !== pki.node.label;
  // They dial the endpoint of the control plane, so each shows what it is for the others.
  const showsEndpoint = ({ role: id, isControlPlane }: Client) =>
    groupOf(roleIds.admin).includes(id) ||
    !dialsOwnServer({ id }, { ...pki, kind: isControlPlane ? 'control-plane' : 'worker' });
  return good.some(isSameKind) || here.some(showsEndpoint) || (pki.kind === 'worker' && good.some(showsEndpoint));
}

/** The URL of the API server of a node, by its own flags. */
function ownServer(pki: Pki): string | undefined {
  const [address] = pki.kind === 'control-plane' ? ownAddresses(pki) : [];
  return address === undefined ? undefined : urlFor(address, apiServerPort(pki.node));
}

/** Returns the server that a kubeconfig should dial, as the others show it; undefined if nothing does. */
export function wantedServer(role: KubeconfigRole, pki: Pki): string | undefined {
  const known = diallingAround(pki);
  const good = known.clients.filter(({ host }) => isServers(known, host));
  const isHere = ({ node }: Client) => node === pki.node.label;
  const isOf = (group: readonly string[]) => (client: Client) => group.includes(client.role);
  const own = good.find((client) => isHere(client) && client.isOwn)?.url ?? ownServer(pki);
  const elsewhere = good.filter((client) => !isHere(client));
  // What dials its own node elsewhere does so here.
  const isLike = ({ isControlPlane }: Client) => isControlPlane === (pki.kind === 'control-plane');
  const there = (group: readonly string[], counts = (_: Client) => true) => {
    const found = elsewhere.filter((client) => isOf(group)(client) && counts(client));
    const shared = found.find(({ isOwn }) => !isOwn)?.url;
    return shared ?? (found.length > 0 && pki.kind === 'control-plane' ? own : found[0]?.url);
  };
  const sibling = good.find(
    (client) => isHere(client) && client.role !== role.id && isOf(groupOf(role.id))(client),
  )?.url;
  const administrators = groupOf(roleIds.admin);
  const admin = good.find((client) => isHere(client) && isOf(administrators)(client))?.url;
  const ways = dialsOwnServer(role, pki)
    ? [sibling, role.row.role === roleIds.kubelet ? there([role.id], isLike) : undefined, own, admin]
    : [sibling, there(groupOf(role.id), isLike), admin, there(administrators), good.find(isHere)?.url, good[0]?.url];
  return ways.find((url) => url !== undefined);
}

/**
 * Returns the endpoint of the control plane, and where that is said. A kubeconfig with a wrong address does not say it.
 */
export const endpointOf = remember((pki: Pki): Source<string> | undefined => {
  const fact = pki.facts.controlPlaneEndpoint;
  if (fact === undefined) return undefined;
  const isWrong = ({ source }: Source<string>) => {
    const role = pki.roles.find((one) => one.id === source);
    return role?.kind === 'kubeconfig' && rightEnd(role, pki) === 'server';
  };
  return [fact, ...fact.disagreeing].find((one) => !isWrong(one));
});
