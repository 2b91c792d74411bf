import type { PublicKey } from '../artifact/certificate.ts';
import type { Strictness } from '../artifact/strictness.ts';
import { toBigInt } from './algorithm.ts';
import { asn1Header } from './asn1.ts';
import { DerReader, ParseError, required, tag } from './der.ts';
import { isPositive, rsaKey } from './public-key.ts';

/**
 * Longer keys are refused, because to check one of a megabyte takes seconds. No one has such a key, and TLS refuses
 * every key above 8192 bits (crypto/tls maxRSAKeySize).
 */
const maxBits = 65_536;

interface Secrets {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly crt: { readonly dp: bigint; readonly dq: bigint; readonly qinv: bigint } | undefined;
}

/**
 * Returns the public half of an RSAPrivateKey (RFC 8017 A.1.2). Rejects what Go 1.24 rejects (crypto/x509/pkcs1.go,
 * ParsePKCS1PrivateKey; crypto/internal/fips140/rsa, checkPrivateKey). Throws a ParseError.
 *
 * The primes are not tested, so a composite one passes if there are no CRT values from which that could be seen.
 */
export function parseRsaPrivateKey(der: Uint8Array, { takes }: Strictness): PublicKey {
  const reader = new DerReader(der);
  const fields = reader.open(tag.sequence);
  const version = fields?.number();
  const modulus = fields?.integer();
  const exponent = fields?.number();
  const secrets = [fields?.integer(), fields?.integer(), fields?.integer()];
  const [d, p, q] = secrets;
  if (!fields || version === undefined || !modulus || exponent === undefined || !d || !p || !q) {
    throw new ParseError("asn1: structure error: tags don't match");
  }
  const crt: Uint8Array[] = [];
  while (crt.length < 3 && fields.peek(tag.integer)) {
    const value = fields.integer();
    if (value === undefined) throw new ParseError('asn1: structure error: integer not minimally-encoded');
    crt.push(value);
  }
  const multiPrime = readMorePrimes(fields);
  if (!reader.empty) throw new ParseError('asn1: syntax error: trailing data');
  if (version > 1) throw new ParseError('x509: unsupported private key version');
  if (![modulus, d, p, q, ...crt].every(isPositive)) {
    throw new ParseError('x509: private key contains zero or negative value');
  }
  const odd = exponentError(modulus, exponent);
  if (odd !== undefined) throw new ParseError(odd);
  if (multiPrime) checkMultiPrime(modulus, d, [p, q]);
  // Go ignores CRT values unless there are all three.
  else checkNumbers([modulus, d, p, q], exponent, crt.length === 3 ? crt : [], takes.includes('odd-crt-values'));
  return rsaKey(modulus, exponent);
}

/** Deprecated keys, of which Go checks little (crypto/rsa precomputeLegacy); that primes are coprime is not checked. */
function checkMultiPrime(modulus: Uint8Array, d: Uint8Array, primes: readonly Uint8Array[]): void {
  if (toBigInt(d) >= toBigInt(modulus)) throw new ParseError('input overflows the modulus');
  if (primes.some((prime) => toBigInt(prime) === 1n)) throw new ParseError('crypto/rsa: prime factor is <= 1');
}

/** @param lenient whether wrong CRT values are calculated again, as if there were none */
function checkNumbers(
  [modulus, d, p, q]: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array],
  exponent: number,
  crt: readonly Uint8Array[],
  lenient: boolean,
): void {
  if ([d, p, q].some((value) => value.length > modulus.length)) throw new ParseError('input overflows the modulus');
  if (modulus.length > maxBits / 8 + 1) throw new ParseError(`crypto/rsa: the modulus has more than ${maxBits} bits`);
  const [n, e] = [toBigInt(modulus), BigInt(exponent)];
  const numbers = { n, e, d: toBigInt(d), p: toBigInt(p), q: toBigInt(q) };
  try {
    if (crt.some((value) => value.length > modulus.length)) throw new ParseError('crypto/rsa: invalid CRT exponent');
    const [dp, dq, qinv] = crt.map(toBigInt);
    checkSecrets({ ...numbers, crt: dp && dq && qinv ? { dp, dq, qinv } : undefined });
  } catch (error) {
    if (!lenient || crt.length === 0) throw error;
    checkSecrets({ ...numbers, crt: undefined });
  }
}

