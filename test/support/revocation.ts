/** Certificate revocation lists (RFC 5280 section 5), which etcd reads. */
import { sign } from 'node:crypto';
import { bits, integer, nothing, oid, pem, sequence, set, text, time } from './der.ts';
import type { Authority } from './issue.ts';

const issued = new Date('2026-11-24T14:00:00Z');
const next = new Date('2027-11-24T14:00:00Z');

/** A list of serial numbers as PEM, signed by a CA with that common name. */
export function revocationList({ key }: Authority, commonName: string, serials: readonly bigint[]): string {
  const rsa = key.privateKey.asymmetricKeyType === 'rsa';
  const algorithm = rsa ? sequence(oid('1.2.840.113549.1.1.11'), nothing()) : sequence(oid('1.2.840.10045.4.3.2'));
  const issuer = sequence(set(sequence(oid('2.5.4.3'), text(commonName))));
  const revoked = serials.map((serial) => sequence(integer(serial), time(issued)));
  const body = sequence(integer(1n), algorithm, issuer, time(issued), time(next), sequence(...revoked));
  const list = sequence(body, algorithm, bits(sign('sha256', body, key.privateKey)));
  return pem('X509 CRL', list);
}
