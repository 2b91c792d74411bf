/** Certificates and keys at the edges of what Go's parsers accept, with the verdict of Go 1.24. */
import { makeCertificate } from '../../support/certificates.ts';
import { bits, children, explicit, integer, octets, oid, sequence } from '../../support/der.ts';
import { fixedKey } from './key-samples.ts';

export interface EdgeSample {
  readonly name: string;
  readonly der: Uint8Array;
  /** Whether Go accepts it. */
  readonly accepted: boolean;
  /** The same with GODEBUG=x509rsacrt=0, if that differs: this was usual before Go 1.24. */
  readonly formerly?: boolean;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

function certificate(pathLength?: bigint): Buffer {
  const key = fixedKey('Ed25519');
  const limit = pathLength === undefined ? [] : [Buffer.from(hex('0101ff')), integer(pathLength)];
  return makeCertificate({
    subject: [['CN', 'edge']],
    issuer: [['CN', 'edge']],
    key,
    signer: key,
    serial: 1n,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    keyUsage: null,
    usages: null,
    sans: null,
    ca: null,
    ...(pathLength === undefined ? {} : { extensions: [{ oid: '2.5.29.19', value: sequence(...limit) }] }),
  });
}

/** The certificate with this number as its version. Its signature does not matter to a parser. */
function withVersion(version: bigint): Buffer {
  const [tbs = hex(''), ...rest] = children(certificate());
  const [, ...fields] = children(tbs);
  return sequence(sequence(explicit(0, integer(version)), ...fields), ...rest);
}

const pathLengths: readonly (readonly [bigint, boolean])[] = [
  [2n ** 53n, true],
  [2n ** 53n + 1n, true],
  [2n ** 54n + 3n, true],
  [2n ** 63n - 1n, true],
  [2n ** 63n, false],
];
const versions: readonly (readonly [bigint, boolean])[] = [
  [2n, true],
  [3n, false],
  [-1n, false],
  [2n ** 53n, false],
  [2n ** 63n - 2n, false],
  [2n ** 63n - 1n, true],
  [2n ** 63n, false],
];

/** The certificate with a key of an algorithm. Its signature does not matter to a parser. */
function withKey(algorithm: string, length: number, parameters = ''): Buffer {
  const [tbs = hex(''), ...rest] = children(certificate());
  const fields = children(tbs);
  const at = fields.length - 1;
  const key = sequence(sequence(oid(algorithm), hex(parameters)), bits(Buffer.alloc(length, 7)));
  return sequence(sequence(...fields.with(at, key)), ...rest);
}

/** Go reads X25519 keys that are not in certificates, and X448 keys nowhere. */
const otherKeys: readonly EdgeSample[] = [
  ...[32, 31, 33, 0].map((length) => ({
    name: `an X25519 key of ${length} bytes`,
    der: withKey('1.3.101.110', length),
  })),
  ...[56, 55].map((length) => ({ name: `an X448 key of ${length} bytes`, der: withKey('1.3.101.111', length) })),
  { name: 'an X25519 key with parameters', der: withKey('1.3.101.110', 32, '0500') },
].map((sample) => ({ ...sample, accepted: true }));

export const edgeCertificates: readonly EdgeSample[] = [
  ...otherKeys,
  { name: 'an Ed25519 key of 31 bytes', der: withKey('1.3.101.112', 31), accepted: false },
  ...versions.map(([version, accepted]) => ({ name: `version ${version}`, der: withVersion(version), accepted })),
  ...pathLengths.map(([limit, accepted]) => ({ name: `path length ${limit}`, der: certificate(limit), accepted })),
];

/** The inverse of a number (extended Euclid). */
function inverse(number: bigint, modulus: bigint): bigint {
  let [r, s, next, factor] = [modulus, 0n, number % modulus, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, factor] = [factor, s - quotient * factor];
  }
  if (r !== 1n) throw new Error('there is no inverse');
  return ((s % modulus) + modulus) % modulus;
}

const e = 65_537n;

/** Numbers of an RSA key for which all equations hold. Its primes are not prime, which no parser tests. */
function numbers(bits: bigint) {
  const [p, q] = [2n ** (bits / 2n) - 1n, 2n ** (bits / 2n) - 2n ** (bits / 2n - 2n) - 1n];
  const d = inverse(e, (p - 1n) * (q - 1n));
  return { n: p * q, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qinv: inverse(q, p) };
}

type Numbers = ReturnType<typeof numbers>;

const pkcs1 = ({ n, d, p, q }: Numbers, ...rest: readonly Uint8Array[]): Buffer =>
  sequence(integer(0n), integer(n), integer(e), integer(d), integer(p), integer(q), ...rest);