/** Whether there are more than two primes. Go hardly checks such deprecated keys (NewPrivateKeyWithoutCRT). */
function readMorePrimes(fields: DerReader): boolean {
  const malformed = "asn1: structure error: tags don't match";
  if (!fields.empty) asn1Header(fields.rest());
  const list = fields.peek(tag.sequence) ? required(fields.open(tag.sequence), malformed) : undefined;
  if (list === undefined || list.empty) return false;
  while (!list.empty) {
    const fields = required(list.open(tag.sequence), malformed);
    const [prime] = [fields.integer(), fields.integer(), fields.integer()].map((value) => required(value, malformed));
    if (prime && !isPositive(prime)) throw new ParseError('x509: private key contains zero or negative prime');
  }
  return true;
}

/** crypto/internal/fips140/rsa, checkPublicKey */
function exponentError(modulus: Uint8Array, exponent: number): string | undefined {
  if (((modulus[modulus.length - 1] ?? 0) & 1) === 0) return 'crypto/rsa: public modulus is even';
  if (exponent < 2) return 'crypto/rsa: public exponent too small or negative';
  if (exponent % 2 === 0) return 'crypto/rsa: public exponent is even';
  return exponent > 0x7fffffff ? 'crypto/rsa: public exponent too large' : undefined;
}

/** Returns Go's error for an RSA key with which nothing can be verified; undefined for any other. */
export function oddKeyError({ spki }: Pick<PublicKey, 'spki'>): string | undefined {
  const fields = new DerReader(spki).open(tag.sequence);
  fields?.open(tag.sequence);
  const key = fields?.bitString();
  const numbers = key && new DerReader(key.bytes).open(tag.sequence);
  const [modulus, exponent] = [numbers?.integer(), numbers?.number()];
  return modulus === undefined || exponent === undefined ? undefined : exponentError(modulus, exponent);
}

function checkSecrets({ n, e, d, p, q, crt }: Secrets): void {
  if (n === 1n || p === 1n || q === 1n) throw new ParseError('modulus must be > 1');
  if (d >= n) throw new ParseError('input overflows the modulus');
  if (crt ? crt.qinv >= p : p % 2n === 0n) {
    throw new ParseError(crt ? 'input overflows the modulus' : 'crypto/rsa: p is even');
  }
  if (p >= n || q >= n || p === 2n || q === 2n) throw new ParseError('crypto/rsa: invalid prime');
  if ((p * q) % n !== 0n) throw new ParseError('crypto/rsa: p * q != n');
  const dp = crt?.dp ?? d % (p - 1n);
  const dq = crt?.dq ?? d % (q - 1n);
  if (dp >= p - 1n || (dp * e) % (p - 1n) !== 1n || dq >= q - 1n || (dq * e) % (q - 1n) !== 1n) {
    throw new ParseError('crypto/rsa: invalid CRT exponent');
  }
  if (crt && (crt.qinv * q) % p !== 1n) throw new ParseError('crypto/rsa: invalid CRT coefficient');
  const half = Math.floor(bitLength(n) / 2);
  if (p === q) throw new ParseError('crypto/rsa: p == q');
  if (bitLength(p > q ? p - q : q - p) <= half - 100) throw new ParseError('crypto/rsa: |p - q| too small');
  if (bitLength(d) <= half) throw new ParseError('crypto/rsa: d too small');
}

function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return digits.length * 4 - Math.clz32(Number.parseInt(digits[0] ?? '0', 16)) + 28;
}
