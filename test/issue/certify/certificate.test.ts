import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { X509Certificate as PeculiarCertificate } from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import { certify } from '../../../src/issue/certify/certificate.ts';
import { generateKey } from '../../../src/issue/certify/keys.ts';
import { type ClassicalAlgorithm, classicalAlgorithms, type KeyAlgorithm } from '../../../src/results/issue/plan.ts';
import { hex } from '../../../src/x509/der.ts';
import { checkSignatureFrom } from '../../../src/x509/verify/signature.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { type CorpusName, corpus } from '../../support/corpus.ts';
import { children } from '../../support/der.ts';
import { keyNamed } from '../../support/keys.ts';
import { mlDsaNames } from '../../support/ml-dsa.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { isAuthority, leafRow, type Role, roles } from '../../support/roles.ts';
import { authoritySpec, certificateIn, leafSpec, sansFrom, specOf } from '../support/specs.ts';
import { storedKey } from '../support/stored-key.ts';

/**
 * The fields of the TBSCertificate in hex, except the serial and the key identifiers that newer Go versions compute
 * differently.
 */
function fieldsOf(pem: string, isSelfMade: boolean): readonly string[] {
  const { tbs, extensions } = certificateIn(pem);
  const [version = '', , ...fields] = children(tbs).map(hex);
  const list = extensions.map(({ oid, critical, value }) => `${oid} ${critical} ${hex(value)}`);
  const withoutKeyId = list.map((line) => (isSelfMade ? line.replace(/^(2\.5\.29\.14 \S+ ).*/, '$1') : line));
  return [version, ...fields.slice(0, -1), ...withoutKeyId];
}

const has = (node: NodeTree, role: Role) => {
  try {
    return node.certificate(role) !== '';
  } catch {
    return false;
  }
};

/** The corpora, and whether their key identifiers were computed by Go before 1.25. */
const made: readonly (readonly [CorpusName, boolean])[] = [
  ['kubeadm-1.22-default', true],
  ['kubeadm-1.32-default', true],
  ['kubeadm-1.36-default', false],
  ['kubeadm-1.36-external-ca', false],
  ['kubeadm-1.36-ha', false],
  ['kubeadm-1.36-ha-node2', false],
];

describe.each(made)('every certificate of %s', (name, isOld) => {
  test('is written as kubeadm wrote it, byte for byte but for serial and signature', async () => {
    const node = await corpus(name);
    const present = roles.filter((role) => has(node, role));
    expect(present.length).toBeGreaterThan(10);
    for (const role of present) {
      const theirs = certificateIn(node.certificate(role));
      const issuer = node.authority(isAuthority(role) ? role : leafRow(role).signer);
      const signer = { certificate: issuer.certificate, key: issuer.key.privateKey };
      const key = createPublicKey({ key: Buffer.from(theirs.publicKey.spki), format: 'der', type: 'spki' });
      const ours = await (isAuthority(role)
        ? certify(specOf(theirs), signer.key, 'self')
        : certify(specOf(theirs), key, signer));
      const isSelfMade = isOld && isAuthority(role);
      expect(fieldsOf(ours, isSelfMade), role).toEqual(fieldsOf(node.certificate(role), isSelfMade));
      expect(ours, role).toMatch(/^-----BEGIN CERTIFICATE-----\n(?:.{64}\n)*.{1,64}\n-----END CERTIFICATE-----\n$/);
    }
  });
});

