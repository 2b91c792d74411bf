/** Hosts and addresses as text: what clients dial, and what certificates must contain. */
import type { Certificate, SubjectAltName } from '../../artifact/certificate.ts';
import { isHidden } from '../../core/shown.ts';
import { formatIp, parseIp, parseRange } from '../../x509/ip-address.ts';
import { hasName } from '../../x509/verify/host-name.ts';

/** Returns the canonical form of an address (`2001:db8::7`); undefined for text that Go rejects, such as a zone. */
export function readAddress(text: string): string | undefined {
  const bytes = parseIp(text);
  // Of an IPv4 address, Go accepts only the canonical form.
  return bytes === undefined || !text.includes(':') ? bytes && text : formatIp(bytes);
}

/** Returns the SAN that a certificate must have for a host: IP for an address, DNS for anything else. */
export function sanForHost(host: string): SubjectAltName {
  const address = readAddress(host);
  return address === undefined ? { type: 'DNS', value: host } : { type: 'IP', value: address };
}

/** Returns the host of a URL, of `host:port`, or of an address, without brackets; undefined if there is none. */
export function hostOf(url: string): string | undefined {
  if (parseIp(url) !== undefined) return url;
  const text = url.includes('://') ? url : `tcp://${url}`;
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(text)?.[1];
  const host = authority?.replace(/^\[|\]$/g, '');
  return host === '' || isHidden(host) ? undefined : host;
}

/** Returns the canonical form of an address, and of a name. */
export const canonicalHost = (host: string): string => readAddress(host) ?? host.toLowerCase();

/** Whether two names can be those of one machine: a short name, and the same name with a domain. */
export function areOneMachine(one: string, other: string): boolean {
  const [short = '', long = ''] = [one.toLowerCase(), other.toLowerCase()].toSorted((a, b) => a.length - b.length);
  return long === short || (!short.includes('.') && long.startsWith(`${short}.`));
}

/** Whether a certificate names a machine, by this name or by the other form of it. */
export function namesMachine(leaf: Certificate, name: string): boolean {
  const isForm = ({ type, value }: SubjectAltName) => type === 'DNS' && areOneMachine(value, name);
  return hasName(leaf, name) || leaf.sans?.some(isForm) === true;
}

/** Whether a host is this machine itself: `localhost`, 127.0.0.0/8, ::1 (Go's net.IP.IsLoopback). */
export function isLoopback(host: string): boolean {
  const address = readAddress(host);
  if (address === undefined) return host.toLowerCase() === 'localhost';
  return address === '::1' || /^127\./.test(address);
}

/**
 * Returns the first usable address of a CIDR, which is that of the `kubernetes` Service (k8s.io/kubernetes
 * pkg/controlplane, ServiceIPRange: the range's base plus one); undefined for text that is not a CIDR.
 */
export function firstAddress(cidr: string): string | undefined {
  const base = parseRange(cidr)?.base;
  return base && formatIp(base.with(15, (base[15] ?? 0) + 1));
}

/** Returns the https URL of a host and a port. */
export const urlFor = (host: string, port: number | string): string =>
  `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
