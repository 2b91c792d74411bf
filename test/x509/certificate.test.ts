import { sampled } from '../support/extent.ts';
import 'reflect-metadata';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  X509Certificate as PeculiarCertificate,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/artifact/certificate.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { hex } from '../../src/x509/der.ts';
import { extendedKeyUsageNames, keyUsages } from '../../src/x509/oids.ts';
import {
  bits,
  boolean,
  children,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  text,
  tlv,
} from '../support/der.ts';
import { processorTime } from '../support/processor-time.ts';
import { seededRandom } from '../support/random.ts';
import { corpusDer, pathValidationCases, rareCertificates } from './support/der-samples.ts';
import { mutateDer } from './support/mutate-der.ts';
import { tryParse } from './support/try-parse.ts';

let real: Uint8Array[] = [];
beforeAll(async () => {
  real = (await corpusDer()).certificates;
});

const twice = (words: string) => [words, words];
const derOf = (pem: string) => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');
const bitNames = (mask: number) => keyUsages.filter((_, bit) => (mask >> bit) & 1);
const sansOf = ({ sans }: Certificate) => sans?.map(({ type, value }) => `${type}:${value}`);

/** Go shortens IPv6 addresses; others write them in full. */
const shorten = (address: string) =>
  address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;

function comparePeculiar(der: Uint8Array, ours: Certificate): void {
  const theirs = new PeculiarCertificate(Buffer.from(der));
  expect(BigInt(`0x${ours.serial}`)).toBe(BigInt(`0x${theirs.serialNumber}`));
  expect(ours.notBefore).toBe(theirs.notBefore.getTime());
  expect(ours.notAfter).toBe(theirs.notAfter.getTime());
  expect(hex(ours.publicKey.spki)).toBe(hex(new Uint8Array(theirs.publicKey.rawData)));
  expect(hex(ours.signature)).toBe(hex(new Uint8Array(theirs.signature)));
  expect(ours.subject.commonName).toBe(theirs.subjectName.getField('CN').at(-1) ?? '');
  expect(ours.subject.organizations).toEqual(theirs.subjectName.getField('O'));
  expect(ours.issuer.der).toBe(hex(new Uint8Array(theirs.issuerName.toArrayBuffer())));
  expect(ours.keyUsage).toEqual(
    theirs.getExtension(KeyUsagesExtension) && bitNames(theirs.getExtension(KeyUsagesExtension)?.usages ?? 0),
  );
  expect(ours.extendedKeyUsage).toEqual(
    theirs
      .getExtension(ExtendedKeyUsageExtension)
      ?.usages.map((usage) => extendedKeyUsageNames[String(usage)] ?? usage),
  );
  const constraints = theirs.getExtension(BasicConstraintsExtension);
  expect(ours.basicConstraints?.ca).toBe(constraints?.ca);
  expect(ours.basicConstraints?.pathLength).toBe(constraints?.pathLength);
  expect(ours.subjectKeyId).toBe(theirs.getExtension(SubjectKeyIdentifierExtension)?.keyId);
  expect(ours.authorityKeyId).toBe(theirs.getExtension(AuthorityKeyIdentifierExtension)?.keyId);
  const names = theirs.getExtension(SubjectAlternativeNameExtension)?.names.items;
  expect(sansOf(ours)).toEqual(
    names?.map(({ type, value }) => (type === 'dns' ? `DNS:${value}` : `IP:${shorten(value)}`)),
  );
  expect(ours.extensions.map((extension) => [extension.oid, extension.critical, hex(extension.value)])).toEqual(
    theirs.extensions.map(({ type, critical, value }) => [type, critical, hex(new Uint8Array(value))]),
  );
}

describe('every certificate of the real nodes', () => {
  test('reads like @peculiar/x509', () => {
    expect(real.length).toBeGreaterThan(100);
    for (const der of real) comparePeculiar(der, parseCertificate(der));
  });

  test('reads like node:crypto', () => {
    for (const der of real) {
      const [ours, theirs] = [parseCertificate(der), new NodeCertificate(der)];
      expect(ours.fingerprint256).toBe(theirs.fingerprint256.replaceAll(':', '').toLowerCase());
      expect(ours.notBefore).toBe(Date.parse(theirs.validFrom));
      expect(ours.notAfter).toBe(Date.parse(theirs.validTo));
      expect(ours.basicConstraints?.ca ?? false).toBe(theirs.ca);
      expect(ours.publicKey.bits).toBe(theirs.publicKey.asymmetricKeyDetails?.modulusLength ?? 256);
      expect(ours.subject.text.split(', ').join('\n')).toBe(theirs.subject ?? '');
    }
  });

  test('of path validation cases is refused only where Go refuses it', () => {
    const refused = pathValidationCases.flatMap(({ id, leaf, goError }) => {
      const read = tryParse(() => parseCertificate(derOf(leaf)));
      return 'error' in read ? [[id, read.error, goError]] : [];
    });
    expect(refused).toEqual([
      // These cases were recorded with GODEBUG x509negativeserial=1, the default for modules that require a Go before
      // 1.23.
      ['rfc5280::serial::negative', 'x509: negative serial number', ''],
      [
        'rfc5280::mismatching-signature-algorithm',
        ...twice("x509: inner and outer signature algorithm identifiers don't match"),
      ],
      ['webpki::explicit-curve', ...twice('x509: invalid ECDSA parameters')],
    ]);
  });
});

