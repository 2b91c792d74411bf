/** Finds the node in the input that answers at an address. */

import { argumentOf, componentNamed, flagValue } from '../../core/arguments.ts';
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

/** Returns the URLs that a flag of a component lists. */
export function urlsOf(pki: Pki, component: string, flag: string): readonly Url[] {
  const argument = argumentOf(pki.node, component, flag);
  return (argument?.value ?? '').split(',').flatMap((text) => {
    const host = hostOf(text.trim());
    return argument && host !== undefined ? [{ url: shownUrl(text.trim()), host, at: argument.at }] : [];
  });
}

export const urlFor = (host: string, port: number | string): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;

export const runs = (pki: Pki, component: string): boolean => componentNamed(pki.node, component) !== undefined;

/** Whether a host stands for every address of a machine. */
export const isUnspecified = (host: string): boolean => ['0.0.0.0', '::'].includes(readAddress(host) ?? '');

/** Whether an address belongs to this node only. Loopback addresses do not: every machine has them. */
export function isAt(pki: Pki, host: string): boolean {
  const { advertiseAddress, nodeIps, nodeName } = pki.facts;
  const own = [advertiseAddress?.value, ...(nodeIps?.value ?? []), nodeName?.value];
  const urls = ['listen-client-urls', 'advertise-client-urls', 'initial-advertise-peer-urls'];
  const etcd = urls
    .flatMap((flag) => urlsOf(pki, 'etcd', flag).map((one) => one.host))
    .filter((one) => !isLoopback(one));
  const wanted = readAddress(host) ?? host.toLowerCase();
  return [...own, ...etcd].some((one) => one !== undefined && (readAddress(one) ?? one.toLowerCase()) === wanted);
}

/** Returns the addresses from which an etcd member may dial its peers: those of the node and of its peer URLs. */
export function peerAddresses(pki: Pki): readonly string[] {
  const flags = ['initial-advertise-peer-urls', 'listen-peer-urls'];
  const hosts = flags.flatMap((flag) => urlsOf(pki, 'etcd', flag).map(({ host }) => host));
  return [...(pki.facts.nodeIps?.value ?? []), ...hosts.filter((host) => !isLoopback(host))];
}

/** Returns the address that a kubelet reports. It chooses one if `--node-ip` is unspecified (kubelet --help). */
export function kubeletAddress(pki: Pki): string | undefined {
  const configured = readAddress(flagValue(pki.node, 'kubelet', 'node-ip')?.split(',')[0]?.trim() ?? '');
  return configured === undefined || isUnspecified(configured) ? pki.facts.nodeIps?.value[0] : configured;
}

/** Returns the node at an address. For a loopback address that is the client's node, the first of `nodes`. */
export function nodeAt(nodes: readonly Pki[], host: string): Pki | undefined {
  return isLoopback(host) ? nodes[0] : nodes.find((pki) => isAt(pki, host));
}

/**
 * Returns the API servers at an address that the first of `nodes` dials. A name that does not belong to a node may be
 * that of a load balancer, or another name of one machine: it leads to all API servers if most of their certificates
 * contain it, or none does; otherwise to the client's own and to those whose certificate contains it.
 */
export function apiServersAt(nodes: readonly Pki[], host: string): readonly Pki[] {
  const all = nodes.filter((node) => node.kind === 'control-plane');
  const own = all.filter((node) => isAt(node, host));
  if (isLoopback(host)) return all.slice(0, 1);
  if (own.length > 0) return own;
  const named = all.filter((node) => isNamed(node, host));
  const isShared = named.length > all.length / 2 || named.length === 0;
  return isShared ? all : all.filter((node) => node === nodes[0] || named.includes(node));
}

function isNamed(pki: Pki, host: string): boolean {
  const { leaf } = pki.roles.find((role) => role.id === roleIds.apiServer) ?? {};
  return leaf !== undefined && verifyHostname(leaf, host) === undefined;
}

export const isSecure = ({ url }: Pick<Url, 'url'>): boolean => /^https:\/\//i.test(url);
