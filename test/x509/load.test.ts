import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Pem } from '../../src/artifact/pem-blocks.ts';
import {
  type Loaded,
  loadEtcdPool,
  loadGoPool,
  loadKeyOnly,
  loadKeyPair,
  loadKubePool,
  loadLeafChain,
  loadServiceAccountSigner,
  loadServiceAccountVerifiers,
  loadSigner,
  loadSignerCertificate,
} from '../../src/x509/load.ts';
import { readPem } from '../../src/x509/pem.ts';
import { makeCertificate } from '../support/certificates.ts';
import { pem } from '../support/der.ts';
import { type Key, keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';

const read = (...texts: string[]): Pem => readPem(Buffer.from(texts.join('')));
const errorOf = (result: Loaded<unknown>) => (result.ok ? undefined : result.error);

function certify(key: Key, commonName: string): string {
  const der = makeCertificate({
    subject: [['CN', commonName]],
    issuer: [['CN', commonName]],
    key,
    signer: key,
    serial: 1n,
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    keyUsage: ['keyCertSign'],
    usages: null,
    sans: null,
    ca: true,
  });
  return pem('CERTIFICATE', der);
}

const [rsa, ec, ed] = [keyNamed('load', 'RSA-2048'), keyNamed('load'), keyNamed('load', 'Ed25519')];
const [rsaCert, ecCert, edCert] = [certify(rsa, 'rsa'), certify(ec, 'ec'), certify(ed, 'ed')];
const broken = pem('CERTIFICATE', Buffer.from('nonsense'));
const parameters = pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex'));
const withHeaders = ecCert.replace('-----\n', '-----\nA: b\n\n');
const nothing = read('');

const pairs: [string, Pem, Pem, string | undefined][] = [
  ['a pair', read(ecCert), read(privateKeyPem(ec)), undefined],
  ['an RSA pair in PKCS#8', read(rsaCert), read(privateKeyPem(rsa, 'pkcs8')), undefined],
  ['an Ed25519 pair', read(edCert), read(privateKeyPem(ed)), undefined],
  ['parameters in front of the key', read(ecCert), read(parameters, privateKeyPem(ec)), undefined],
  ['a certificate with headers', read(withHeaders), read(privateKeyPem(ec)), undefined],
  ['a broken certificate behind the leaf', read(ecCert, broken), read(privateKeyPem(ec)), undefined],
  ['no certificate', nothing, read(privateKeyPem(ec)), 'tls: failed to find any PEM data in certificate input'],
  ['no key', read(ecCert), nothing, 'tls: failed to find any PEM data in key input'],
  [
    'a key for a certificate',
    read(privateKeyPem(ec)),
    read(ecCert),
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  ],
  [
    'a certificate for a key',
    read(ecCert),
    read(ecCert),
    'tls: found a certificate rather than a key in the PEM for the private key',
  ],
  [
    'other blocks',
    read(parameters, parameters),
    read(privateKeyPem(ec)),
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [EC PARAMETERS EC PARAMETERS]',
  ],
  [
    'other blocks for a key',
    read(ecCert),
    read(publicKeyPem(ec)),
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [PUBLIC KEY]',
  ],
  ['a broken leaf', read(broken, ecCert), read(privateKeyPem(ec)), 'x509: malformed certificate'],
  ['a broken key', read(ecCert), read(pem('PRIVATE KEY', Buffer.from('x'))), 'tls: failed to parse private key'],
  [
    'a broken key in front of a good one',
    read(ecCert),
    read(pem('PRIVATE KEY', Buffer.from('x')), privateKeyPem(ec)),
    'tls: failed to parse private key',
  ],
  [
    'an encrypted key',
    read(ecCert),
    read(ec.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()),
    'tls: failed to parse private key',
  ],
  [
    'a key of another type',
    read(ecCert),
    read(privateKeyPem(rsa)),
    'tls: private key type does not match public key type',
  ],
  ['another key', read(ecCert), read(privateKeyPem(keyNamed('another'))), 'tls: private key does not match public key'],
];

describe('a pair, as tls.X509KeyPair loads it', () => {
  test.each(pairs)('%s', (_, cert, key, error) => {
    expect(errorOf(loadKeyPair(cert, key))).toBe(error);
  });

  test('holds the leaf and what follows', () => {
    const loaded = loadKeyPair(read(ecCert, broken, rsaCert), read(privateKeyPem(ec)));
    expect(loaded.ok && loaded.value.leaf.subject.commonName).toBe('ec');
    expect(loaded.ok && loaded.value.intermediates.map(({ subject }) => subject.commonName)).toEqual(['rsa']);
    expect(loaded).toEqual(loadLeafChain(read(ecCert, broken, rsaCert)));
  });

  test('or one half of it', () => {
    expect(errorOf(loadLeafChain(read(broken)))).toBe('x509: malformed certificate');
    expect(errorOf(loadKeyOnly(read(ecCert)))).toBe(
      'tls: found a certificate rather than a key in the PEM for the private key',
    );
    expect(loadKeyOnly(read(privateKeyPem(ec)))).toMatchObject({ ok: true, value: { encoding: 'SEC1' } });
    const x25519 = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(errorOf(loadKeyOnly(read(x25519)))).toBe('tls: found unknown private key type in PKCS#8 wrapping');
  });
});

const count = (result: Loaded<readonly unknown[]>) => (result.ok ? result.value.length : result.error);

describe('a pool', () => {
  test.each<[string, Pem, number | string, number | string, number | string]>([
    ['two certificates', read(ecCert, rsaCert), 2, 2, 2],
    ['a broken one', read(ecCert, broken), 'x509: malformed certificate', 1, 'x509: malformed certificate'],
    ['headers', read(withHeaders, rsaCert), 1, 1, 2],
    ['a key', read(rsaCert, privateKeyPem(ec)), 1, 1, 'x509: malformed tbs certificate'],
    ['a public key', read(rsaCert, publicKeyPem(ec)), 1, 1, 'x509: malformed serial number'],
    ['parameters', read(parameters, rsaCert), 1, 1, 'x509: malformed certificate'],
    ['another label', read(ecCert.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), rsaCert), 1, 1, 2],
    [
      'nothing',
      nothing,
      'data does not contain any valid RSA or ECDSA certificates',
      'unable to load root certificates: unable to parse bytes as PEM block',
      0,
    ],
    [
      'a broken one alone',
      read(broken),
      'x509: malformed certificate',
      'unable to load root certificates: failed to parse certificate: x509: malformed certificate',
      'x509: malformed certificate',
    ],
    [
      'a key alone',
      read(privateKeyPem(ec)),
      'data does not contain any valid RSA or ECDSA certificates',
      'unable to load root certificates: no valid certificate authority data seen',
      'x509: malformed tbs certificate',
    ],
  ])('of %s, for Kubernetes, for a kubeconfig, for etcd', (_, file, kube, go, etcd) => {
    expect([count(loadKubePool(file)), count(loadGoPool(file)), count(loadEtcdPool(file))]).toEqual([kube, go, etcd]);
  });
});

