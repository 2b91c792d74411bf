import { encode, tag } from '../../src/x509/der.ts';

const hexOf = (hex: string) => Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');

/** A certificate revocation list with these serial numbers, in hex. Nothing signed it: etcd does not look. */
export function revocationList(...serials: readonly string[]): Uint8Array {
  const algorithm = encode(tag.sequence, encode(tag.oid, hexOf('2a8648ce3d040302')));
  const time = encode(tag.utcTime, Buffer.from('260101000000Z'));
  const entries = serials.map((serial) => {
    const bytes = hexOf(serial);
    const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
    return encode(tag.sequence, encode(tag.integer, positive), time);
  });
  const list = [
    encode(tag.integer, Buffer.from([1])),
    algorithm,
    encode(tag.sequence),
    time,
    time,
    ...(entries.length > 0 ? [encode(tag.sequence, ...entries)] : []),
  ];
  return encode(tag.sequence, encode(tag.sequence, ...list), algorithm, encode(tag.bitString, Buffer.alloc(129)));
}

/** The same in PEM, as `openssl ca -gencrl` writes it. */
export function revocationListPem(...serials: readonly string[]): string {
  const text = Buffer.from(revocationList(...serials)).toString('base64');
  return `-----BEGIN X509 CRL-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END X509 CRL-----\n`;
}
