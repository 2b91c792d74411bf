/** Which of the nodes at hand answers at an address. */

import { componentNamed, lastArgument } from '../../core/arguments.ts';
import type { Place } from '../../core/artifact.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { hostOf, isLoopback, readAddress, shownUrl } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';

export interface Url {
  readonly url: string;
  readonly host: string;
  readonly at: Place;
}

/** The URLs that a flag of a component lists. */
export function urlsOf(pki: Pki, component: string, flag: string): readonly Url[] {
  const owner = componentNamed(pki.node, component);
  const argument = owner && lastArgument(owner, flag);
  return (argument?.value ?? '').split(',').flatMap((text) => {
    const host = hostOf(text.trim());
    return argument && host !== undefined ? [{ url: shownUrl(text.trim()), host, at: argument.at }] : [];
  });
}

export const urlFor = (host: string, port: number | string): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

export const runs = (pki: Pki, component: string): boolean => componentNamed(pki.node, component) !== undefined;

/** The value of a component's flag; undefined where it is empty or not known. */
export function flagOf(pki: Pki, component: string, flag: string): string | undefined {
  const owner = componentNamed(pki.node, component);
  return (owner && lastArgument(owner, flag)?.value) || undefined;
}

/** Whether an address is this node's own. Loopback is everybody's. */
export function isAt(pki: Pki, host: string): boolean {
  const { advertiseAddress, nodeIps, nodeName } = pki.facts;
  const own = [advertiseAddress?.value, ...(nodeIps?.value ?? []), nodeName?.value];
  const urls = ['listen-client-urls', 'advertise-client-urls', 'initial-advertise-peer-urls'];
  const etcd = urls
    .flatMap((flag) => urlsOf(pki, 'etcd', flag))
    .flatMap((one) => (isLoopback(one.host) ? [] : one.host));
  const wanted = readAddress(host) ?? host.toLowerCase();
  return [...own, ...etcd].some((one) => one !== undefined && (readAddress(one) ?? one.toLowerCase()) === wanted);
}

/** Addresses from which an etcd member dials its peers: those of its peer URLs, whatever network clients come by. */
export function peerAddresses(pki: Pki): readonly string[] {
  const flags = ['initial-advertise-peer-urls', 'listen-peer-urls'];
  const hosts = flags.flatMap((flag) => urlsOf(pki, 'etcd', flag).map(({ host }) => host));
  return [...(pki.facts.nodeIps?.value ?? []), ...hosts.filter((host) => !isLoopback(host))];
}

/** The address that a kubelet reports; an unspecified one asks it to choose (kubelet --help, --node-ip). */
export function kubeletAddress(pki: Pki): string | undefined {
  const told = readAddress(flagOf(pki, 'kubelet', 'node-ip')?.split(',')[0]?.trim() ?? '');
  return told === undefined || ['0.0.0.0', '::'].includes(told) ? pki.facts.nodeIps?.value[0] : told;
}

/** Of `nodes` the one at an address: the dialling one, which is the first, for a loopback address. */
export function nodeAt(nodes: readonly Pki[], host: string): Pki | undefined {
  return isLoopback(host) ? nodes[0] : nodes.find((pki) => isAt(pki, host));
}

/**
 * The API servers at an address that a node dials. A name that is no node's own may be a load balancer's, or one more of a
 * single machine: it leads to all of them where most of their certificates bear it, or none does; else to those that do.
 */
export function apiServersAt(nodes: readonly Pki[], host: string): readonly Pki[] {
  const all = nodes.filter((node) => node.kind === 'control-plane');
  const own = all.filter((node) => isAt(node, host));
  if (isLoopback(host)) return all.slice(0, 1);
  if (own.length > 0) return own;
  const bearing = all.filter((node) => bears(node, host));
  const isShared = bearing.length > all.length / 2 || bearing.length === 0;
  return isShared ? all : all.filter((node) => node === nodes[0] || bearing.includes(node));
}

function bears(pki: Pki, host: string): boolean {
  const { leaf } = pki.roles.find((role) => role.id === roleIds.apiServer) ?? {};
  return leaf !== undefined && verifyHostname(leaf, host) === undefined;
}

export const isSecure = ({ url }: Pick<Url, 'url'>): boolean => /^https:\/\//i.test(url);
