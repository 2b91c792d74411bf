/** Where the addresses of a connection are written, and which of the nodes at hand answers there. */

import type { Place } from '../../core/artifact.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { ConnectionRow, Dials } from '../../tables/tables.ts';
import { firstAddress, hostOf, isLoopback, readAddress, shownUrl } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { apiServersAt, flagOf, isSecure, kubeletAddress, nodeAt, runs, urlFor, urlsOf } from './addresses.ts';
import { isSigner } from './signers.ts';

export interface Dial {
  /** As it is written; null where nothing is dialled. */
  readonly address: string | null;
  /** What the server's certificate must name; undefined: nothing. */
  readonly host?: string | undefined;
  /** The node that answers; undefined: none of those at hand, for a reason. */
  readonly server: Pki | undefined;
  readonly unseen?: string;
  readonly at?: Place | undefined;
}

export interface Dialler {
  readonly row: ConnectionRow;
  readonly pki: Pki;
  /** Every node at hand, the dialling one first. */
  readonly nodes: readonly Pki[];
  /** What plays `row.presents`, where it is a role. */
  readonly role: Role | undefined;
}

/** The dials of a connection; none where there is no such connection. */
export function dialsOf(dialler: Dialler): readonly Dial[] {
  return dialling[dialler.row.dials](dialler);
}

const dialling: Readonly<Record<Dials, (dialler: Dialler) => readonly Dial[]>> = {
  'etcd-servers': etcdServers,
  'peer-urls': etcdPeers,
  'etcd-listener': ({ pki }) => listeners(pki, isLoopback).slice(0, 1),
  'etcd-gateway': etcdGateway,
  kubelets,
  'kubeconfig-server': kubeconfigServer,
  service,
  signer,
  'api-server-peers': apiServerPeers,
  nothing: ({ pki }) => [{ address: null, server: pki }],
};

function etcdServers({ pki, nodes }: Dialler): readonly Dial[] {
  if (!runs(pki, 'kube-apiserver')) {
    const here = pki.roles.some((role) => role.id === roleIds.etcdServer && role.applies.answer === 'yes');
    return here
      ? [{ address: null, server: pki }]
      : [{ address: null, server: undefined, unseen: 'no etcd was given' }];
  }
  return urlsOf(pki, 'kube-apiserver', 'etcd-servers').map(({ url, host, at }): Dial => {
    const node = nodeAt(nodes, host);
    if (node && runs(node, 'etcd')) return { address: url, host, server: node, at };
    return { address: url, host, server: undefined, unseen: `the etcd at ${host} was not given`, at };
  });
}

/** A member has the same files for all its peers: itself stands for those that were not given. */
function etcdPeers({ pki, nodes }: Dialler): readonly Dial[] {
  const others = nodes.filter((node) => node !== pki && runs(node, 'etcd'));
  const dial = (node: Pki): readonly Dial[] =>
    urlsOf(node, 'etcd', 'initial-advertise-peer-urls').map(({ url, host, at }) => {
      return { address: url, host, server: node, at };
    });
  if (others.length > 0) return others.flatMap(dial);
  if (!runs(pki, 'etcd')) return [{ address: null, server: pki }];
  const members = flagOf(pki, 'etcd', 'initial-cluster')?.split(',').length ?? 0;
  // Nobody dials the only member of a cluster by its name; kubeadm lists but itself on the first node of several.
  return dial(pki).map((one) => (members > 1 ? one : { ...one, host: undefined }));
}

function listeners(pki: Pki, preferred: (host: string) => boolean): readonly Dial[] {
  if (!runs(pki, 'etcd')) return [{ address: null, server: pki }];
  const urls = urlsOf(pki, 'etcd', 'listen-client-urls').filter(isSecure);
  const sorted = urls.toSorted((one, other) => Number(preferred(other.host)) - Number(preferred(one.host)));
  // One that listens on all addresses is dialled at one of its own.
  return sorted.map(({ url, host, at }) => {
    const everywhere = ['0.0.0.0', '::'].includes(readAddress(host) ?? host);
    return {
      address: everywhere ? url.replace(/0\.0\.0\.0|\[::\]/, '127.0.0.1') : url,
      host: everywhere ? '127.0.0.1' : host,
      server: pki,
      at,
    };
  });
}