test('rare extensions, names and strings', () => {
  const certificate = parseCertificate(rareCertificates()[0] as Uint8Array);
  expect(certificate.serial).toBe('80abcdef');
  expect(certificate.notBefore).toBe(Date.UTC(1999, 1, 28, 23, 59, 59));
  expect(certificate.notAfter).toBe(Date.UTC(2066, 1, 28));
  expect(certificate.subject.text).toBe('OU=Zürich, OU=Printable, OU=T61, OU=IA5@, OU=12 34, CN=host');
  expect(certificate.issuer).toMatchObject({
    text: 'CN=a\\, b\\+c\\=d, O=one, O=two'.replace('\\=', '='),
    commonName: 'a, b+c=d',
    organizations: ['one', 'two'],
  });
  expect(certificate.keyUsage).toEqual(['keyCertSign', 'decipherOnly']);
  expect(certificate.extendedKeyUsage).toEqual(['serverAuth', 'anyExtendedKeyUsage', '1.3.6.1.4.1.99999.7']);
  expect(certificate.basicConstraints).toEqual({ ca: true, pathLength: 2 });
  expect(sansOf(certificate)).toEqual(
    expect.arrayContaining(['DNS:*.example.com', 'email:a@example.com', 'IP:2001:db8::7', 'other:directoryName:3000']),
  );
  expect(certificate.unhandledCritical).toEqual([]);
});

/** Builds a certificate from parts. Its signature is never checked. */
function assemble(
  parts: Partial<
    Record<'version' | 'serial' | 'algorithm' | 'issuer' | 'validity' | 'spki' | 'extensions', Uint8Array>
  >,
) {
  const spki = children(children(real[0] as Uint8Array)[0] as Uint8Array)[6] as Uint8Array;
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const tbs = sequence(
    parts.version ?? explicit(0, integer(2n)),
    parts.serial ?? integer(1n),
    parts.algorithm ?? algorithm,
    parts.issuer ?? sequence(),
    parts.validity ?? sequence(tlv(0x17, Buffer.from('260101000000Z')), tlv(0x18, Buffer.from('20500101000000Z'))),
    sequence(),
    parts.spki ?? spki,
    ...(parts.extensions ? [explicit(3, parts.extensions)] : []),
  );
  return sequence(tbs, algorithm, bits(Buffer.from('sig')));
}

const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value)));
const utc = (value: string) => sequence(tlv(0x17, Buffer.from(value)), tlv(0x17, Buffer.from(value)));
const san = (name: Uint8Array) => extension('2.5.29.17', sequence(name));

