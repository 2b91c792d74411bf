/** Where the addresses of a connection are written, and which of the nodes at hand answers there. */
import { componentNamed, lastArgument } from '../../core/arguments.ts';
import type { Place } from '../../core/place.ts';
import type { ConnectionRow, Dials } from '../../spec/tables.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { firstAddress, hostOf, isLoopback, readAddress } from '../host.ts';
import { roleId } from '../ids.ts';
import type { Pki, Role } from '../pki.ts';
import type { Slot } from '../slots.ts';
import { on } from './ends.ts';
import { fails, type Leg, leg } from './legs.ts';

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
  'etcd-gateway': ({ pki }) => (hasGateway(pki) ? listeners(pki, () => true).slice(0, 1) : []),
  kubelets,
  'kubeconfig-server': kubeconfigServer,
  service,
  signer: ({ pki }) => (pki.slots.some(isSigner) ? [{ address: null, server: pki }] : []),
  'api-server-peers': apiServerPeers,
  nothing: ({ pki }) => [{ address: null, server: pki }],
};

/** Without a signing pair nobody signs: an external CA does. */
const isSigner = ({ row, argument }: Slot): boolean => row.holds === 'signer' && argument !== undefined;

interface Url {
  readonly url: string;
  readonly host: string;
  readonly at: Place;
}

function urlsOf(pki: Pki, component: string, flag: string): readonly Url[] {
  const owner = componentNamed(pki.node, component);
  const argument = owner && lastArgument(owner, flag);
  return (argument?.value ?? '').split(',').flatMap((text) => {
    const host = hostOf(text.trim());
    return argument && host !== undefined ? [{ url: text.trim(), host, at: argument.at }] : [];
  });
}

const runs = (pki: Pki, component: string): boolean => componentNamed(pki.node, component) !== undefined;

/** Whether an address is this node's own. Loopback is everybody's. */
function isAt(pki: Pki, host: string): boolean {
  const { advertiseAddress, nodeIps, nodeName } = pki.facts;
  const own = [advertiseAddress?.value, ...(nodeIps?.value ?? []), nodeName?.value];
  const urls = ['listen-client-urls', 'advertise-client-urls', 'initial-advertise-peer-urls'];
  const etcd = urls
    .flatMap((flag) => urlsOf(pki, 'etcd', flag))
    .flatMap((one) => (isLoopback(one.host) ? [] : one.host));
  const wanted = readAddress(host) ?? host;
  return [...own, ...etcd].some((one) => one !== undefined && (readAddress(one) ?? one) === wanted);
}

/** Of `nodes` the one at an address: the dialling one for a loopback address. */
function nodeAt(nodes: readonly Pki[], host: string): Pki | undefined {
  return isLoopback(host) ? nodes[0] : nodes.find((pki) => isAt(pki, host));
}