/**
 * etcd dials one of its own listeners for its HTTP gateway, unless told otherwise, and nobody knows which
 * (etcd server/embed/etcd.go, pickGRPCGatewayServeContext: the first of a Go map).
 */
function etcdGateway({ pki }: Dialler): readonly Dial[] {
  if (!runs(pki, 'etcd') || flagOf(pki, 'etcd', 'enable-grpc-gateway') === 'false') return [];
  const secure = listeners(pki, () => true).slice(0, 1);
  if (urlsOf(pki, 'etcd', 'listen-client-urls').every(isSecure)) return secure;
  const unseen = 'etcd dials any one of its listeners, and not all of them speak TLS';
  return secure.map((dial) => ({ ...dial, server: undefined, unseen }));
}

/** The address that `--kubelet-preferred-address-types` prefers, of those that the files show. */
function kubelets({ pki, nodes }: Dialler): readonly Dial[] {
  const types = flagOf(pki, 'kube-apiserver', 'kubelet-preferred-address-types') ?? 'Hostname,InternalIP';
  const seen = nodes.filter((node) => runs(node, 'kubelet'));
  if (seen.length === 0) return [{ address: null, server: undefined, unseen: 'no kubelet was given' }];
  return seen.map((node): Dial => {
    const addresses: Readonly<Record<string, string | undefined>> = {
      Hostname: node.facts.nodeName?.value,
      InternalIP: kubeletAddress(node),
    };
    const host = types.split(',').flatMap((type) => addresses[type.trim()] ?? [])[0];
    const port = flagOf(node, 'kubelet', 'port') ?? 10250;
    return { address: host === undefined ? null : urlFor(host, port), host, server: node };
  });
}

const noApiServer = 'no API server was given';

function kubeconfigServer({ pki, role, nodes }: Dialler): readonly Dial[] {
  const cluster = role?.kubeconfig?.cluster;
  const url = cluster?.server;
  const host = hostOf(url?.value ?? '');
  if (role?.applies.answer !== 'yes') return [];
  if (!url || host === undefined) return [{ address: url ? shownUrl(url.value) : null, server: pki, at: url?.at }];
  const dial = { address: shownUrl(url.value), host: cluster?.tlsServerName?.value || host, at: url.at };
  const servers = apiServersAt(nodes, host);
  return servers.length > 0
    ? servers.map((server) => ({ ...dial, server }))
    : [{ ...dial, server: undefined, unseen: noApiServer }];
}

const apiServers = (nodes: readonly Pki[]): readonly Pki[] => nodes.filter((node) => node.kind === 'control-plane');

/** KUBERNETES_SERVICE_HOST is the first address of the service range (k8s.io/client-go rest, InClusterConfig). */
function service({ pki, nodes }: Dialler): readonly Dial[] {
  const address = firstAddress(pki.facts.serviceCidrs?.value[0] ?? '');
  const hosts = [...(address === undefined ? [] : [address]), 'kubernetes.default.svc'];
  return hosts.flatMap((host) => apiServers(nodes).map((server) => ({ address: urlFor(host, 443), host, server })));
}

/** Without a signing pair nobody signs: an external CA does. What one signs, every API server verifies. */
function signer({ pki, nodes }: Dialler): readonly Dial[] {
  return pki.slots.some(isSigner) ? apiServers(nodes).map((server) => ({ address: null, server })) : [];
}

/**
 * Peer API servers are dialled by `--peer-advertise-ip`, else `--advertise-address` (KEP-4020), and verified as
 * kubernetes.default.svc (k8s.io/kubernetes pkg/controlplane/apiserver, BuildPeerProxy).
 */
function apiServerPeers({ pki, nodes }: Dialler): readonly Dial[] {
  const flag = (node: Pki, name: string) => flagOf(node, 'kube-apiserver', name);
  if (flag(pki, 'peer-ca-file') === undefined) return [];
  const others = nodes.filter((node) => node !== pki && runs(node, 'kube-apiserver'));
  return (others.length > 0 ? others : [pki]).map((server): Dial => {
    const address = flag(server, 'peer-advertise-ip') ?? server.facts.advertiseAddress?.value;
    const port = Number(flag(server, 'peer-advertise-port') ?? flag(server, 'secure-port') ?? 6443);
    return { address: address === undefined ? null : urlFor(address, port), host: 'kubernetes.default.svc', server };
  });
}