const refusals: [string, () => Uint8Array, string][] = [
  ['nothing', () => Buffer.alloc(0), 'x509: malformed certificate'],
  ['what follows', () => Buffer.concat([assemble({}), Buffer.from([0])]), 'x509: trailing data'],
  ['version 4', () => assemble({ version: explicit(0, integer(3n)) }), 'x509: invalid version'],
  ['a negative serial', () => assemble({ serial: integer(-1n) }), 'x509: negative serial number'],
  ['a long form of a serial', () => assemble({ serial: tlv(2, Buffer.from([0, 1])) }), 'x509: malformed serial number'],
  [
    'another algorithm inside',
    () => assemble({ algorithm: sequence(oid('1.2.3')) }),
    "x509: inner and outer signature algorithm identifiers don't match",
  ],
  [
    'an @ in a PrintableString',
    () => assemble({ issuer: sequence(set(sequence(oid('2.5.4.3'), tlv(0x13, Buffer.from('@'))))) }),
    'x509: invalid RDNSequence: invalid attribute value: invalid PrintableString',
  ],
  [
    'broken UTF-8',
    () => assemble({ issuer: sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from([0xff]))))) }),
    'x509: invalid RDNSequence: invalid attribute value: invalid UTF-8 string',
  ],
  ['the 30th of February', () => assemble({ validity: utc('260230000000Z') }), 'x509: malformed UTCTime'],
  ['a zone of zero', () => assemble({ validity: utc('260228000000+0000') }), 'x509: malformed UTCTime'],
  [
    'a time without seconds',
    () => assemble({ validity: sequence(tlv(0x18, Buffer.from('202601010000Z'))) }),
    'x509: malformed GeneralizedTime',
  ],
  ['a time in text', () => assemble({ validity: sequence(text('x')) }), 'x509: unsupported time format'],
  [
    'RSA without NULL',
    () => assemble({ spki: sequence(sequence(oid('1.2.840.113549.1.1.1')), bits(sequence(integer(3n), integer(3n)))) }),
    'x509: RSA key missing NULL parameters',
  ],
  [
    'a point off its curve',
    () =>
      assemble({
        spki: sequence(
          sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')),
          bits(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])),
        ),
      }),
    'x509: failed to unmarshal elliptic curve point',
  ],
  [
    'an extension twice',
    () =>
      assemble({
        extensions: sequence(
          sequence(oid('2.5.29.15'), octets(bits(Buffer.from([1])))),
          sequence(oid('2.5.29.15'), octets(bits(Buffer.from([1])))),
        ),
      }),
    'x509: certificate contains duplicate extension with OID "2.5.29.15"',
  ],
  [
    'an IP of 5 bytes',
    () => assemble({ extensions: san(implicit(7, Buffer.alloc(5))) }),
    'x509: cannot parse IP address of length 5',
  ],
  [
    'a name beyond ASCII',
    () => assemble({ extensions: san(implicit(2, Buffer.from('ü'))) }),
    'x509: SAN dNSName is malformed',
  ],
  [
    'a URI with a space in its host',
    () => assemble({ extensions: san(implicit(6, Buffer.from('http://a b/'))) }),
    'x509: cannot parse URI "http://a b/": parse "http://a b/": invalid character " " in host name',
  ],
  [
    'a critical key identifier',
    () => assemble({ extensions: extension('2.5.29.14', octets(Buffer.from('id')), true) }),
    'x509: subject key identifier incorrectly marked critical',
  ],
  [
    'a path length of text',
    () => assemble({ extensions: extension('2.5.29.19', sequence(boolean(true), tlv(2))) }),
    'x509: invalid basic constraints',
  ],
  [
    'empty name constraints',
    () => assemble({ extensions: extension('2.5.29.30', sequence(explicit(0))) }),
    'x509: empty name constraints extension',
  ],
];

describe('refused in the words of Go:', () => {
  test.each(refusals)('%s', (_, make, message) => {
    expect(() => parseCertificate(make())).toThrow(expect.objectContaining({ name: 'ParseError', message }));
  });

  test('the same parts, whole, are taken', () => {
    expect(parseCertificate(assemble({ extensions: san(implicit(2, Buffer.from('a'))) })).version).toBe(3);
  });
});

test('a critical extension that Go does not know is kept for verification', () => {
  const certificate = parseCertificate(assemble({ extensions: extension('1.2.3.4', Buffer.from([5, 0]), true) }));
  expect(certificate.unhandledCritical).toEqual(['1.2.3.4']);
  const otherNames = parseCertificate(assemble({ extensions: extension('2.5.29.17', sequence(explicit(4)), true) }));
  expect(otherNames.unhandledCritical).toEqual(['2.5.29.17']);
});

describe('hostile bytes', () => {
  test('never raise anything but a ParseError', () => {
    const samples = [...real.slice(0, 10), ...rareCertificates()];
    fc.assert(
      fc.property(fc.integer(), fc.nat(samples.length - 1), (seed, i) => {
        tryParse(() => parseCertificate(mutateDer(samples[i] as Uint8Array, seededRandom(seed))));
      }),
      { numRuns: sampled(1000, 10_000), seed: 1 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        tryParse(() => parseCertificate(bytes));
      }),
      { numRuns: sampled(500, 5000), seed: 1 },
    );
  });

  test('nested a million deep, or of huge integers, are done with at once', () => {
    const seconds = processorTime(() => {
      const nested = Buffer.alloc(2_000_000, Buffer.from([0x30, 0x80]));
      expect(() => parseCertificate(nested)).toThrow('x509: malformed certificate');
      let deep: Buffer = integer(1n);
      for (let i = 0; i < 2000; i++) deep = sequence(deep);
      expect(() => parseCertificate(deep)).toThrow('x509: malformed serial number');
      const huge = sequence(tlv(2, Buffer.alloc(500_001, 0xff).fill(0, 0, 1)), integer(65537n));
      const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), tlv(5)), bits(huge));
      expect(parseCertificate(assemble({ spki })).publicKey.bits).toBe(4_000_000);
    });
    expect(seconds).toBeLessThan(4);
  });
});
