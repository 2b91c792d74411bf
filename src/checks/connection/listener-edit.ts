/** How to let a server of a node listen where its clients dial, or with their scheme, by one change of a flag. */
import { componentNamed, isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { isLoopback } from '../../model/facts/host.ts';
import { isUnspecified } from '../../model/handshake/addresses.ts';
import type { SimulatedConnection } from '../../model/handshake/index.ts';
import { acceptsHost, partsOfUrl } from '../../model/handshake/listening.ts';
import { listenUrls } from '../../model/roles/etcd-listeners.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type ArgumentEdit, removeArgument, replaceArgument, setArgument } from '../base/argument-edit.ts';

/** The change, and the component that restarts. */
interface ListenerEdit {
  readonly component: string;
  readonly edits: readonly ArgumentEdit[];
}

/**
 * Returns the change; undefined if a person has to decide, or the manifest is that of a different node than the
 * finding.
 */
export function editsOfListener({ row, client, server, address }: SimulatedConnection): ListenerEdit | undefined {
  if (server === undefined) return undefined;
  if (row.dials === 'peer-urls') return editOf(server, 'etcd', reachedByPeers);
  if (server !== client) return undefined;
  if (row.dials === 'etcd-servers') return editOf(client, 'kube-apiserver', (one) => dialsEtcd(one, client));
  if (row.dials === 'kubeconfig-server')
    return editOf(server, row.verifies.split(' ')[0] ?? '', (one) => listensAt(one, address ?? '', server));
  return undefined;
}

function editOf(
  { node }: Pki,
  name: string,
  change: (component: Component) => ArgumentEdit | undefined,
): ListenerEdit | undefined {
  const component = componentNamed(node, name);
  const edit = component && change(component);
  return edit && { component: name, edits: [edit] };
}

/** Adds the address that etcd advertises to those at which it listens for peers. */
function reachedByPeers(etcd: Component): ArgumentEdit | undefined {
  const argument = lastArgument(etcd, 'listen-peer-urls');
  const told = ['initial-advertise-peer-urls', 'listen-client-urls'].flatMap(
    (flag) => lastArgument(etcd, flag)?.value?.split(',') ?? [],
  );
  const hosts = told.flatMap((url) => partsOfUrl(url.trim())?.host ?? []);
  const host = hosts.find((one) => !isLoopback(one) && !isUnspecified(one));
  const [first = ''] = argument?.value?.split(',') ?? [];
  const [, scheme] = /^(https?):/i.exec(first) ?? [];
  if (argument === undefined || host === undefined || scheme === undefined || host.includes(':')) return undefined;
  const url = `${scheme}://${host}:${partsOfUrl(first)?.port ?? ''}`;
  return replaceArgument(etcd, argument, `${argument.spelled}=${argument.value ?? ''},${url}`);
}

/** Lets kube-apiserver dial the URL at which the only etcd that it dials listens. */
function dialsEtcd(server: Component, { node }: Pki): ArgumentEdit | undefined {
  const argument = lastArgument(server, 'etcd-servers');
  const etcd = componentNamed(node, 'etcd');
  const urls = (etcd && listenUrls(etcd, '')) ?? [];
  const url = urls.find((one) => /^https:/i.test(one) && !isUnspecified(partsOfUrl(one)?.host ?? ''));
  if (argument?.value === undefined || argument.value.includes(',') || url === undefined) return undefined;
  return replaceArgument(server, argument, `${argument.spelled}=${url}`);
}

/**
 * Returns the change of the scheme with which kube-apiserver dials the etcd of its node; undefined if a person has to
 * decide. An etcd that has a certificate is meant to serve TLS.
 */
export function editsOfTransport({ row, client, server }: SimulatedConnection): ListenerEdit | undefined {
  if (row.dials !== 'etcd-servers' || server !== client) return undefined;
  const etcd = componentNamed(client.node, 'etcd');
  const isMeant = etcd !== undefined && isGiven(etcd, 'cert-file');
  return editOf(client, 'kube-apiserver', (one) => {
    const argument = lastArgument(one, 'etcd-servers');
    const urls = argument?.value?.split(',') ?? [];
    const [from, to] = isMeant ? ['http:', 'https:'] : ['https:', 'http:'];
    if (argument === undefined || !urls.every((url) => url.startsWith(from))) return undefined;
    const changed = urls.map((url) => `${to}${url.slice(from.length)}`);
    return replaceArgument(one, argument, `${argument.spelled}=${changed.join(',')}`);
  });
}

/** Lets kube-apiserver listen at an address, on all of those of the node. */
function listensAt(server: Component, address: string, { node }: Pki): ArgumentEdit | undefined {
  const target = partsOfUrl(address);
  const bound = lastArgument(server, 'bind-address');
  if (target === undefined) return undefined;
  const isReached = bound?.value === undefined || acceptsHost(target.host, bound.value);
  return isReached ? setArgument(server, 'secure-port', target.port, node) : bound && removeArgument(server, bound);
}
