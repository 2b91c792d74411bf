/** The addresses of a node, and the URLs in its flags. */

import { argumentOf, componentNamed, flagValue } from '../../artifact/arguments.ts';
import type { SetBy } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { withoutEtcdAddress } from '../dialling/expected.ts';
import { canonicalHost, hostOf, isLoopback, readAddress } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';

export interface Url {
  readonly url: string;
  readonly host: string;
  readonly at: SetBy;
}

/** Returns the URLs that a flag of a component lists. */
export function urlsOf(pki: Pki, component: string, flag: string): readonly Url[] {
  const argument = argumentOf(pki.node, component, flag);
  return (argument?.value ?? '').split(',').flatMap((text) => {
    const host = hostOf(text.trim());
    return argument && host !== undefined ? [{ url: text.trim(), host, at: argument.at }] : [];
  });
}

export const runs = (pki: Pki, component: string): boolean => componentNamed(pki.node, component) !== undefined;

/** Whether a host stands for every address of a machine. */
export const isUnspecified = (host: string): boolean => ['0.0.0.0', '::'].includes(readAddress(host) ?? '');

/** Whether an address belongs to this node only. Loopback addresses do not: every machine has them. */
export function isAt(pki: Pki, host: string): boolean {
  return ownHosts(pki).has(canonicalHost(host));
}

/** Returns the names and addresses of a node in canonical form. */
export const ownHosts = remember((pki: Pki): ReadonlySet<string> => {
  const { advertiseAddress, nodeIps, nodeName } = pki.facts;
  const own = [advertiseAddress?.value, ...(nodeIps?.value ?? []), nodeName?.value];
  const urls = ['listen-client-urls', 'advertise-client-urls', 'initial-advertise-peer-urls'];
  const etcd = urls
    .flatMap((flag) => urlsOf(pki, 'etcd', flag).map((one) => one.host))
    .filter((one) => !isLoopback(one));
  return new Set([...own, ...etcd].flatMap((one) => (one === undefined ? [] : canonicalHost(one))));
});

/** Returns the addresses from which an etcd member may dial its peers: those of the node and of its peer URLs. */
export function peerAddresses(pki: Pki): readonly string[] {
  const flags = ['initial-advertise-peer-urls', 'listen-peer-urls'];
  const hosts = flags.flatMap((flag) => urlsOf(pki, 'etcd', flag).map(({ host }) => host));
  return [...(pki.facts.nodeIps?.value ?? []), ...hosts.filter((host) => !isLoopback(host))];
}

/** Returns the address that a kubelet reports. It chooses one if `--node-ip` is unspecified (kubelet --help). */
export function kubeletAddress(pki: Pki): string | undefined {
  const configured = readAddress(flagValue(pki.node, 'kubelet', 'node-ip')?.split(',')[0]?.trim() ?? '');
  return configured === undefined || isUnspecified(configured)
    ? withoutEtcdAddress(pki.facts).nodeIps?.value[0]
    : configured;
}

export const isSecure = ({ url }: Pick<Url, 'url'>): boolean => /^https:\/\//i.test(url);