describe('a signer', () => {
  test.each<[string, Pem, Pem, string | undefined]>([
    ['a pair', read(ecCert), read(privateKeyPem(ec)), undefined],
    ['an Ed25519 pair', read(edCert), read(privateKeyPem(ed)), undefined],
    ['two certificates', read(ecCert, rsaCert), read(privateKeyPem(ec)), 'expected 1 certificate, found 2'],
    [
      'headers',
      read(withHeaders),
      read(privateKeyPem(ec)),
      'data does not contain any valid RSA or ECDSA certificates',
    ],
    [
      'another key',
      read(ecCert),
      read(privateKeyPem(keyNamed('another'))),
      'tls: private key does not match public key',
    ],
    [
      'a key under a label of another form',
      read(ecCert),
      read(privateKeyPem(ec, 'pkcs8').replaceAll('PRIVATE', 'EC PRIVATE')),
      'data does not contain a valid RSA or ECDSA private key',
    ],
  ])('of %s', (_, cert, key, error) => {
    expect(errorOf(loadSigner(cert, key))).toBe(error);
  });

  test('whose key is unseen', () => {
    expect(errorOf(loadSignerCertificate(read(ecCert, rsaCert)))).toBe('expected 1 certificate, found 2');
    expect(loadSignerCertificate(read(ecCert))).toMatchObject({ ok: true, value: { subject: { commonName: 'ec' } } });
  });
});

describe('service account keys', () => {
  const p224 = generateKeyPairSync('ec', { namedCurve: 'secp224r1' });
  test.each<[string, Pem, number | string]>([
    ['public keys', read(publicKeyPem(rsa), publicKeyPem(ec)), 2],
    ['private keys', read(privateKeyPem(rsa), privateKeyPem(rsa, 'pkcs8'), privateKeyPem(ec)), 3],
    ['certificates', read(rsaCert, ecCert), 2],
    ['keys under any label', read(publicKeyPem(ec).replaceAll('PUBLIC KEY', 'X')), 1],
    [
      'what keyutil does not read',
      read(
        privateKeyPem(ec, 'pkcs8'),
        publicKeyPem(ed),
        edCert,
        rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
        parameters,
      ),
      'data does not contain any valid RSA or ECDSA public keys',
    ],
  ])('that verify: %s', (_, file, expected) => {
    expect(count(loadServiceAccountVerifiers(file))).toBe(expected);
  });

  test.each<[string, Pem, string | undefined]>([
    ['RSA', read(privateKeyPem(rsa)), undefined],
    ['ECDSA behind its parameters', read(parameters, privateKeyPem(ec)), undefined],
    ['ECDSA in PKCS#8', read(privateKeyPem(ec, 'pkcs8')), undefined],
    [
      'Ed25519',
      read(privateKeyPem(ed)),
      'unknown private key type ed25519.PrivateKey, must be *rsa.PrivateKey, *ecdsa.PrivateKey, or jose.OpaqueSigner',
    ],
    [
      'P-224',
      read(privateKeyPem(p224)),
      'could not generate signer for ECDSA keypair: unknown private key curve, must be 256, 384, or 521',
    ],
    ['a public key', read(publicKeyPem(rsa)), 'data does not contain a valid RSA or ECDSA private key'],
    [
      'PKCS#8 under the label of PKCS#1',
      read(privateKeyPem(rsa, 'pkcs8').replaceAll('PRIVATE', 'RSA PRIVATE')),
      'data does not contain a valid RSA or ECDSA private key',
    ],
  ])('that sign: %s', (_, file, error) => {
    expect(errorOf(loadServiceAccountSigner(file))).toBe(error);
  });
});
