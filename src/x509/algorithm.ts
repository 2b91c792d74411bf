import { DerReader, required, tag } from './der.ts';
import { oid, pssNames, signatureNames } from './oids.ts';

/** An AlgorithmIdentifier (RFC 5280 section 4.1.1.2); `parameters` is the element with its header, empty if absent. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Uint8Array;
}

const none = new Uint8Array(0);

/** Reads the content of an AlgorithmIdentifier (crypto/x509/parser.go, parseAI). Throws a ParseError. */
export function parseAlgorithm(reader: DerReader): Algorithm {
  const id = required(reader.oid(), 'x509: malformed OID');
  if (reader.empty) return { oid: id, parameters: none };
  return { oid: id, parameters: required(reader.any(), 'x509: malformed parameters').element };
}

/** Whether parameters are an ASN.1 NULL. */
export function isNull(parameters: Uint8Array): boolean {
  return parameters.length === 2 && parameters[0] === tag.null && parameters[1] === 0;
}

/** Returns Go's name of a signature algorithm; `unknown` if Go has none (crypto/x509 getSignatureAlgorithmFromAI). */
export function signatureName({ oid: id, parameters }: Algorithm): string {
  if (id === oid.rsaPss) return pssName(parameters) ?? 'unknown';
  const name = signatureNames[id] ?? 'unknown';
  return parameters.length > 0 && withoutParameters.has(name) ? 'unknown' : name;
}

/** Parameters must be absent (RFC 8410 section 3, RFC 9881 section 2). */
const withoutParameters: ReadonlySet<string> = new Set(['Ed25519', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']);

/** RSASSA-PSS-params (RFC 4055 section 3.1) in one of the three forms that Go accepts. */
function pssName(parameters: Uint8Array): string | undefined {
  const fields = new DerReader(parameters).open(tag.sequence);
  const hash = identifier(fields?.open(tag.constructed(0)));
  const mask = identifier(fields?.open(tag.constructed(1)));
  const salt = fields?.open(tag.constructed(2))?.number();
  if (fields === undefined || hash === undefined || mask === undefined || salt === undefined) return undefined;
  const trailer = fields.peek(tag.constructed(3)) ? fields.open(tag.constructed(3))?.number() : 1;
  const maskHash = identifier(new DerReader(mask.parameters));
  const plain = (algorithm: Algorithm): boolean => algorithm.parameters.length === 0 || isNull(algorithm.parameters);
  if (maskHash === undefined || mask.oid !== oid.mgf1 || maskHash.oid !== hash.oid) return undefined;
  if (!plain(hash) || !plain(maskHash) || trailer !== 1) return undefined;
  return pssNames[`${hash.oid}/${salt}`];
}

function identifier(reader: DerReader | undefined): Algorithm | undefined {
  const fields = reader?.open(tag.sequence);
  const id = fields?.oid();
  if (fields === undefined || id === undefined) return undefined;
  const parameters = fields.empty ? none : fields.any()?.element;
  return parameters && { oid: id, parameters };
}

/** The curves that crypto/x509 reads (SEC 2, FIPS 186): y² = x³ − 3x + b over p, of prime order n. */
export interface Curve {
  readonly name: string;
  /** Name in OpenSSL. */
  readonly openssl: string;
  readonly oid: string;
  readonly bits: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
}

const curves: readonly Curve[] = [
  {
    name: 'P-224',
    openssl: 'secp224r1',
    oid: '1.3.132.0.33',
    bits: 224,
    p: 2n ** 224n - 2n ** 96n + 1n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
  },
  {
    name: 'P-256',
    openssl: 'prime256v1',
    oid: '1.2.840.10045.3.1.7',
    bits: 256,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    name: 'P-384',
    openssl: 'secp384r1',
    oid: '1.3.132.0.34',
    bits: 384,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    name: 'P-521',
    openssl: 'secp521r1',
    oid: '1.3.132.0.35',
    bits: 521,
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

export function curveByOid(oid: string | undefined): Curve | undefined {
  return curves.find((curve) => curve.oid === oid);
}

/** Returns the size of a coordinate, in bytes. */
export const coordinateSize = (curve: Curve): number => Math.ceil(curve.bits / 8);

/** Decodes an unsigned big-endian integer. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0
    ? 0n
    : BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

/** Whether this is an uncompressed point of the curve: the only form that crypto/x509 reads (elliptic.Unmarshal). */
export function isPoint(curve: Curve, point: Uint8Array): boolean {
  const size = coordinateSize(curve);
  if (point.length !== 1 + 2 * size || point[0] !== 4) return false;
  const x = toBigInt(point.subarray(1, 1 + size));
  const y = toBigInt(point.subarray(1 + size));
  return x < curve.p && y < curve.p && (y * y - x * x * x + 3n * x - curve.b) % curve.p === 0n;
}
