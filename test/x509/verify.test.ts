import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/artifact/certificate.ts';
import { strictnessOfGo } from '../../src/tables/go-releases.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { type VerifyOptions, verify } from '../../src/x509/verify/verify.ts';
import { type CertificateFields, makeCertificate } from '../support/certificates.ts';
import { explicit, implicit, integer, octets, oid, sequence, set, tlv } from '../support/der.ts';
import { keyNamed } from '../support/keys.ts';
import { processorTime } from '../support/processor-time.ts';
import { tryParse } from './support/try-parse.ts';

const at = Date.parse('2026-06-01T12:00:00.5Z');

/** A certificate for `name` signed by `by`. Each name has one key. A name that starts with `leaf` is not a CA. */
function derOf(name: string, by: string, changes: Partial<CertificateFields> = {}): Buffer {
  const ca = !name.startsWith('leaf');
  return makeCertificate({
    subject: [['CN', name]],
    issuer: [['CN', by]],
    key: keyNamed(name),
    signer: keyNamed(by),
    serial: 1n,
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    keyUsage: ca ? ['keyCertSign'] : ['digitalSignature'],
    usages: ca ? null : ['serverAuth'],
    sans: ca ? null : ['DNS:a.example.com', 'IP:10.0.0.1'],
    ca: ca ? true : null,
    ...changes,
  });
}

const certify = (...given: Parameters<typeof derOf>): Certificate => parseCertificate(derOf(...given));

const root = certify('root', 'root');
const middle = certify('middle', 'root');
const leaf = certify('leaf', 'middle');

const pools = { roots: [root], intermediates: [middle] };
/** The error, or the chains by their common names. */
function judge(one: Certificate, options: Partial<VerifyOptions> = {}): string | string[] {
  const verdict = verify(one, { ...pools, at, ...options });
  if (!verdict.ok) return verdict.error;
  return verdict.chains.map((chain) => chain.map(({ subject }) => subject.commonName).join(' '));
}

const go = (version: string) => strictnessOfGo(version) ?? { takes: [] };

describe('a chain', () => {
  test('leads to any certificate that is trusted, by every way', () => {
    expect(judge(leaf)).toEqual(['leaf middle root']);
    expect(judge(leaf, { roots: [middle] })).toEqual(['leaf middle']);
    expect(judge(leaf, { roots: [middle, root, middle] })).toEqual(['leaf middle', 'leaf middle root']);
    expect(judge(leaf, { roots: [leaf], intermediates: [] })).toEqual(['leaf']);
  });

  test('tries the key that is named first', () => {
    const other = certify('middle', 'root', { key: keyNamed('other') });
    const second = certify('middle', 'root', { serial: 2n });
    const found = verify(leaf, { roots: [root], intermediates: [other, second, middle], at });
    expect(found.ok && found.chains.map((chain) => chain[1])).toEqual([second, middle]);
  });

  test('is missing in words that name the nearest candidate', () => {
    expect(judge(leaf, { intermediates: [] })).toBe('x509: certificate signed by unknown authority');
    const impostor = certify('middle', 'root', { key: keyNamed('other') });
    expect(judge(leaf, { intermediates: [impostor] })).toBe(
      'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "middle")',
    );
    const nameless = { issuer: sequence(), signer: keyNamed('root') };
    const candidate = certify('x', 'root', { subject: sequence(), key: keyNamed('other'), serial: 0x1234n });
    expect(judge(certify('leaf', '', nameless), { roots: [candidate] })).toMatch(/certificate "serial:4660"\)$/);
  });

  test('is not looked for without end', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const crossed = names.flatMap((name) => names.map((by) => certify(name, by)));
    const seconds = processorTime(() => {
      expect(judge(certify('leaf', 'a'), { intermediates: crossed })).toBe(
        'x509: signature check attempts limit reached while verifying certificate chain',
      );
    });
    expect(seconds).toBeLessThan(4);
  });
});

