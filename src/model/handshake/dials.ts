/** Finds the configured addresses of a connection, and the nodes in the input that answer there. */
import { flagValue } from '../../artifact/arguments.ts';
import type { SetBy } from '../../artifact/place.ts';
import type { ConnectionRow, Dials } from '../../tables/connections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { otherApiServer } from '../dialling/api-servers.ts';
import { etcdPeersOf } from '../dialling/etcd-members.ts';
import { firstAddress, hostOf, isLoopback, urlFor } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { isSecure, isUnspecified, kubeletAddress, runs, type Url, urlsOf } from './addresses.ts';
import { apiServersAt, controlPlanesOf, nodeAt, type Peers, running } from './peers.ts';
import { isSigner } from './signers.ts';
import { startOf } from './starts.ts';

export interface Dial {
  /** As configured; null if no address is configured. */
  readonly address: string | null;
  /** The name or address that the server's certificate must contain, if any. */
  readonly host?: string | undefined;
  /** The node that answers; undefined if none in the input does. `unseen` says why. */
  readonly server: Pki | undefined;
  readonly unseen?: string;
  readonly at?: SetBy | undefined;
}

/** The client, and its cluster. */
export interface Dialler extends Peers {
  readonly row: ConnectionRow;
  /** The client's role named by `row.presents`, if there is one. */
  readonly role: Role | undefined;
}

/** Returns the dials of a connection; none if the connection does not exist. */
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
  nothing: ({ pki }) => [local(pki)],
};

/** Dials a configured URL. */
const dialOf = ({ url, host, at }: Url, server: Pki | undefined): Dial => ({ address: url, host, server, at });

/** Dials a server whose address is not configured. */
const local = (server: Pki): Dial => ({ address: null, server });

function etcdServers(dialler: Dialler): readonly Dial[] {
  const { pki } = dialler;
  if (!runs(pki, 'kube-apiserver')) {
    const isHere = pki.roles.some((role) => role.row.role === roleIds.etcdServer && role.applies.answer === 'yes');
    return [isHere ? local(pki) : { address: null, server: undefined, unseen: 'no etcd is in the input' }];
  }
  return urlsOf(pki, 'kube-apiserver', 'etcd-servers').map((url) => {
    const node = nodeAt(dialler, url.host);
    if (node && ['started', 'stopped'].includes(startOf(node, 'etcd').state)) return dialOf(url, node);
    return { ...dialOf(url, undefined), unseen: `the etcd at ${url.host} is not in the input` };
  });
}

/** A member uses the same files for all peers. If no other member is in the input, it dials itself in their place. */
function etcdPeers(dialler: Dialler): readonly Dial[] {
  const { pki } = dialler;
  const others = running(dialler, 'etcd').filter((node) => node !== pki);
  const dial = (node: Pki) => urlsOf(node, 'etcd', 'initial-advertise-peer-urls').map((url) => dialOf(url, node));
  if (others.length > 0) return others.flatMap(dial);
  if (etcdPeersOf(pki) === 'none') return [];
  if (!runs(pki, 'etcd')) return [local(pki)];
  const members = flagValue(pki.node, 'etcd', 'initial-cluster')?.split(',').length ?? 0;
  // No peer dials the only member, so its name does not matter. The rest of the handshake does: on the first of several
  // nodes, kubeadm lists only that node.
  return dial(pki).map((one) => (members > 1 ? one : { ...one, host: undefined }));
}

function listeners(pki: Pki, preferred: (host: string) => boolean): readonly Dial[] {
  if (!runs(pki, 'etcd')) return [local(pki)];
  const urls = urlsOf(pki, 'etcd', 'listen-client-urls').filter(isSecure);
  const sorted = urls.toSorted((one, other) => Number(preferred(other.host)) - Number(preferred(one.host)));
  // A listener on all addresses is dialled at 127.0.0.1.
  const loopback = '127.0.0.1';
  return sorted.map((url) => {
    if (!isUnspecified(url.host)) return dialOf(url, pki);
    return dialOf({ ...url, url: url.url.replace(/0\.0\.0\.0|\[::\]/, loopback), host: loopback }, pki);
  });
}

/**
 * By default, etcd's HTTP gateway dials one of etcd's own listeners, chosen at random (etcd server/embed/etcd.go,
 * pickGRPCGatewayServeContext: the first of a Go map).
 */
