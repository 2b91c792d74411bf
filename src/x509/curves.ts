/** The curves that crypto/x509 reads (SEC 2, FIPS 186): y² = x³ − 3x + b over p, of prime order n. */
export interface Curve {
  readonly name: string;
  /** OpenSSL's name. */
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

/** Bytes of a coordinate. */
export const coordinateSize = (curve: Curve): number => Math.ceil(curve.bits / 8);

/** An unsigned big-endian integer. */
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