describe('every certificate of it', () => {
  const cannotSign =
    'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "middle")';

  test.each<[string, Partial<CertificateFields>, string | string[]]>([
    ['is an authority', { ca: false }, cannotSign],
    ['is one in version 1 too', { version: 1 }, 'x509: certificate is not authorized to sign other certificates'],
    ['may sign certificates', { keyUsage: ['cRLSign'] }, cannotSign],
    ['needs no key usage for that', { keyUsage: null }, ['leaf middle root']],
    [
      'is valid',
      { notAfter: new Date('2026-06-01T12:00:00Z') },
      'x509: certificate has expired or is not yet valid: current time 2026-06-01T12:00:00Z is after 2026-06-01T12:00:00Z',
    ],
    [
      'is valid already',
      { notBefore: new Date('2026-06-01T12:00:01Z') },
      'x509: certificate has expired or is not yet valid: current time 2026-06-01T12:00:00Z is before 2026-06-01T12:00:01Z',
    ],
    ['allows the usage', { usages: ['clientAuth'] }, 'x509: certificate specifies an incompatible key usage'],
    ['allows any usage', { usages: ['anyExtendedKeyUsage'] }, ['leaf middle root']],
    ['allows a path of that length', { pathLength: 0 }, ['leaf middle root']],
    [
      'has no critical extension that is not understood',
      { extensions: [{ oid: '1.2.3.4', critical: true, value: octets(Buffer.alloc(0)) }] },
      'x509: unhandled critical extension',
    ],
  ])('%s', (_, changes, answer) => {
    expect(judge(leaf, { intermediates: [certify('middle', 'root', changes)] })).toEqual(answer);
  });

  test('counts, the root too', () => {
    expect(judge(leaf, { roots: [certify('root', 'root', { notAfter: new Date('2026-02-01') })] })).toMatch(
      /has expired/,
    );
    expect(judge(leaf, { roots: [certify('root', 'root', { usages: ['clientAuth'] })] })).toMatch(/incompatible/);
    expect(judge(leaf, { roots: [certify('root', 'root', { pathLength: 0 })] })).toBe(
      'x509: too many intermediates for path length constraint',
    );
  });
});

test('one of several usages suffices, all the way', () => {
  const client = certify('leaf', 'middle', { usages: ['clientAuth', '1.2.3.4'] });
  const incompatible = 'x509: certificate specifies an incompatible key usage';
  expect(judge(client)).toBe(incompatible);
  expect(judge(client, { usages: ['serverAuth', 'clientAuth'] })).toEqual(['leaf middle root']);
  expect(judge(client, { usages: ['1.2.3.4'] })).toEqual(['leaf middle root']);
  expect(judge(client, { usages: ['1.3.6.1.5.5.7.3.2'] })).toEqual(['leaf middle root']);
  expect(judge(client, { usages: ['any'] })).toEqual(['leaf middle root']);
  const serverOnly = [certify('middle', 'root', { usages: ['serverAuth'] })];
  expect(judge(client, { usages: ['serverAuth', 'clientAuth'], intermediates: serverOnly })).toBe(incompatible);
});

test('the host is one of the names', () => {
  expect(judge(leaf, { host: '10.0.0.1' })).toEqual(['leaf middle root']);
  expect(judge(leaf, { host: 'b.example.com' })).toBe(
    'x509: certificate is valid for a.example.com, not b.example.com',
  );
});

const dns = (text: string) => sequence(implicit(2, Buffer.from(text)));
const constrained = (permitted: Buffer[], excluded: Buffer[]) =>
  certify('middle', 'root', {
    extensions: [{ oid: '2.5.29.30', value: sequence(explicit(0, ...permitted), explicit(1, ...excluded)) }],
  });

