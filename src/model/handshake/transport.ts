/** Whether both ends of a connection use TLS. */
import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ConnectionRow } from '../../tables/connections.ts';
import { hostOf, isLoopback } from '../facts/host.ts';
import { type EtcdSide, listenUrls } from '../roles/etcd-listeners.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { roleId } from '../roles/slots.ts';
import { isUnspecified, type Url, urlsOf } from './addresses.ts';
import type { Dial } from './dials.ts';
import { idOnNode } from './ends.ts';
import { fails, type Step, step } from './steps.ts';

/**
 * Returns the step for a connection in which an end does not use TLS, with the error that Go logs on the end that
 * expects TLS; undefined if both ends use TLS.
 */
export function transportStep(row: ConnectionRow, client: Pki, role: Role | undefined, dial: Dial): Step | undefined {
  const { address, host, server, at } = dial;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address ?? '')?.[1]?.toLowerCase();
  if (row.dials === 'kubeconfig-server') return toApiServer(client, role, dial, scheme);
  if (scheme === undefined || server === undefined) return undefined;
  const where = { owner: client, blames: [], at: at ?? { path: server.node.pki } };
  // No peer dials the only member of a cluster.
  const listening = host === undefined ? [] : listeners(server, row, address ?? '');
  if (listening.length > 0 && !listening.some(({ url }) => url.toLowerCase().startsWith(`${scheme}:`))) {
    return step('transport', where, fails('tls: first record does not look like a TLS handshake'));
  }
  return scheme === 'http' ? step('transport', where, undefined) : undefined;
}

const portOf = (url: string): string | undefined => /:(\d+)\/?$/.exec(url)?.[1];

/** The URLs of etcd that match an address: the port is the same, and either both or neither are on loopback. */
function listeners(server: Pki, { dials }: ConnectionRow, address: string): readonly Url[] {
  const local = isLoopback(hostOf(address) ?? '');
  const flag = dials === 'peer-urls' ? 'listen-peer-urls' : 'listen-client-urls';
  const etcd = componentNamed(server.node, 'etcd');
  const isUsual = etcd !== undefined && etcd.unknown === undefined && lastArgument(etcd, flag) === undefined;
  const urls = isUsual ? usualUrls(etcd, dials === 'peer-urls' ? 'peer-' : '') : urlsOf(server, 'etcd', flag);
  return urls.filter(
    ({ url, host }) => portOf(url) === portOf(address) && (isUnspecified(host) || isLoopback(host) === local),
  );
}

/** The URLs at which etcd listens by default. */
function usualUrls(etcd: Component, side: EtcdSide): readonly Url[] {
  return (listenUrls(etcd, side) ?? []).map((url) => ({ url, host: hostOf(url) ?? '', at: etcd.at }));
}

/** The API server accepts only TLS. Without a scheme, client-go uses http (rest/url_utils.go, DefaultServerURL). */
function toApiServer(client: Pki, role: Role | undefined, { address, at }: Dial, scheme?: string): Step | undefined {
  if (role?.kubeconfig?.cluster === undefined || scheme === 'https') return undefined;
  const failed = (reason: string) =>
    step('transport', { owner: client, blames: [idOnNode(client, roleId(role.id))], at: at ?? role.at }, fails(reason));
  if (!address) return failed(`no server found for cluster "${role.kubeconfig.cluster.name}"`);
  const isHttp = scheme === undefined || scheme === 'http';
  return failed(isHttp ? 'Client sent an HTTP request to an HTTPS server' : `unsupported protocol scheme "${scheme}"`);
}