function etcdServers({ pki, nodes }: Dialler): readonly Dial[] {
  if (!runs(pki, 'kube-apiserver')) {
    const here = pki.roles.some((role) => role.id === 'kube-etcd' && role.applies.answer === 'yes');
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
    urlsOf(node, 'etcd', 'initial-advertise-peer-urls')
      .filter(({ url }) => url.startsWith('https:'))
      .map(({ url, host, at }) => ({ address: url, host, server: node, at }));
  if (others.length > 0) return others.flatMap(dial);
  if (!runs(pki, 'etcd')) return [{ address: null, server: pki }];
  const members = urlsOf(pki, 'etcd', 'initial-cluster').length;
  // Nobody dials the only member of a cluster by its name; kubeadm lists but itself on the first node of several.
  return dial(pki).map((one) => (members > 1 ? one : { ...one, host: undefined }));
}

function listeners(pki: Pki, preferred: (host: string) => boolean): readonly Dial[] {
  if (!runs(pki, 'etcd')) return [{ address: null, server: pki }];
  const urls = urlsOf(pki, 'etcd', 'listen-client-urls').filter(({ url }) => url.startsWith('https:'));
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

/** etcd dials itself for its HTTP gateway unless told otherwise (etcd server/embed/etcd.go, grpcGatewayDial). */
function hasGateway(pki: Pki): boolean {
  const etcd = componentNamed(pki.node, 'etcd');
  return etcd !== undefined && lastArgument(etcd, 'enable-grpc-gateway')?.value !== 'false';
}

/** The address that `--kubelet-preferred-address-types` prefers, of those that the files show. */
function kubelets({ pki, nodes }: Dialler): readonly Dial[] {
  const owner = componentNamed(pki.node, 'kube-apiserver');
  const types = (owner && lastArgument(owner, 'kubelet-preferred-address-types')?.value) || 'Hostname,InternalIP';
  const seen = nodes.filter((node) => runs(node, 'kubelet'));
  if (seen.length === 0) return [{ address: null, server: undefined, unseen: 'no kubelet was given' }];
  return seen.map((node): Dial => {
    const addresses: Readonly<Record<string, string | undefined>> = {
      Hostname: node.facts.nodeName?.value,
      InternalIP: node.facts.nodeIps?.value[0],
    };
    const host = types.split(',').flatMap((type) => addresses[type.trim()] ?? [])[0];
    return { address: host === undefined ? null : urlFor(host, 10250), host, server: node };
  });
}

const urlFor = (host: string, port: number): string => `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * The API servers at an address that a node dials. A name that is no node's own may be a load balancer's, or one more of a
 * single machine: it leads to all of them where most of their certificates bear it, or none does; else to those that do.
 */
function apiServersAt(nodes: readonly Pki[], host: string): readonly Pki[] {
  const all = nodes.filter((node) => node.kind === 'control-plane');
  const own = all.filter((node) => isAt(node, host));
  if (isLoopback(host)) return all.slice(0, 1);
  if (own.length > 0) return own;
  const bearing = all.filter((node) => bears(node, host));
  const isShared = bearing.length > all.length / 2 || bearing.length === 0;
  return isShared ? all : all.filter((node) => node === nodes[0] || bearing.includes(node));
}

function bears(pki: Pki, host: string): boolean {
  const { leaf } = pki.roles.find((role) => role.id === 'kube-apiserver') ?? {};
  return leaf !== undefined && verifyHostname(leaf, host) === undefined;
}

const noApiServer = 'no API server was given';

function kubeconfigServer({ role, nodes }: Dialler): readonly Dial[] {
  const cluster = role?.kubeconfig?.cluster;
  const url = cluster?.server;
  const host = hostOf(url?.value ?? '');
  if (role?.applies.answer !== 'yes') return [];
  if (!url || host === undefined) return [{ address: url?.value ?? null, server: nodes[0], at: url?.at }];
  const dial = { address: url.value, host: cluster?.tlsServerName?.value || host, at: url.at };
  const servers = apiServersAt(nodes, host);
  return servers.length > 0
    ? servers.map((server) => ({ ...dial, server }))
    : [{ ...dial, server: undefined, unseen: noApiServer }];
}

/** KUBERNETES_SERVICE_HOST is the first address of the service range (k8s.io/client-go rest, InClusterConfig). */
function service({ pki, nodes }: Dialler): readonly Dial[] {
  const address = firstAddress(pki.facts.serviceCidrs?.value[0] ?? '');
  const hosts = [...(address === undefined ? [] : [address]), 'kubernetes.default.svc'];
  const servers = nodes.filter((node) => node.kind === 'control-plane');
  return hosts.flatMap((host) => servers.map((server) => ({ address: urlFor(host, 443), host, server })));
}

/**
 * Peer API servers are dialled by `--peer-advertise-ip`, else `--advertise-address` (KEP-4020), and verified as
 * kubernetes.default.svc (k8s.io/kubernetes pkg/controlplane/apiserver, BuildPeerProxy).
 */
function apiServerPeers({ pki, nodes }: Dialler): readonly Dial[] {
  const flag = (node: Pki, name: string) => {
    const owner = componentNamed(node.node, 'kube-apiserver');
    return (owner && lastArgument(owner, name)?.value) || undefined;
  };
  if (flag(pki, 'peer-ca-file') === undefined) return [];
  const others = nodes.filter((node) => node !== pki && runs(node, 'kube-apiserver'));
  return (others.length > 0 ? others : [pki]).map((server): Dial => {
    const address = flag(server, 'peer-advertise-ip') ?? server.facts.advertiseAddress?.value;
    const port = Number(flag(server, 'peer-advertise-port') ?? flag(server, 'secure-port') ?? 6443);
    return { address: address === undefined ? null : urlFor(address, port), host: 'kubernetes.default.svc', server };
  });
}

/**
 * What becomes of a connection where one of the ends does without TLS; undefined where both speak it. The words are those
 * of Go's crypto/tls, on whichever side expects a handshake.
 */
export function transportLeg({ address, server, at }: Dial): Leg | undefined {
  const port = /:(\d+)\/?$/.exec(address ?? '')?.[1];
  const scheme = /^(https?):/i.exec(address ?? '')?.[1]?.toLowerCase();
  if (scheme === undefined || server === undefined) return undefined;
  const listening = urlsOf(server, 'etcd', 'listen-client-urls').filter(({ url }) => url.endsWith(`:${port}`));
  const end = { blames: [on(server, roleId('kube-etcd'))], at: at ?? { path: server.node.pki } };
  if (listening.length > 0 && !listening.some(({ url }) => url.startsWith(`${scheme}:`))) {
    return leg('transport', end, fails('tls: first record does not look like a TLS handshake'));
  }
  return scheme === 'http' ? leg('transport', end, undefined) : undefined;
}
