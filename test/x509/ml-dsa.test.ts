import { describe, expect, test } from 'vitest';
import { strictest } from '../../src/artifact/strictness.ts';
import { strictnessOfGo } from '../../src/tables/go-releases.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { findPrivateKeys } from '../../src/x509/find-keys.ts';
import { loadKeyPair } from '../../src/x509/load.ts';
import { isMlDsaSignature, mlDsaNamed, mlDsaPublicKey } from '../../src/x509/ml-dsa.ts';
import { nobleMlDsaKey, nobleMlDsaVerify } from '../../src/x509/ml-dsa-noble.ts';
import { readPem } from '../../src/x509/pem.ts';
import { verify } from '../../src/x509/verify/verify.ts';
import { type CertificateFields, certificatePem, makeCertificate } from '../support/certificates.ts';
import { bits, implicit, nothing, octets, oid, sequence } from '../support/der.ts';
import { type KeyType, keyNamed, privateKeyPem } from '../support/keys.ts';
import { mlDsaDer, mlDsaKey, mlDsaNames, mlDsaPem, mlDsaSign } from '../support/ml-dsa.ts';
import { tryParse } from './support/try-parse.ts';

const at = Date.parse('2026-06-01');
const go126 = strictnessOfGo('1.26') ?? strictest;
const newer = strictnessOfGo('1.27') ?? strictest;

function certify(name: string, by: string, [own, signing]: readonly [KeyType, KeyType], changes = {}): Buffer {
  const ca = name === 'ca';
  const fields: CertificateFields = {
    subject: [['CN', name]],
    issuer: [['CN', by]],
    key: keyNamed(name, own),
    signer: keyNamed(by, signing),
    serial: 1n,
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    keyUsage: ca ? ['keyCertSign'] : ['digitalSignature'],
    usages: null,
    sans: null,
    ca: ca ? true : null,
  };
  return makeCertificate({ ...fields, ...changes });
}

function judge(leaf: Buffer, ca: Buffer, strictness = newer): string {
  const read = (der: Buffer) => tryParse(() => parseCertificate(der, strictness));
  const [one, root] = [read(leaf), read(ca)];
  if ('error' in one) return one.error;
  const roots = 'error' in root ? [] : [root.value];
  const verdict = verify(one.value, { roots, usages: ['any'], at, strictness });
  return verdict.ok ? 'trusted' : verdict.error;
}

const unknown = 'x509: certificate signed by unknown authority';