describe('name constraints', () => {
  const unauthorized = 'x509: a root or intermediate certificate is not authorized to sign for this name: ';
  const ip = (hex: string) => sequence(implicit(7, Buffer.from(hex, 'hex')));
  const mail = (text: string) => sequence(implicit(1, Buffer.from(text)));
  const uri = (text: string) => sequence(implicit(6, Buffer.from(text)));

  test.each<[string[], Buffer[], Buffer[], string]>([
    [['DNS:a.example.com'], [dns('example.com')], [], ''],
    [['DNS:example.com'], [dns('.example.com')], [], 'DNS name "example.com" is not permitted by any constraint'],
    [
      ['DNS:a.example.com'],
      [],
      [dns('example.com')],
      'DNS name "a.example.com" is excluded by constraint "example.com"',
    ],
    [['IP:10.0.0.1'], [ip('0a000000ff000000')], [], ''],
    [['IP:10.0.0.1'], [], [ip('0a000000ff000000')], 'IP address "10.0.0.1" is excluded by constraint "10.0.0.0/8"'],
    [['IP:2001:db8::1'], [ip('0a000000ff000000')], [], 'IP address "2001:db8::1" is not permitted by any constraint'],
    [['email:Me@example.com'], [mail('Me@EXAMPLE.com')], [], ''],
    [
      ['email:me@example.com'],
      [mail('Me@example.com')],
      [],
      'email address "me@example.com" is not permitted by any constraint',
    ],
    [
      ['email:me@a.example.com'],
      [],
      [mail('.example.com')],
      'email address "me@a.example.com" is excluded by constraint ".example.com"',
    ],
    [['URI:https://a.example.com:80/x'], [uri('.example.com')], [], ''],
    [
      ['URI:https://10.0.0.1/'],
      [uri('example.com')],
      [],
      'URI with IP ("https://10.0.0.1/") cannot be matched against constraints',
    ],
    [
      ['URI:mailto:me'],
      [uri('example.com')],
      [],
      'URI with empty host ("mailto:me") cannot be matched against constraints',
    ],
  ])('%s', (sans, permitted, excluded, error) => {
    const answer = judge(certify('leaf', 'middle', { sans }), { intermediates: [constrained(permitted, excluded)] });
    expect(answer).toEqual(error === '' ? ['leaf middle root'] : unauthorized + error);
  });

  test('want names that can be understood', () => {
    const judged = (san: string) =>
      judge(certify('leaf', 'middle', { sans: [san] }), { intermediates: [constrained([dns('')], [])] });
    expect(judged('DNS:example.com.')).toBe('x509: cannot parse dnsName "example.com."');
    expect(judged('email:nobody')).toBe('x509: cannot parse rfc822Name {"" ""}');
  });

  test('are not compared without end', () => {
    const many = Array.from({ length: 600 }, (_, i) => dns(`n${i}.example.org`));
    const sans = Array.from({ length: 600 }, (_, i) => `DNS:n${i}.example.com`);
    const seconds = processorTime(() => {
      expect(judge(certify('leaf', 'middle', { sans }), { intermediates: [constrained([], many)] })).toBe(
        'x509: unknown error',
      );
    });
    expect(seconds).toBeLessThan(4);
  });

  test('cost no more if they have a thousand labels in common', () => {
    const tail = Array(1000).fill('a').join('.');
    const many = Array.from({ length: 400 }, (_, i) => dns(`b${i}.${tail}`));
    const sans = Array.from({ length: 400 }, (_, i) => `DNS:c${i}.${tail}`);
    const seconds = processorTime(() => {
      judge(certify('leaf', 'middle', { sans }), { intermediates: [constrained([], many)] });
    });
    expect(seconds).toBeLessThan(4);
  });
});

describe('policies', () => {
  const held = (...ids: string[]) => ({ oid: '2.5.29.32', value: sequence(...ids.map((id) => sequence(oid(id)))) });
  const mapped = (from: string, to: string) => ({ oid: '2.5.29.33', value: sequence(sequence(oid(from), oid(to))) });
  const required = { oid: '2.5.29.36', critical: true, value: sequence(implicit(0, Buffer.from([0]))) };
  const noAny = { oid: '2.5.29.54', critical: true, value: integer(0n) };
  const invalid = 'x509: no valid chains built: all candidate chains have invalid policies';
  const [one, two, any] = ['1.2.3.1', '1.2.3.2', '2.5.29.32.0'];

  test.each<[string, Parameters<typeof held>[0][], NonNullable<CertificateFields['extensions']>, boolean]>([
    ['a policy all the way', [one], [held(one), required], true],
    ['none where one is required', [], [held(one), required], false],
    ['none where none is required', [], [held(one)], true],
    ['another', [two], [held(one), required], false],
    ['any, below', [any], [held(one), required], true],
    ['any, where it counts for nothing', [any], [held(one), required, noAny], false],
    ['one under any', [one], [held(any), required], true],
    ['one that is declared equal', [two], [held(one), mapped(one, two), required], true],
    ['one that was mapped away', [one], [held(one), mapped(one, two), required], false],
    ['a mapping of any', [one], [held(one), mapped(any, two)], false],
  ])('%s', (_, leafPolicies, extensions, valid) => {
    const one = certify('leaf', 'middle', leafPolicies.length > 0 ? { extensions: [held(...leafPolicies)] } : {});
    const intermediates = [certify('middle', 'root', { extensions })];
    expect(judge(one, { intermediates })).toEqual(valid ? ['leaf middle root'] : invalid);
  });
});

