/** Hosts and addresses as text: what a client dials, and what a certificate must name. */
import ipaddr from 'ipaddr.js';
import type { SubjectAltName } from '../core/certificate.ts';

/** An address in its canonical form (`2001:db8::7`), or undefined for what is none. Zones and shortened IPv4 are none. */
export function readAddress(text: string): string | undefined {
  if (!/^[\d.]+$|^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toString() : undefined;
}

/** The name that a certificate must carry for a host: an IP for an address, DNS for anything else. */
export function nameFor(host: string): SubjectAltName {
  const address = readAddress(host);
  return address === undefined ? { type: 'DNS', value: host } : { type: 'IP', value: address };
}

/** The host of a URL or of `host:port` (brackets taken off); undefined where there is none. */
export function hostOf(url: string): string | undefined {
  const text = url.includes('://') ? url : `tcp://${url}`;
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(text)?.[1];
  const host = authority?.replace(/^\[|\]$/g, '');
  return host === '' ? undefined : host;
}

/** Whether a host means this machine itself. */
export function isLoopback(host: string): boolean {
  const address = readAddress(host);
  if (address === undefined) return host.toLowerCase() === 'localhost';
  return ipaddr.parse(address).range() === 'loopback';
}

/**
 * The first usable address of a CIDR, which the `kubernetes` Service takes
 * (k8s.io/kubernetes/pkg/controlplane, ServiceIPRange: the range's base plus one); undefined for what is no CIDR.
 */
export function firstAddress(cidr: string): string | undefined {
  if (!ipaddr.isValidCIDR(cidr)) return undefined;
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  const bytes = address.toByteArray();
  const base = bytes.map((byte, index) => byte & (0xff << Math.max(0, 8 - Math.max(0, prefix - index * 8))) & 0xff);
  for (let index = base.length - 1; index >= 0; index--) {
    base[index] = ((base[index] ?? 0) + 1) & 0xff;
    if (base[index] !== 0) break;
  }
  return ipaddr.fromByteArray(base).toString();
}
