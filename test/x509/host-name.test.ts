import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { formatIp, parseIp } from '../../src/x509/ip-address.ts';
import { verifyHostname } from '../../src/x509/verify/host-name.ts';
import { makeCertificate } from '../support/certificates.ts';
import { keyNamed } from '../support/keys.ts';

function server(commonName: string, sans: readonly string[] | null) {
  const key = keyNamed('server');
  const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };
  const usages = { keyUsage: null, usages: null, ca: null };
  return parseCertificate(
    makeCertificate({
      subject: [['CN', commonName]],
      issuer: [],
      key,
      signer: key,
      serial: 1n,
      ...dates,
      ...usages,
      sans,
    }),
  );
}

/** That many names of a type. */
const many = (type: 'DNS' | 'IP', count: number) =>
  Array.from({ length: count }, (_, index) => (type === 'IP' ? `IP:10.0.0.${index}` : `DNS:name-${index}`));

const apiserver = server('kube-apiserver', [
  'DNS:cp-1',
  'DNS:kubernetes.default',
  'IP:10.96.0.1',
  'IP:2001:db8::7',
  'DNS:*.example.com',
]);

describe('a server certificate', () => {
  test.each([
    'cp-1',
    'CP-1',
    'cp-1.',
    'kubernetes.default',
    '10.96.0.1',
    '[10.96.0.1]',
    '::ffff:10.96.0.1',
    '2001:db8:0::7',
    '[2001:db8::7]',
    'a.example.com',
  ])('is good for %s', (host) => {
    expect(verifyHostname(apiserver, host)).toBeUndefined();
  });

  const names = 'cp-1, kubernetes.default, *.example.com';
  test.each([
    [apiserver, 'cp-2', `x509: certificate is valid for ${names}, not cp-2`],
    [apiserver, 'a.b.example.com', `x509: certificate is valid for ${names}, not a.b.example.com`],
    [apiserver, '*.example.com.', `x509: certificate is valid for ${names}, not *.example.com.`],
    [apiserver, '', `x509: certificate is valid for ${names}, not `],
    [apiserver, '10.96.0.2', 'x509: certificate is valid for 10.96.0.1, 2001:db8::7, not 10.96.0.2'],
    [apiserver, '[::1]', 'x509: certificate is valid for 10.96.0.1, 2001:db8::7, not ::1'],
    [
      server('x', ['DNS:x']),
      '10.0.0.10',
      "x509: cannot validate certificate for 10.0.0.10 because it doesn't contain any IP SANs",
    ],
    [server('x', ['IP:10.0.0.10']), 'x', 'x509: certificate is not valid for any names, but wanted to match x'],
    [server('x', many('DNS', 100)), 'x', 'x509: certificate is valid for 100 names, but none matched x'],
    [
      server('x', many('IP', 100)),
      '192.0.2.1',
      'x509: certificate is valid for 100 IP SANs, but none matched 192.0.2.1',
    ],
    [server('etcd', null), 'etcd', 'x509: certificate relies on legacy Common Name field, use SANs instead'],
    [server('etcd', null), 'other', 'x509: certificate is not valid for any names, but wanted to match other'],
  ])('%#: refused in words of Go', (certificate, host, error) => {
    expect(verifyHostname(certificate, host)).toBe(error);
  });
});

test.each([
  ['192.0.2.10', '192.0.2.10'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
])('the address %s is written %s', (text, written) => {
  const bytes = parseIp(text);
  expect(bytes && formatIp(bytes)).toBe(written);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4.5',
  ':',
  ':::',
  '1::2::3',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  'fe80::1%eth0',
  '1.2.3.4::',
  '1:2:3:4:5:6:7:1.2.3.4',
])('"%s" is no address', (text) => {
  expect(parseIp(text)).toBeUndefined();
});
