/** Distinguished names, as Go writes them. */
import { encode, tag } from '../../x509/der.ts';
import type { CertificateSpec } from '../types.ts';

/**
 * A subject in DER, as Go writes it (crypto/x509/pkix, ToRDNSequence): all organizations in one SET, then the common name;
 * none where the text is empty.
 */
export function nameDer({
  organizations,
  commonName,
}: Pick<CertificateSpec, 'organizations' | 'commonName'>): Uint8Array {
  const parts = [
    ...(organizations.length > 0 ? [relativeName(organization, organizations)] : []),
    ...(commonName === '' ? [] : [relativeName(common, [commonName])]),
  ];
  return encode(tag.sequence, ...parts);
}

/** OBJECT IDENTIFIERs in DER: 2.5.4.10 and 2.5.4.3. */
const organization = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x0a);
const common = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);

/** The values of a SET are sorted by their encoding (X.690 section 11.6). */
function relativeName(type: Uint8Array, values: readonly string[]): Uint8Array {
  const attributes = values.map((value) => encode(tag.sequence, type, directoryString(value)));
  return encode(tag.set, ...attributes.sort(Buffer.compare));
}

/** PrintableString where that holds it, else UTF8String (encoding/asn1 marshal.go, makeField; no `*` and no `&`). */
function directoryString(value: string): Uint8Array {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return encode(isPrintable ? tag.printableString : tag.utf8String, Buffer.from(value));
}