describe('how Go changed', () => {
  const parsed = (der: Buffer, version: string) => {
    const read = tryParse(() => parseCertificate(der, go(version)));
    return 'error' in read ? read.error : undefined;
  };

  test.each<[string, Partial<CertificateFields>, string, string, string]>([
    ['negative serials', { serial: -5n }, '1.22', '1.23', 'x509: negative serial number'],
    ['negative path lengths', { pathLength: -1 }, '1.24', '1.25', 'x509: invalid basic constraints'],
    [
      'surrogates',
      { subject: sequence(set(sequence(oid('2.5.4.3'), tlv(0x1e, Buffer.from('d83dde00', 'hex'))))) },
      '1.24',
      '1.25',
      'x509: invalid RDNSequence: invalid attribute value: invalid BMPString',
    ],
    [
      'two extensions of a kind',
      { extensions: [1, 2].map(() => ({ oid: '1.2.3.4', value: octets(Buffer.alloc(0)) })) },
      '1.18',
      '1.19',
      'x509: certificate contains duplicate extension with OID "1.2.3.4"',
    ],
    ['a final dot', { sans: ['DNS:example.com.'] }, '1.24.7', '1.24.8', 'x509: SAN dNSName is malformed'],
    ['an empty name', { sans: ['DNS:'] }, '1.25.3', '1.25.2', 'x509: SAN dNSName is malformed'],
  ])('%s', (_, changes, takes, refuses, error) => {
    const der = derOf('root', 'root', changes);
    expect(parsed(der, takes)).toBeUndefined();
    expect(parsed(der, refuses)).toBe(error);
  });

  test('a negative serial keeps its sign', () => {
    expect(parseCertificate(derOf('root', 'root', { serial: -0x1234n }), go('1.22')).serial).toBe('-1234');
  });

  test('SHA-1', () => {
    const old = certify('leaf', 'middle', { hash: 'sha1' });
    expect(judge(old, { strictness: go('1.17') })).toEqual(['leaf middle root']);
    expect(judge(old, { strictness: go('1.18') })).toMatch(/insecure algorithm ECDSA-SHA1/);
  });

  test('short RSA keys', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 768 });
    const roots = [certify('root', 'root', { key, signer: key })];
    const signed = certify('leaf', 'root', { signer: key });
    expect(judge(signed, { roots, strictness: go('1.23') })).toEqual(['leaf root']);
    expect(judge(signed, { roots, strictness: go('1.24') })).toMatch(/crypto\/rsa: 768-bit keys are insecure/);
  });

  test('policies', () => {
    const extensions = [{ oid: '2.5.29.36', critical: true, value: sequence(implicit(0, Buffer.from([0]))) }];
    const der = derOf('middle', 'root', { extensions });
    const judged = (version: string) =>
      judge(leaf, { intermediates: [parseCertificate(der, go(version))], strictness: go(version) });
    expect(judged('1.23')).toBe('x509: unhandled critical extension');
    expect(judged('1.24')).toMatch(/invalid policies$/);
  });

  test('a wildcard over an excluded name', () => {
    const wild = certify('leaf', 'middle', { sans: ['DNS:*.example.com'] });
    const intermediates = [constrained([], [dns('a.example.com')])];
    expect(judge(wild, { intermediates, strictness: go('1.25.4') })).toEqual(['leaf middle root']);
    expect(judge(wild, { intermediates, strictness: go('1.25.5') })).toMatch(
      /"\*.example.com" is excluded by constraint/,
    );
    expect(judge(wild, { intermediates: [constrained([dns('a.example.com')], [])] })).toMatch(/not permitted/);
  });
});
