/** Extensions of a spec, for certificates and for requests. */
import type { SubjectAltName } from '../../core/certificate.ts';
import { encode, tag } from '../../x509/der.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { extendedKeyUsageNames, keyUsages, oid } from '../../x509/oids.ts';
import type { CertificateSpec } from '../types.ts';
import type { Peculiar } from './peculiar.ts';

type Extension = InstanceType<Peculiar['Extension']>;

/** Key usage and extended key usage, as Go writes them: the former critical, none where there are no usages. */
export function usageExtensions(x509: Peculiar, spec: CertificateSpec): readonly Extension[] {
  const bits = spec.keyUsage.reduce((sum, usage) => sum | (1 << keyUsages.indexOf(usage)), 0);
  const oids = spec.extendedKeyUsage.map(usageOid);
  return [
    ...(bits === 0 ? [] : [new x509.KeyUsagesExtension(bits, true)]),
    ...(oids.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(oids, false)]),
  ];
}

/** Basic constraints, critical, without a path length (kubeadm's CAs have none). */
export function basicConstraints(x509: Peculiar, { ca }: CertificateSpec): Extension {
  return new x509.BasicConstraintsExtension(ca, undefined, true);
}

/** Subject alternative names, critical only where there is no subject (RFC 5280 section 4.2.1.6). */
export function sanExtensions(x509: Peculiar, spec: CertificateSpec): readonly Extension[] {
  if (spec.sans.length === 0) return [];
  const isNameless = spec.commonName === '' && spec.organizations.length === 0;
  // The library's own writer mistakes IPv6 addresses that hold an IPv4 address.
  const names = encode(tag.sequence, ...spec.sans.map(generalName));
  return [new x509.Extension(oid.subjectAltName, isNameless, Buffer.from(names))];
}

const oidsOfUsages: ReadonlyMap<string, string> = new Map(
  Object.entries(extendedKeyUsageNames).map(([id, name]) => [name, id]),
);

/** A name of RFC 5280, or an OID taken as it is. */
function usageOid(usage: string): string {
  const id = oidsOfUsages.get(usage) ?? usage;
  if (!/^\d+(\.\d+)+$/.test(id)) throw new Error(`no extended key usage is called ${usage}`);
  return id;
}

const nameTags: Readonly<Record<string, number>> = { email: 1, DNS: 2, URI: 6 };

/** GeneralName (RFC 5280 section 4.2.1.6). */
function generalName({ type, value }: SubjectAltName): Uint8Array {
  const number = nameTags[type];
  if (number !== undefined) return encode(tag.context(number), Buffer.from(value));
  const address = type === 'IP' ? parseIp(value) : undefined;
  if (address === undefined) throw new Error(`no subject alternative name can be written of ${type}:${value}`);
  return encode(tag.context(7), isMapped(address) ? address.subarray(12) : address);
}

/** Whether 16 bytes are an IPv4 address, which Go writes in four (net.IP.To4). */
function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}
