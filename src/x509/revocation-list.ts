/**
 * Reads a certificate revocation list as etcd does (crypto/x509 ParseRevocationList): only its serial numbers matter.
 */
import { readArmor } from './armor.ts';
import { DerReader, hex, ParseError, required, tag } from './der.ts';

/** The serial numbers in a list, in hex without leading zeros. */
export interface RevocationList {
  readonly serials: readonly string[];
  /** Whether it is PEM, which only Go's older function takes, and etcd before 3.6. */
  readonly isPem: boolean;
}

/** Go's message for what is not a list in DER. */
export const malformedList = 'x509: malformed crl';

/** Parses a list in DER or PEM. Neither its signature, issuer nor dates are looked at: etcd does not either. */
export function readRevocationList(bytes: Uint8Array): RevocationList | { readonly error: string } {
  const block =
    bytes[0] === tag.sequence ? undefined : readArmor(bytes).blocks.find(({ label }) => label === 'X509 CRL');
  try {
    return { serials: serialsIn(block?.der ?? bytes), isPem: block !== undefined };
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}

function serialsIn(der: Uint8Array): readonly string[] {
  const input = new DerReader(der);
  const outer = required(input.open(tag.sequence), malformedList);
  if (!input.empty) throw new ParseError('x509: trailing data');
  const list = required(outer.open(tag.sequence), 'x509: malformed tbs crl');
  if (list.peek(tag.integer)) required(list.integer(), malformedList);
  required(list.any(), 'x509: malformed signature algorithm identifier');
  required(list.element(tag.sequence), 'x509: malformed issuer');
  while (list.peek(tag.utcTime) || list.peek(tag.generalizedTime)) required(list.any(), malformedList);
  if (!list.peek(tag.sequence)) return [];
  const entries = required(list.open(tag.sequence), malformedList);
  const serials: string[] = [];
  while (!entries.empty) {
    const serial = required(entries.open(tag.sequence)?.integer(), 'x509: malformed crl');
    serials.push(hex(serial).replace(/^0+(?=.)/, ''));
  }
  return serials;
}