describe.each(classicalAlgorithms)('with keys of %s', (algorithm: ClassicalAlgorithm) => {
  let key: KeyObject;
  let authority: string;
  beforeAll(async () => {
    key = storedKey('a CA and its leaf', algorithm);
    authority = await certify(authoritySpec(), key, 'self');
  });

  test('a CA signs itself and a leaf, as Go would', async () => {
    const leaf = await certify(leafSpec(), createPublicKey(key), { certificate: authority, key });
    const signatures: Partial<Record<KeyAlgorithm, string>> = {
      'ecdsa-p256': 'ECDSA-SHA256',
      'ecdsa-p384': 'ECDSA-SHA384',
    };
    const signatureAlgorithm = signatures[algorithm] ?? 'SHA256-RSA';
    const [ca, child] = [certificateIn(authority), certificateIn(leaf)];
    expect(ca).toMatchObject({ signatureAlgorithm, version: 3, basicConstraints: { ca: true } });
    expect(child).toMatchObject({ signatureAlgorithm, version: 3, basicConstraints: { ca: false } });
    expect(ca.subjectKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect([ca.authorityKeyId, child.subjectKeyId]).toEqual([undefined, undefined]);
    expect(child.authorityKeyId).toBe(ca.subjectKeyId);
  });

  test('node and @peculiar/x509 read the same, and verify it', async () => {
    const leaf = await certify(leafSpec(), key, { certificate: authority, key });
    const [node, peculiar] = [new X509Certificate(leaf), new PeculiarCertificate(leaf)];
    expect(node.verify(createPublicKey(key))).toBe(true);
    expect(node.checkIssued(new X509Certificate(authority))).toBe(true);
    expect(await peculiar.verify({ publicKey: new PeculiarCertificate(authority), signatureOnly: true })).toBe(true);
    expect(node.subject).toBe('CN=kube-apiserver');
    expect(node.subjectAltName).toBe('DNS:cp-1, DNS:kubernetes, IP Address:10.96.0.1, IP Address:2001:DB8:0:0:0:0:0:7');
    expect(node.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(new Date(node.validFrom).toISOString()).toBe(leafSpec().notBefore);
    expect(peculiar.notAfter.toISOString()).toBe(leafSpec().notAfter);
  });
});

describe.each(mlDsaNames)('with keys of %s', (name) => {
  test('a CA signs itself, a leaf of its kind and one of another, without parameters', async () => {
    const algorithm = name.toLowerCase() as KeyAlgorithm;
    const [key, own] = [await generateKey(algorithm), await generateKey(algorithm)];
    const authority = await certify(authoritySpec(), key, 'self');
    for (const subject of [own, p256]) {
      const leaf = certificateIn(await certify(leafSpec(), subject, { certificate: authority, key }));
      expect(leaf).toMatchObject({ signatureAlgorithm: name, authorityKeyId: certificateIn(authority).subjectKeyId });
      expect(checkSignatureFrom(leaf, certificateIn(authority))).toBeUndefined();
      const [, algorithmOfSignature] = children(leaf.raw);
      expect(hex(algorithmOfSignature as Uint8Array)).toMatch(/^300b06096086480165030403\d\d$/);
    }
    const below = await certify(leafSpec(), own, { certificate: await selfSigned({}), key: p256 });
    expect(certificateIn(below)).toMatchObject({ signatureAlgorithm: 'ECDSA-SHA256', publicKey: { type: name } });
  });
});

const p256 = keyNamed('certify').privateKey;
const made384 = keyNamed('certify', 'P-384').privateKey;
const selfSigned = (changes: Parameters<typeof authoritySpec>[0]) => certify(authoritySpec(changes), p256, 'self');

test('serials are positive, of 127 bits, and never the same', async () => {
  const serials = await Promise.all(Array.from({ length: 40 }, async () => certificateIn(await selfSigned({})).serial));
  expect(new Set(serials).size).toBe(40);
  expect(serials.filter((serial) => !/^[4-7][0-9a-f]{31}$/.test(serial))).toEqual([]);
});

test('the hash is chosen by the key of the issuer', async () => {
  const issuer = { certificate: await selfSigned({}), key: p256 };
  expect(certificateIn(await certify(leafSpec(), made384, issuer)).signatureAlgorithm).toBe('ECDSA-SHA256');
  const p521 = keyNamed('certify', 'P-521').privateKey;
  expect(certificateIn(await certify(authoritySpec(), p521, 'self')).signatureAlgorithm).toBe('ECDSA-SHA512');
});

describe('names', () => {
  const nameOf = async (organizations: readonly string[], commonName: string) =>
    certificateIn(await selfSigned({ organizations, commonName })).subject.der;

  test('hold all organizations in one set, sorted by their encoding, before the common name', async () => {
    const attribute = (type: string, value: string) => `300a0603${type}1303${Buffer.from(value).toString('hex')}`;
    const set = `3118${attribute('55040a', 'abc')}${attribute('55040a', 'xyz')}`;
    expect(await nameOf(['xyz', 'abc'], 'abc')).toBe(`3028${set}310c${attribute('550403', 'abc')}`);
  });

  test.each([
    ["printable: A-Z 0-9 '()+,-./:=?", 0x13],
    ['star.*', 0x0c],
    ['a & b', 0x0c],
    ['at@home', 0x0c],
    ['under_score', 0x0c],
    ['Zürich', 0x0c],
    ['日本 🙂', 0x0c],
  ])('write %s with tag %i', async (commonName, tag) => {
    const der = Buffer.from(await nameOf([], commonName), 'hex');
    expect(der[4 + 2 + 5]).toBe(tag);
    expect(der.subarray(13).toString()).toBe(commonName);
  });

  test('of an issuer are copied with the string types that it has', async () => {
    const key = keyNamed('other string types');
    // BMPString, T61String, IA5String, and UTF8String where a PrintableString is possible.
    const subject = ['1e0400610062', '140161', '160161', '0c0161'].map((value) => {
      const attribute = Buffer.from(`0603550403${value}`, 'hex');
      const inner = Buffer.concat([Buffer.from([0x30, attribute.length]), attribute]);
      return Buffer.concat([Buffer.from([0x31, inner.length]), inner]);
    });
    const body = Buffer.concat(subject);
    const fields = { subject: Buffer.concat([Buffer.from([0x30, body.length]), body]), key, signer: key, serial: 1n };
    const certificate = makeCertificate({
      ...fields,
      issuer: fields.subject,
      notBefore: new Date('2026-01-01'),
      notAfter: new Date('2036-01-01'),
      keyUsage: ['keyCertSign'],
      usages: null,
      sans: null,
      ca: true,
      subjectKeyId: null,
    });
    const child = certificateIn(await certify(leafSpec(), p256, { certificate, key: key.privateKey }));
    expect(child.issuer.der).toBe(hex(fields.subject));
    expect(child.authorityKeyId).toBeUndefined();
  });

  test('that are equal to the issuer’s leave out its key identifier, as in Go', async () => {
    const issuer = { certificate: await selfSigned({ commonName: 'same' }), key: p256 };
    const child = certificateIn(await certify(leafSpec({ commonName: 'same' }), made384, issuer));
    expect(child.authorityKeyId).toBeUndefined();
  });
});

test('an intermediate has both key identifiers', async () => {
  const issuer = { certificate: await selfSigned({ commonName: 'root' }), key: p256 };
  const child = certificateIn(await certify(authoritySpec(), made384, issuer));
  expect(child.authorityKeyId).toBe(certificateIn(issuer.certificate).subjectKeyId);
  expect(child.extensions.map(({ oid }) => oid)).toEqual(['15', '19', '14', '35', '17'].map((id) => `2.5.29.${id}`));
});

test('every type of alternative name, IPv4 in four bytes however it is written', async () => {
  const sans = sansFrom(
    'DNS:*.example.com',
    'email:a@example.com',
    'IP:::ffff:1.2.3.4',
    'IP:FE80::0',
    'URI:spiffe://a/b',
  );
  const certificate = certificateIn(await selfSigned({ sans }));
  const written = sansFrom('DNS:*.example.com', 'email:a@example.com', 'IP:1.2.3.4', 'IP:fe80::', 'URI:spiffe://a/b');
  expect(certificate.sans).toEqual(written);
  const value = certificate.extensions.find(({ oid }) => oid === '2.5.29.17')?.value as Uint8Array;
  expect(hex(children(value)[2] as Uint8Array)).toBe('870401020304');
});

test('alternative names are critical without a subject, and usages are omitted if there are none', async () => {
  const bare = { organizations: [], commonName: '', keyUsage: [], sans: sansFrom('DNS:a') };
  const { extensions } = certificateIn(
    await certify(leafSpec({ ...bare, extendedKeyUsage: [] }), made384, {
      certificate: await selfSigned({}),
      key: p256,
    }),
  );
  expect(extensions.map(({ oid, critical }) => `${oid} ${critical}`)).toEqual([
    '2.5.29.19 true',
    '2.5.29.35 false',
    '2.5.29.17 true',
  ]);
});

test('from 2050 on, times are written as GeneralizedTime', async () => {
  const tagsOf = async (notAfter: string) => {
    const { tbs } = certificateIn(await selfSigned({ notAfter }));
    return children(children(tbs)[4] as Uint8Array).map(([tag]) => tag);
  };
  expect(await tagsOf('2049-12-31T23:59:59.000Z')).toEqual([0x17, 0x17]);
  expect(await tagsOf('2050-01-01T00:00:00.000Z')).toEqual([0x17, 0x18]);
});

test('an issuer is the first certificate of its file, in PEM or in DER', async () => {
  const first = await selfSigned({ commonName: 'first' });
  const second = await certify(authoritySpec({ commonName: 'second' }), made384, 'self');
  const bundle = `# a comment\n${first}${second}`;
  for (const certificate of [bundle, Buffer.from(bundle), certificateIn(first).raw]) {
    const leaf = await certify(leafSpec(), made384, { certificate, key: p256 });
    expect(certificateIn(leaf).issuer.text).toBe('CN=first');
  }
});

describe('is refused', () => {
  const leafIssuer = async (changes: Parameters<typeof leafSpec>[0]) => ({
    certificate: await certify(leafSpec(changes), p256, { certificate: await selfSigned({}), key: p256 }),
    key: p256,
  });

  test('an issuer with a key of another certificate', async () => {
    const issuer = { certificate: await selfSigned({}), key: made384 };
    await expect(certify(leafSpec(), p256, issuer)).rejects.toThrow(
      'CN=kubernetes cannot issue: its key belongs to a different certificate',
    );
  });

  test('an issuer that is not a CA, or that may not sign', async () => {
    const said = 'cannot issue: it is not a CA certificate, or its key usage does not include signing certificates';
    await expect(leafIssuer({}).then((issuer) => certify(leafSpec(), p256, issuer))).rejects.toThrow(said);
    const noSigner = await leafIssuer({ ca: true });
    await expect(certify(leafSpec(), p256, noSigner)).rejects.toThrow(said);
  });

  test.each([
    ['', 'the certificate of the issuer cannot be read'],
    ['-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n', 'x509: malformed tbs certificate'],
  ])('an issuer that is no certificate: %j', async (certificate, said) => {
    await expect(certify(leafSpec(), p256, { certificate, key: p256 })).rejects.toThrow(said);
  });

  test.each([
    ['a SAN that cannot be written', { sans: sansFrom('other:registeredID:2a') }, 'no subject alternative name'],
    ['an address that is none', { sans: sansFrom('IP:10.96.0') }, 'no subject alternative name'],
    ['a DNS name beyond ASCII', { sans: sansFrom('DNS:münchen') }, 'cannot be read back'],
    ['a usage without an OID', { extendedKeyUsage: ['servAuth'] }, 'no extended key usage is called servAuth'],
    ['parts of seconds', { notAfter: '2036-01-01T00:00:00.001Z' }, 'was not written as wanted: its notAfter'],
    ['what would not verify', { ca: false }, 'does not verify with the key of its issuer'],
  ])('%s', async (_, changes, said) => {
    await expect(selfSigned(changes)).rejects.toThrow(said);
  });

  test('a key that signs nothing', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    await expect(certify(authoritySpec(), privateKey, 'self')).rejects.toThrow(
      'no signatures are made with keys of type',
    );
  });
});