function pkcs1Samples(): EdgeSample[] {
  const small = numbers(2048n);
  const { dp, dq, qinv, p, q } = small;
  const [dpDer, dqDer, qinvDer] = [integer(dp), integer(dq), integer(qinv)];
  const large = [16_384n, 16_400n, 65_536n].flatMap((bits) => {
    const all = numbers(bits);
    const whole = (last: bigint) => pkcs1(all, integer(all.dp), integer(all.dq), integer(last));
    return [
      { name: `a modulus of ${bits} bits`, der: whole(all.qinv), accepted: true },
      { name: `a modulus of ${bits} bits, a wrong coefficient`, der: whole(all.qinv + 2n), accepted: false },
    ];
  });
  const row = (name: string, accepted: boolean, ...rest: readonly Uint8Array[]) => ({
    name,
    der: pkcs1(small, ...rest),
    accepted,
  });
  const prime = sequence(integer(7n), integer(1n), integer(1n));
  return [
    ...large,
    row('all CRT values', true, dpDer, dqDer, qinvDer),
    row('a wrong exponent', false, integer(dp + 2n), dqDer, qinvDer),
    row('a coefficient above p', false, dpDer, dqDer, integer(qinv + p)),
    row('a negative coefficient', false, dpDer, dqDer, integer(-1n)),
    row('a coefficient that is not minimal', false, dpDer, dqDer, hex('02020001')),
    row('a tag of 31 that is not minimal after dQ', false, dpDer, dqDer, hex('1f1e00')),
    row('a tag above 31 bits after dQ', false, dpDer, dqDer, hex('1f888080800000')),
    row('a truncated tag after dQ', false, dpDer, dqDer, hex('1f81')),
    row('a length of 2^31 after dQ', false, dpDer, dqDer, hex('058480000000')),
    row('more primes, whose CRT values do not matter', true, integer(1n), integer(2n), integer(3n), sequence(prime)),
    row('a negative third prime', false, dpDer, dqDer, qinvDer, sequence(sequence(integer(-7n), hex('020101020101')))),
    {
      name: 'more primes, p is 1',
      der: pkcs1({ ...small, p: 1n }, dpDer, dqDer, qinvDer, sequence(prime)),
      accepted: false,
    },
    { name: 'd is n', der: pkcs1({ ...small, d: small.n }, dpDer, dqDer, qinvDer), accepted: false },
    { name: 'q is n', der: pkcs1({ ...small, q: q * p }, dpDer, dqDer, qinvDer), accepted: false },
  ];
}

/** CRT values that are missing or ignored: Go calculates the coefficient, for which the primes must be prime. */
export function crtSamples(jwk: Readonly<Record<string, unknown>>): EdgeSample[] {
  const value = (name: string) => BigInt(`0x${Buffer.from(String(jwk[name]), 'base64url').toString('hex')}`);
  const [p, q, dp, dq, qinv] = ['p', 'q', 'dp', 'dq', 'qi'].map(value) as [bigint, bigint, bigint, bigint, bigint];
  const all = { n: value('n'), d: value('d'), p, q, dp, dq, qinv };
  const [dpDer, dqDer, qinvDer] = [integer(dp), integer(dq), integer(qinv)];
  const row = (name: string, accepted: boolean, ...rest: readonly Uint8Array[]) => ({
    name,
    der: pkcs1(all, ...rest),
    accepted,
  });
  return [
    row('no CRT values', true),
    row('one CRT value', true, dpDer),
    row('one CRT value, and wrong', true, integer(dp + 2n)),
    row('one CRT value, longer than the modulus', true, integer(2n ** 5000n)),
    row('two CRT values', true, dpDer, dqDer),
    row('one CRT value of zero', false, integer(0n)),
    row('a tag of 31 after dQ', true, dpDer, dqDer, hex('1f1f00')),
    row('a tag of 31 bits after dQ', true, dpDer, dqDer, hex('bf87ffffff7f00')),
    row('a NULL and the coefficient after dQ', true, dpDer, dqDer, hex('0500'), qinvDer),
    row('a length beyond the input after dQ', true, dpDer, dqDer, hex('05847fffffff')),
    { ...row('a wrong coefficient of true primes', false, dpDer, dqDer, integer(qinv + 1n)), formerly: true },
    { ...row('p and q exchanged in the CRT values', false, dqDer, dpDer, qinvDer), formerly: true },
    { ...row('a long exponent of true primes', false, integer(2n ** 5000n), dqDer, qinvDer), formerly: true },
  ];
}

const curves = [
  ['P-224', '1.3.132.0.33', 28],
  ['P-256', '1.2.840.10045.3.1.7', 32],
  ['P-384', '1.3.132.0.34', 48],
  ['P-521', '1.3.132.0.35', 66],
] as const;

const sec1 = (secret: Uint8Array, ...rest: readonly Uint8Array[]): Buffer =>
  sequence(integer(1n), octets(secret), ...rest);

const p256 = explicit(0, oid('1.2.840.10045.3.1.7'));
const seven = Buffer.alloc(32, 7);

function sec1Samples(): EdgeSample[] {
  const row = (name: string, accepted: boolean, ...rest: readonly Uint8Array[]) => ({
    name: `SEC1, ${name}`,
    der: sec1(seven, p256, ...rest),
    accepted,
  });
  const pkcs8 = (parameters: Uint8Array) =>
    sequence(integer(0n), sequence(oid('1.2.840.10045.2.1'), parameters), octets(sec1(seven, p256)));
  return [
    row('no point', true),
    row('a NULL at its end', false, hex('0500')),
    row('a NULL and more', true, hex('05000500')),
    row('a tag of 31 and more', true, hex('1f1f000500')),
    row('an empty [1]', false, hex('a1000500')),
    row('an empty primitive [1]', false, hex('81000500')),
    row('a primitive [1]', true, hex('810105')),
    row('a [1] with other contents', true, explicit(1, hex('0500'))),
    row('a [1] with a high tag', true, explicit(1, hex('1f1f00'))),
    row('a [1] with a broken tag', false, explicit(1, hex('1f1e00'))),
    { name: 'PKCS#8, parameters with a high tag', der: pkcs8(hex('1f1f00')), accepted: true },
    { name: 'PKCS#8, truncated parameters', der: pkcs8(hex('1f1f05')), accepted: false },
  ];
}

/** A secret of zero. Go accepts it and calculates a point that is not on the curve, so no certificate matches. */
export const zeroSecrets: readonly Omit<EdgeSample, 'accepted'>[] = curves.flatMap(([name, id, size]) =>
  [1, size].map((length) => ({
    name: `${name}, a secret of ${length} zeros`,
    der: sec1(Buffer.alloc(length), explicit(0, oid(id))),
  })),
);

export const edgeKeys: readonly EdgeSample[] = [...pkcs1Samples(), ...sec1Samples()];