function etcdGateway({ pki }: Dialler): readonly Dial[] {
  if (!runs(pki, 'etcd') || flagValue(pki.node, 'etcd', 'enable-grpc-gateway') === 'false') return [];
  const secure = listeners(pki, () => true).slice(0, 1);
  if (urlsOf(pki, 'etcd', 'listen-client-urls').every(isSecure)) return secure;
  const unseen = 'etcd connects to any of its listeners, and not all of them use TLS';
  return secure.map((dial) => ({ ...dial, server: undefined, unseen }));
}

/** Dials each kubelet at the preferred one of its known addresses (`--kubelet-preferred-address-types`). */
function kubelets(dialler: Dialler): readonly Dial[] {
  const types =
    flagValue(dialler.pki.node, 'kube-apiserver', 'kubelet-preferred-address-types') ?? 'Hostname,InternalIP';
  const seen = running(dialler, 'kubelet');
  if (seen.length === 0) return [{ address: null, server: undefined, unseen: 'no kubelet is in the input' }];
  return seen.map((node): Dial => {
    const addresses: Readonly<Record<string, string | undefined>> = {
      Hostname: node.facts.nodeName?.value,
      InternalIP: kubeletAddress(node),
    };
    const host = types.split(',').flatMap((type) => addresses[type.trim()] ?? [])[0];
    const port = flagValue(node.node, 'kubelet', 'port') ?? 10250;
    return { address: host === undefined ? null : urlFor(host, port), host, server: node };
  });
}

function kubeconfigServer(dialler: Dialler): readonly Dial[] {
  const { pki, role } = dialler;
  const cluster = role?.kubeconfig?.cluster;
  const url = cluster?.server;
  const host = hostOf(url?.value ?? '');
  if (role?.applies.answer !== 'yes') return [];
  if (!url || host === undefined) return [{ address: url ? url.value : null, server: pki, at: url?.at }];
  const dial = { address: url.value, host: cluster?.tlsServerName?.value || host, at: url.at };
  const elsewhere = otherApiServer(role, pki);
  if (elsewhere !== undefined && nodeAt(dialler, elsewhere) === undefined) {
    return [{ ...dial, server: undefined, unseen: `the API server at ${elsewhere} is not in the input` }];
  }
  const servers = apiServersAt(dialler, host);
  return servers.length > 0
    ? servers.map((server) => ({ ...dial, server }))
    : [{ ...dial, server: undefined, unseen: 'no API server is in the input' }];
}

/** Pods dial KUBERNETES_SERVICE_HOST, the first address of the range (k8s.io/client-go rest, InClusterConfig). */
function service(dialler: Dialler): readonly Dial[] {
  const address = firstAddress(dialler.pki.facts.serviceCidrs?.value[0] ?? '');
  const hosts = [...(address === undefined ? [] : [address]), 'kubernetes.default.svc'];
  return hosts.flatMap((host) =>
    controlPlanesOf(dialler).map((server) => ({ address: urlFor(host, 443), host, server })),
  );
}

/** Every API server verifies what kube-controller-manager signs. Without a signing pair, an external CA signs. */
function signer(dialler: Dialler): readonly Dial[] {
  return dialler.pki.slots.some(isSigner) ? controlPlanesOf(dialler).map(local) : [];
}

/**
 * API servers dial each other at `--peer-advertise-ip`, else `--advertise-address` (KEP-4020), and verify each other as
 * kubernetes.default.svc (k8s.io/kubernetes pkg/controlplane/apiserver, BuildPeerProxy).
 */
function apiServerPeers(dialler: Dialler): readonly Dial[] {
  const { pki } = dialler;
  const flag = (node: Pki, name: string) => flagValue(node.node, 'kube-apiserver', name);
  if (flag(pki, 'peer-ca-file') === undefined) return [];
  const others = running(dialler, 'kube-apiserver').filter((node) => node !== pki);
  return (others.length > 0 ? others : [pki]).map((server): Dial => {
    const address = flag(server, 'peer-advertise-ip') ?? server.facts.advertiseAddress?.value;
    const port = Number(flag(server, 'peer-advertise-port') ?? flag(server, 'secure-port') ?? 6443);
    return { address: address === undefined ? null : urlFor(address, port), host: 'kubernetes.default.svc', server };
  });
}
