/** Whether a server listens where its clients dial. */
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { SetBy } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { usualPort } from '../dialling/api-servers.ts';
import { otherMembers } from '../dialling/etcd-members.ts';
import { canonicalHost, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import { listenUrls } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import { componentId } from '../roles/slots.ts';
import { isAt, isUnspecified } from './addresses.ts';
import type { Dial } from './dials.ts';
import { idOnNode } from './ends.ts';
import { refused } from './running.ts';
import { isOtherPod, isStaticPod } from './starts.ts';
import { fails, type Step, step, undetermined } from './steps.ts';

interface Listening {
  readonly component: Component;
  readonly urls: readonly string[];
  readonly at: SetBy;
}

/**
 * Returns the step for an address at which its server does not listen; undefined if it listens there, or if that is
 * not known. Only the addresses of the server's node are judged: others may be those of a load balancer.
 */
export function listenerStep(row: ConnectionRow, client: Pki, dial: Dial): Step | undefined {
  const { server, address } = dial;
  if (row.dials === 'peer-urls') return peerStep(client, dial);
  const target = partsOfUrl(address ?? '');
  if (server === undefined || target === undefined || !isOwn(server, target.host, client)) return undefined;
  // An API server has no paths in front of its own; a proxy does.
  if (target.path.length > 1) return undefined;
  const listening = listeningFor(server, row.dials);
  if (listening === undefined || isReached(target, listening) !== false) return undefined;
  const { component, urls, at } = listening;
  const blames = row.dials === 'kubeconfig-server' ? [idOnNode(server, componentId(component))] : [];
  const where = { owner: client, blames, at: dial.at ?? at, otherEnd: { owner: server, at } };
  const isElsewhere = isLoopback(target.host) && urls.every((url) => partsOfUrl(url)?.port !== target.port);
  const answer =
    component.name === 'kube-apiserver' && (isElsewhere || mayBeProxied(server, listening, target, client))
      ? undetermined(
          `a different program may listen at ${address}, because kube-apiserver listens at ${urls.join(', ')}`,
        )
      : fails(`${refused(address)}: ${component.name} listens at ${urls.join(', ')}`);
  return step('listener', where, answer);
}

/**
 * The same for members of etcd. They dial the URLs that the cluster knows, which flags of a running member need not be.
 * But one that listens only on loopback addresses is reached by no other machine. Of a single member, no URL matters.
 */
function peerStep(client: Pki, { server, address, host }: Dial): Step | undefined {
  if (server === undefined || host === undefined) return undefined;
  const etcd = componentNamed(server.node, 'etcd');
  if (etcd === undefined || etcd.unknown !== undefined) return undefined;
  const urls = listenUrls(etcd, 'peer-') ?? [];
  const hosts = urls.map((url) => partsOfUrl(url)?.host);
  const isLocal = hosts.length > 0 && hosts.every((one) => one !== undefined && isLoopback(one));
  const isAlone = client === server && otherMembers(server.node).every(isLoopback);
  if (!isLocal || isAlone) return undefined;
  const at = lastArgument(etcd, 'listen-peer-urls')?.at ?? etcd.at;
  const own = isLoopback(host) ? (server.facts.nodeIps?.value[0] ?? host) : host;
  const dialled = address?.replace(host, () => own) ?? null;
  const reason = `${refused(dialled)}: etcd listens for its peers only at ${urls.join(', ')}`;
  return step('listener', { owner: server, blames: [], at }, fails(reason));
}

/** Whether a client that dials a target reaches a server; undefined if a URL of the server is not known. */
function isReached(target: Target, { urls }: Listening): boolean | undefined {
  const own = urls.map(partsOfUrl);
  if (own.includes(undefined)) return undefined;
  return own.some((one) => one !== undefined && one.port === target.port && acceptsHost(target.host, one.host));
}

/** Where the servers of connections listen, by what clients dial; undefined if that is not known. */
const listeningOf: Partial<Record<ConnectionRow['dials'], (server: Pki) => Listening | undefined>> = {
  'etcd-servers': ({ node }) => {
    const etcd = componentNamed(node, 'etcd');
    const urls = etcd?.unknown === undefined ? etcd && listenUrls(etcd, '') : undefined;
    return etcd && urls && { component: etcd, urls, at: lastArgument(etcd, 'listen-client-urls')?.at ?? etcd.at };
  },
  // Defaults of k8s.io/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go, SetDefaults_KubeletConfiguration.
  kubelets: ({ node }) => {
    const kubelet = componentNamed(node, 'kubelet');
    return kubelet && listeningAt(kubelet, 'port', 10250, 'address');
  },
  // Defaults of k8s.io/kubernetes pkg/kubeapiserver/options/serving.go, NewSecureServingOptions. Without static pods,
  // each node often has a load balancer of its own.
  'kubeconfig-server': ({ node }) => {
    const server = componentNamed(node, 'kube-apiserver');
    return server && isStaticPod(server) ? listeningAt(server, 'secure-port', 6443, 'bind-address') : undefined;
  },
};

/** Most connections lead to the same servers, so this is remembered. */
const listeningFor = remember((server: Pki, dials: ConnectionRow['dials']) => listeningOf[dials]?.(server));

/** Where a component listens that has one flag for its port and one for its address. */
function listeningAt(server: Component, portFlag: string, usual: number, addressFlag: string): Listening | undefined {
  const [port, address] = [portFlag, addressFlag].map((flag) => lastArgument(server, flag));
  const isUnknown = [port, address].some((argument) => argument !== undefined && argument.value === undefined);
  if (server.unknown !== undefined || isUnknown) return undefined;
  const host = address?.value || '0.0.0.0';
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port?.value || usual}`;
  return { component: server, urls: [url], at: port?.at ?? address?.at ?? server.at };
}

interface Target {
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Returns the host, port and path of a URL of HTTP; undefined for others. */
export function partsOfUrl(url: string): Target | undefined {
  const [, scheme = '', port, path = ''] = /^(https?):\/\/(?:\[[^\]]*\]|[^/:]*)(?::(\d+))?(\/.*)?$/i.exec(url) ?? [];
  const host = hostOf(url);
  return host === undefined || scheme === ''
    ? undefined
    : { host, port: port ?? defaultPorts[scheme.toLowerCase()] ?? '', path };
}

/** Whether an address is that of the server's node. A name may stand for several nodes. */
function isOwn(server: Pki, host: string, client: Pki): boolean {
  if (isLoopback(host)) return client === server;
  return readAddress(host) !== undefined && isAt(server, host);
}

/**
 * Whether a client that dials a host reaches a listener with the same port. Go listens on all addresses, IPv4 and IPv6,
 * if the host is unspecified (net, Listen). Two addresses of a network may be those of one machine.
 */
export function acceptsHost(dialled: string, listening: string): boolean {
  const [target, own] = [canonicalHost(dialled), canonicalHost(listening)];
  if (isUnspecified(own) || target === own) return true;
  if ([target, own].includes('localhost')) return isLoopback(target) && isLoopback(own);
  return !isLoopback(target) && !isLoopback(own);
}

/** Ports that load balancers of API servers usually have. */
const balancerPorts = new Set(['443', '6443', '6444', '7443', '8443', '9443', '16443']);

/**
 * Whether a load balancer may answer for the API server: a static pod of another program, or any program if the API
 * server listens at its usual port and a different one is dialled, or if other kubeconfigs of the node do reach it. If
 * it listens at an unusual port and no kubeconfig reaches it, it listens at the wrong place. A port at which nothing
 * usually listens, and that a single kubeconfig of the node has while all others reach the API server, is mistyped:
 * kubeadm gives the address of a load balancer to several of them.
 */
function mayBeProxied(server: Pki, listening: Listening, { port }: Target, client: Pki): boolean {
  if (server.node.manifestFiles.some((path) => isOtherPod(server.node.files.get(path)))) return true;
  const targets = server.roles.flatMap(({ kubeconfig }) => partsOfUrl(kubeconfig?.cluster?.server?.value ?? '') ?? []);
  const reaching = targets.filter((one) => isOwn(server, one.host, server) && isReached(one, listening) === true);
  const isMistyped = client === server && reaching.length >= 2 && reaching.length === targets.length - 1;
  if (isMistyped && !balancerPorts.has(port)) return false;
  const [own] = listening.urls.map(partsOfUrl);
  return (own !== undefined && own.port === usualPort(server.node) && own.port !== port) || reaching.length > 0;
}