describe.each(mlDsaNames)('%s', (name) => {
  const ca = certify('ca', 'ca', [name, name]);
  const leaf = certify('leaf', 'ca', ['P-256', name]);

  test('is verified by Go 1.27, and known to no Go before', () => {
    expect(judge(leaf, ca)).toBe('trusted');
    expect(judge(leaf, ca, go126)).toBe(unknown);
    expect(parseCertificate(ca)).toMatchObject({ signatureAlgorithm: name, publicKey: { type: name } });
  });

  test('inside a certificate of another CA is no matter to who verifies that', () => {
    const signed = certify('leaf', 'ca', [name, 'P-256']);
    expect(judge(signed, certify('ca', 'ca', ['P-256', 'P-256']), go126)).toBe('trusted');
  });

  test('refuses a signature that was changed', () => {
    const changed = Buffer.from(leaf);
    changed[changed.length - 100] = (changed.at(-100) ?? 0) ^ 1;
    expect(judge(changed, ca)).toBe(
      `${unknown} (possibly because of "x509: ML-DSA verification failure: mldsa: invalid signature" while trying to verify candidate authority certificate "ca")`,
    );
  });

  test('is the same by OpenSSL, if this Node has it, and in JavaScript', () => {
    const key = mlDsaKey(name, 'two ways');
    const signed = Buffer.from('signed');
    const signature = mlDsaSign(key, signed);
    const spki = key.publicKey.export({ format: 'der', type: 'spki' });
    const set = mlDsaNamed(name);
    if (set === undefined) throw new Error(name);
    const publicKey = spki.subarray(-set.publicKey);
    const seed = mlDsaDer(key, 'seed').subarray(-34);
    expect(Buffer.from(mlDsaPublicKey(set, seed))).toEqual(publicKey);
    expect(Buffer.from(nobleMlDsaKey(name, seed.subarray(2)))).toEqual(publicKey);
    for (const [bytes, expected] of [
      [signature, true],
      [mlDsaSign(key, Buffer.from('other')), false],
      [mlDsaSign(key, signed, Buffer.from('context')), false],
    ] as const) {
      expect(isMlDsaSignature(set, spki, signed, bytes)).toBe(expected);
      expect(nobleMlDsaVerify(name, publicKey, signed, bytes)).toBe(expected);
    }
    expect(isMlDsaSignature(set, spki, signed, signature.subarray(1))).toBe(false);
  });

  test('is read from a seed only', () => {
    const certificate = readPem(Buffer.from(certificatePem(certify('leaf', 'ca', [name, name]))));
    const load = (text: string, strictness = newer) => loadKeyPair(certificate, readPem(Buffer.from(text), strictness));
    const key = keyNamed('leaf', name);
    expect(load(privateKeyPem(key)).ok).toBe(true);
    expect(load(privateKeyPem(keyNamed('other', name)))).toMatchObject({
      error: 'tls: private key does not match public key',
    });
    const refused = (words: string) => ({ error: expect.stringMatching(`^tls: failed to parse private key${words}`) });
    expect(load(mlDsaPem(key, 'both'))).toMatchObject(refused(': x509: .* with both seed and expanded key'));
    expect(load(mlDsaPem(key, 'expanded'))).toMatchObject(refused(': x509: .* without seed'));
    expect(load(privateKeyPem(key), go126)).toMatchObject(refused(` \\(${name}, which Go knows since 1.27\\)`));
  });

  test('is found in every form, and kept in none', () => {
    const key = keyNamed('leaf', name);
    for (const form of ['seed', 'expanded', 'both'] as const) {
      const der = mlDsaDer(key, form);
      expect(findPrivateKeys(der).map((found) => found.form)).toEqual(['private key in DER']);
      expect(findPrivateKeys(Buffer.from(`key: ${der.toString('base64')}\n`))).toHaveLength(1);
      expect(findPrivateKeys(Buffer.from(mlDsaPem(key, form)))).toHaveLength(1);
    }
  });

  test('with parameters, or of another length, is malformed for Go 1.27 only', () => {
    const spki = keyNamed('leaf', name).publicKey.export({ format: 'der', type: 'spki' });
    const set = mlDsaNamed(name);
    const key = spki.subarray(-(set?.publicKey ?? 0));
    const id = oid(`2.16.840.1.101.3.4.3.${set?.arc}`);
    const certified = (changed: Buffer) => {
      const other = { privateKey: keyNamed('leaf', name).privateKey, publicKey: { export: () => changed } };
      return certify('leaf', 'ca', ['P-256', 'P-256'], { key: other });
    };
    const root = certify('ca', 'ca', ['P-256', 'P-256']);
    const withNull = certified(sequence(sequence(id, nothing()), bits(key)));
    const short = certified(sequence(sequence(id), bits(key.subarray(1))));
    expect(judge(withNull, root)).toBe('x509: ML-DSA key encoded with illegal parameters');
    expect(judge(short, root)).toBe('mldsa: invalid public key length');
    expect([withNull, short].map((der) => judge(der, root, go126))).toEqual(['trusted', 'trusted']);
  });
});

test('a signature of another parameter set, or another algorithm, is refused before it is verified', () => {
  const leaf = certify('leaf', 'ca', ['P-256', 'ML-DSA-44']);
  const because = (words: string) =>
    `${unknown} (possibly because of "x509: signature algorithm specifies an ML-DSA public key${words}" while trying to verify candidate authority certificate "ca")`;
  expect(judge(leaf, certify('ca', 'ca', ['ML-DSA-65', 'ML-DSA-65']))).toBe(
    because(' with ML-DSA-44 parameters, but have a public key with ML-DSA-65 parameters'),
  );
  expect(judge(leaf, certify('ca', 'ca', ['P-256', 'P-256']))).toBe(
    because(', but have public key of type *ecdsa.PublicKey'),
  );
});

test('a private key that is malformed has the errors of Go', () => {
  const set = mlDsaNamed('ML-DSA-65');
  if (set === undefined) throw new Error('no set');
  const errorOf = (key: Uint8Array) => {
    const read = tryParse(() => mlDsaPublicKey(set, key));
    return 'error' in read ? read.error : undefined;
  };
  expect(errorOf(Buffer.alloc(0))).toBe('x509: invalid ML-DSA private key length: 0');
  expect(errorOf(implicit(0, Buffer.alloc(31)))).toBe('x509: invalid ML-DSA private key length: 33');
  expect(errorOf(implicit(1, Buffer.alloc(32)))).toBe('x509: invalid ML-DSA private key: invalid ASN.1 tag 81');
  expect(errorOf(octets(Buffer.alloc(4032)))).toContain('without seed');
  expect(errorOf(sequence())).toContain('both seed and expanded key');
});
