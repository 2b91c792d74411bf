import { createPrivateKey, sign } from 'node:crypto';
import { bits, explicit, integer, nothing, octets, oid, sequence, set, text } from '../../support/der.ts';
import { type Key, keyFromPrivate, keyNamed, keyTypes } from '../../support/keys.ts';

/** Private keys in DER, of every type and form that Go reads, and some that it rejects. */
export function secretForms(keys = keyTypes.map((type) => keyNamed('secret', type))): Uint8Array[] {
  const pairs = [...keys, fixedKey('P-224')];
  const pkcs8 = pairs.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'der' }));
  const traditional = pairs.flatMap(({ privateKey }) => {
    if (privateKey.asymmetricKeyType === 'rsa') return [privateKey.export({ type: 'pkcs1', format: 'der' })];
    return privateKey.asymmetricKeyType === 'ec' ? [privateKey.export({ type: 'sec1', format: 'der' })] : [];
  });
  const x25519 = sequence(integer(0n), sequence(oid('1.3.101.110')), octets(octets(Buffer.alloc(32, 7))));
  return [...pkcs8, ...traditional, x25519, fixedSec1(32, '1.3.132.0.10'), ...sec1Variants(), withoutCrt()];
}

const fixedSec1 = (size: number, curve: string): Buffer =>
  sequence(integer(1n), octets(Buffer.alloc(size, 7)), explicit(0, oid(curve)));

const fixedForms = {
  'P-224': () => fixedSec1(28, '1.3.132.0.33'),
  'P-256': () => fixedSec1(32, '1.2.840.10045.3.1.7'),
  'P-384': () => fixedSec1(48, '1.3.132.0.34'),
  'P-521': () => fixedSec1(65, '1.3.132.0.35'),
  Ed25519: () => sequence(integer(0n), sequence(oid('1.3.101.112')), octets(octets(Buffer.alloc(32, 7)))),
} as const;

/** A key that is the same in every run. */
export function fixedKey(type: keyof typeof fixedForms): Key {
  const form = type === 'Ed25519' ? 'pkcs8' : 'sec1';
  return keyFromPrivate(createPrivateKey({ key: fixedForms[type](), format: 'der', type: form }));
}

/**
 * Variants of SEC1: a secret with too few or too many leading zeros, no curve, a secret at and just below the order,
 * wrong headers.
 */
function sec1Variants(): Uint8Array[] {
  const p256 = explicit(0, oid('1.2.840.10045.3.1.7'));
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const below = Buffer.concat([order.subarray(0, 31), Buffer.from([0x50])]);
  const one = Buffer.from([1]);
  const key = (secret: Uint8Array, ...rest: Uint8Array[]) => sequence(integer(1n), octets(secret), ...rest);
  return [
    key(one, p256),
    key(Buffer.concat([Buffer.alloc(40), one]), p256),
    key(one),
    key(order, p256),
    key(below, p256),
    sequence(integer(2n), octets(one), p256),
    sequence(integer(0n), sequence(oid('1.2.840.10045.2.1'), oid('1.3.132.0.34')), octets(key(one, p256))),
    sequence(integer(0n), sequence(oid('1.2.840.10045.2.1'), nothing()), octets(key(one, p256))),
    Buffer.concat([key(one, p256), Buffer.from([0])]),
  ];
}

/** PKCS#1 that ends after the primes. */
function withoutCrt(): Uint8Array {
  const jwk = keyNamed('secret', 'RSA-2048').privateKey.export({ format: 'jwk' });
  const number = (value: string | undefined) =>
    integer(BigInt(`0x${Buffer.from(value ?? '', 'base64url').toString('hex')}`));
  return sequence(integer(0n), number(jwk.n), number(jwk.e), number(jwk.d), number(jwk.p), number(jwk.q));
}

/** A PKCS#10 request for CN=request. */
export function certificationRequest({ privateKey, publicKey }: Key): Uint8Array {
  const ed25519 = privateKey.asymmetricKeyType === 'ed25519';
  const info = sequence(
    integer(0n),
    sequence(set(sequence(oid('2.5.4.3'), text('request')))),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(0),
  );
  const algorithm = sequence(oid(ed25519 ? '1.3.101.112' : '1.2.840.10045.4.3.2'));
  return sequence(info, algorithm, bits(sign(ed25519 ? null : 'sha256', info, privateKey)));
}
