/**
 * Where API servers listen. A kubeconfig that dials the API server of another node requires nothing of this node's
 * certificate. Whatever else it dials may be a load balancer in front of this node.
 */
import { flagValue } from '../../artifact/arguments.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Facts, Source } from '../facts/facts.ts';
import { hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';
import type { KubeconfigRole, Role } from '../roles/role.ts';
import { otherMembers } from './etcd-members.ts';

/** k8s.io/kubernetes pkg/kubeapiserver/options/serving.go, NewSecureServingOptions. */
const securePort = '6443';

/**
 * Returns the port of the API server on a node; an endpoint without a port has it too (kubeadm endpoint.go,
 * GetControlPlaneEndpoint).
 */
export function apiServerPort(node: Pick<ScannedNode, 'components' | 'installerConfig'>): string {
  return flagValue(node, 'kube-apiserver', 'secure-port') ?? usualPort(node);
}

/** Returns the port that kubeadm gives the API server of a node. */
export const usualPort = ({ installerConfig }: Pick<ScannedNode, 'installerConfig'>): string =>
  installerConfig?.bindPort?.value ?? securePort;

/** The form in which places are compared. */
export const placeOfServer = (address: string, port: string): string => `${address} ${port}`;

/** Returns the addresses that belong to the node itself, according to its own files. */
function ownAddresses(node: Pick<ScannedNode, 'components'>, { advertiseAddress, nodeIps }: Facts): readonly string[] {
  const etcd = ['listen-client-urls', 'advertise-client-urls', 'initial-advertise-peer-urls'].flatMap((flag) =>
    (flagValue(node, 'etcd', flag) ?? '').split(','),
  );
  const hosts = [advertiseAddress?.value, ...(nodeIps?.value ?? []), ...etcd.map((url) => hostOf(url.trim()))];
  return hosts.flatMap((host) => readAddress(host ?? '') ?? []);
}

/**
 * Returns the address of the API server of another node that a kubeconfig dials; undefined if it may dial this node.
 * Only an address that is known to be another machine's counts: of a node in the input, or of another member of etcd.
 */
export function otherApiServer(role: Pick<KubeconfigRole, 'kubeconfig'>, pki: Pki): string | undefined {
  const server = role.kubeconfig?.cluster?.server?.value ?? '';
  const address = readAddress(hostOf(server) ?? '');
  if (address === undefined || isLoopback(address) || !/^https:/i.test(server)) return undefined;
  const port = /:(\d+)(?:\/|$)/.exec(server)?.[1] ?? '443';
  // The other members of a stacked etcd are control planes, whose API servers have this node's port.
  const isMember = port === apiServerPort(pki.node) && otherMembers(pki.node).includes(address);
  const isKnown = isMember || pki.input.apiServers.has(placeOfServer(address, port));
  return isKnown && !ownAddresses(pki.node, pki.facts).includes(address) ? address : undefined;
}

/** Whether a component dials the API server of its own node (kubeadm kubeconfig.go; the kubelet since 1.34). */
export function dialsOwnServer({ id }: Pick<Role, 'id'>, { kind, facts }: Pick<Pki, 'kind' | 'facts'>): boolean {
  if (id === roleIds.controllerManager || id === roleIds.scheduler) return true;
  const release = facts.kubernetesVersion?.value ?? '0.0.0';
  return id === roleIds.kubelet && kind === 'control-plane' && isFrom(release, '1.34.0');
}

/** Whether the address of the control plane is known only from a kubeconfig that dials another node. */
export function isElsewhere({ source }: Source<string>, pki: Pki): boolean {
  const role = pki.roles.find((one: Role): one is KubeconfigRole => one.kind === 'kubeconfig' && one.id === source);
  return role !== undefined && otherApiServer(role, pki) !== undefined;
}
