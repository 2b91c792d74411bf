import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../src/artifact/certificate.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { buildChain, issues } from '../../src/x509/verify/chain.ts';
import { checkSignatureFrom } from '../../src/x509/verify/signature.ts';
import { type CertificateFields, makeCertificate } from '../support/certificates.ts';
import { type KeyType, keyNamed } from '../support/keys.ts';
import { processorTime } from '../support/processor-time.ts';
import { pathValidationCases } from './support/der-samples.ts';
import { tryParse } from './support/try-parse.ts';

/** A certificate for `name` signed by `by`. Each name has one key. */
function certify(
  name: string,
  by: string,
  changes: Partial<CertificateFields> = {},
  type: KeyType = 'P-256',
): Certificate {
  return parseCertificate(
    makeCertificate({
      subject: [['CN', name]],
      issuer: [['CN', by]],
      key: keyNamed(name),
      signer: keyNamed(by, type),
      serial: 1n,
      notBefore: new Date('2026-01-01'),
      notAfter: new Date('2027-01-01'),
      keyUsage: ['keyCertSign'],
      usages: null,
      sans: null,
      ca: true,
      ...changes,
    }),
  );
}

const leafOf = (by: string) => certify('leaf', by, { ca: false, keyUsage: ['digitalSignature'] });
const namesOf = (chain: readonly Certificate[] | undefined) => chain?.map(({ subject }) => subject.commonName);
const [root, middle, low] = [certify('root', 'root'), certify('middle', 'root'), certify('low', 'middle')];

describe('who issued whom', () => {
  test('takes the name, the signature and the right to sign', () => {
    expect(issues(root, middle)).toBe(true);
    expect(issues(root, low)).toBe(false);
    expect(issues(certify('root', 'root', { key: keyNamed('impostor') }), middle)).toBe(false);
  });

  test.each<[string, Certificate, Certificate, string | undefined]>([
    ['a CA', middle, root, undefined],
    [
      'no CA',
      middle,
      certify('root', 'root', { ca: false }),
      'x509: invalid signature: parent certificate cannot sign this kind of certificate',
    ],
    [
      'no constraints',
      middle,
      certify('root', 'root', { ca: null }),
      'x509: invalid signature: parent certificate cannot sign this kind of certificate',
    ],
    ['version 1', middle, certify('root', 'root', { version: 1 }), undefined],
    [
      'no right to sign',
      middle,
      certify('root', 'root', { keyUsage: ['cRLSign'] }),
      'x509: invalid signature: parent certificate cannot sign this kind of certificate',
    ],
    ['no key usage', middle, certify('root', 'root', { keyUsage: null }), undefined],
    ['another key', middle, certify('root', 'root', { key: keyNamed('impostor') }), 'x509: ECDSA verification failure'],
    [
      'an RSA key',
      middle,
      certify('root', 'root', { key: keyNamed('rsa', 'RSA-2048') }),
      'x509: signature algorithm specifies an ECDSA public key, but have public key of type *rsa.PublicKey',
    ],
    [
      'SHA-1',
      certify('middle', 'root', { hash: 'sha1' }),
      root,
      'x509: cannot verify signature: insecure algorithm ECDSA-SHA1',
    ],
  ])('in words of Go: %s', (_, child, parent, error) => {
    expect(checkSignatureFrom(child, parent)).toBe(error);
  });

  test('for every kind of key', () => {
    for (const type of ['P-384', 'P-521', 'RSA-2048', 'Ed25519'] as const) {
      const key = keyNamed(`ca ${type}`, type);
      const ca = certify('ca', 'ca', { key, signer: key });
      expect(checkSignatureFrom(ca, ca)).toBeUndefined();
      const other = { ...ca, tbs: ca.tbs.slice().fill(0, 40, 41) };
      expect(checkSignatureFrom(other, ca)).toMatch(/verification (failure|error)$/);
    }
  });

  test('of more keys than are kept', () => {
    const all = Array.from({ length: 220 }, (_, index) => certify(`ca ${index}`, `ca ${index}`));
    for (const [index, ca] of all.entries()) {
      expect(checkSignatureFrom(ca, ca)).toBeUndefined();
      const other = all[(index + 1) % all.length] ?? root;
      expect(checkSignatureFrom(ca, other)).toBe('x509: ECDSA verification failure');
    }
  });
});

describe('a chain', () => {
  test('ends at the first anchor', () => {
    expect(namesOf(buildChain(leafOf('low'), [low, middle], [root]))).toEqual(['leaf', 'low', 'middle', 'root']);
    expect(namesOf(buildChain(leafOf('low'), [low, middle, root], [middle]))).toEqual(['leaf', 'low', 'middle']);
    expect(namesOf(buildChain(leafOf('root'), [], [root]))).toEqual(['leaf', 'root']);
  });

  test('may be only the leaf, if it is trusted itself', () => {
    const leaf = leafOf('root');
    expect(buildChain(leaf, [], [leaf])).toEqual([leaf]);
  });

  test('needs every link', () => {
    expect(buildChain(leafOf('low'), [middle], [root])).toBeUndefined();
    expect(buildChain(leafOf('low'), [low, middle], [])).toBeUndefined();
    expect(
      buildChain(leafOf('low'), [low, middle], [certify('root', 'root', { key: keyNamed('new root') })]),
    ).toBeUndefined();
  });

  test('keeps to path lengths', () => {
    const short = certify('root', 'root', { pathLength: 0 });
    expect(buildChain(leafOf('root'), [], [short])).toBeDefined();
    expect(buildChain(leafOf('middle'), [middle], [short])).toBeUndefined();
  });

  test('finds the right one of several of a name', () => {
    const impostors = Array.from({ length: 5 }, (_, i) => certify('root', 'root', { key: keyNamed(`impostor ${i}`) }));
    expect(buildChain(leafOf('root'), [], [...impostors, root])?.[1]).toBe(root);
  });

  test('is not looked for without end', () => {
    const crossed = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((name, _, all) => all.map((by) => certify(name, by)));
    const seconds = processorTime(() => {
      expect(buildChain(leafOf('a'), crossed, [root])).toBeUndefined();
    });
    expect(seconds).toBeLessThan(4);
  });

  test.each(pathValidationCases.map((row) => [row.id, row] as const))('as Go builds it: %s', (id, row) => {
    const parse = (text: string) => {
      const read = tryParse(() => parseCertificate(Buffer.from(text.replace(/-----.*-----/g, ''), 'base64')));
      return 'error' in read ? [] : [read.value];
    };
    const [leaf] = parse(row.leaf);
    if (leaf === undefined) {
      expect(row.go === 'FAILURE' || id === 'rfc5280::serial::negative').toBe(true);
      return;
    }
    const chain = buildChain(leaf, row.intermediates.flatMap(parse), row.trusted.flatMap(parse));
    if (row.go === 'SUCCESS') expect(chain).toBeDefined();
    if (row.goError.endsWith('signed by unknown authority')) expect(chain).toBeUndefined();
  });
});
