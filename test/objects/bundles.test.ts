/** What a caBundle may contain, for each kind of object that has one, and what kube-apiserver says of it. */
import { describe, expect, it } from 'vitest';
import { certificatePem } from '../support/certificates.ts';
import { pem } from '../support/der.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed } from '../support/keys.ts';
import { lintObjects } from './harness.ts';
import {
  apiService,
  base64,
  conversion,
  documents,
  server,
  servingSecret,
  webhookCa,
  webhookConfiguration,
} from './objects.ts';

const root = makeAuthority('root');
const between = makeAuthority('between', {}, root);
const ca = webhookCa();
const ended = webhookCa({ notAfter: '2026-11-01' });
const other = webhookCa({ key: keyNamed('other webhook-ca') });
const textOf = (...authorities: readonly { readonly certificate: Uint8Array }[]) =>
  certificatePem(...authorities.map(({ certificate }) => certificate));
const serving = { sans: ['DNS:policy.shop.svc'], usages: ['serverAuth'], ca: false } as const;
const selfSigned = makeAuthority('policy', serving);
const issued = makeAuthority('policy', serving, ca);
const secretWith = (crt: string) => servingSecret(ca).replace(/tls\.crt: .*/, `tls.crt: ${base64(crt)}`);

const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const key = pem('PRIVATE KEY', Buffer.alloc(48));
const unread = 'unable to load root certificates: ';
const unverified = 'tls: failed to verify certificate: x509: ';

interface Row {
  readonly name: string;
  /** The text of the bundle, without base64. */
  readonly bundle: string;
  readonly secret: string;
  /** What kube-apiserver says; undefined if it works. */
  readonly error?: string;
  /** Whether nothing in the bundle can verify anything. */
  readonly isBroken?: true;
}

const rows: readonly Row[] = [
  { name: 'a CA', bundle: textOf(ca), secret: servingSecret(ca) },
  { name: 'text before it', bundle: `some words\n${textOf(ca)}`, secret: servingSecret(ca) },
  { name: 'a broken block next to it', bundle: `${broken}${textOf(ca)}`, secret: servingSecret(ca) },
  { name: 'an ended CA and the right one', bundle: textOf(ended, ca), secret: servingSecret(ca) },
  { name: 'the certificate itself, self-signed', bundle: textOf(selfSigned), secret: secretWith(textOf(selfSigned)) },
  { name: 'the certificate itself, issued', bundle: textOf(issued), secret: secretWith(textOf(issued)) },
  { name: 'only an intermediate', bundle: textOf(between), secret: servingSecret(between) },
  {
    name: 'a root, and a certificate without its intermediate',
    bundle: textOf(root),
    secret: servingSecret(between),
    error: `${unverified}certificate signed by unknown authority`,
  },
  {
    name: 'a different CA of the same name',
    bundle: textOf(other),
    secret: servingSecret(ca),
    error: `${unverified}certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "webhook-ca")`,
  },
  {
    name: 'a CA that has ended',
    bundle: textOf(ended),
    secret: servingSecret(ended),
    error: `${unverified}certificate has expired or is not yet valid: current time 2026-12-01T00:00:00Z is after 2026-11-01T00:00:00Z`,
    isBroken: true,
  },
  ...[
    { name: 'a line break', bundle: '\n', error: `${unread}unable to parse bytes as PEM block` },
    { name: 'text', bundle: 'the CA', error: `${unread}unable to parse bytes as PEM block` },
    {
      name: 'a CA in base64 twice',
      bundle: base64(textOf(ca)),
      error: `${unread}unable to parse bytes as PEM block`,
    },
    { name: 'a private key', bundle: key, error: `${unread}no valid certificate authority data seen` },
    {
      name: 'a certificate that is not DER',
      bundle: broken,
      error: `${unread}failed to parse certificate: x509: malformed certificate`,
    },
  ].map((row) => ({ ...row, secret: servingSecret(ca), isBroken: true as const })),
  {
    name: 'a certificate for a different name, of a different CA: the name is checked first',
    bundle: textOf(other),
    secret: servingSecret(ca, { sans: ['DNS:policy'] }),
    error: `${unverified}certificate is valid for policy, not policy.shop.svc`,
  },
  {
    name: 'a certificate for a client',
    bundle: textOf(ca),
    secret: servingSecret(ca, { usages: ['clientAuth'] }),
    error: `${unverified}certificate specifies an incompatible key usage`,
  },
  {
    name: 'a certificate followed by one that cannot be parsed',
    bundle: textOf(ca),
    secret: secretWith(`${textOf(issued)}${broken}`),
    error: 'tls: failed to parse certificate from server: x509: malformed certificate',
  },
];

const webhookFails = 'Internal error occurred: failed calling webhook "policy.example.test": ';
const call = 'Post "https://policy.shop.svc:443';
const kinds = [
  {
    kind: 'a webhook',
    rule: 'webhook',
    objectWith: webhookConfiguration,
    unreadable: `${webhookFails}could not get REST client: `,
    called: `${webhookFails}failed to call webhook: ${call}?timeout=10s": `,
  },
  {
    kind: 'an APIService',
    rule: 'api-service',
    objectWith: (caBundle: string) => apiService(`caBundle: ${caBundle}`),
    unreadable: '',
    called: 'failing or missing response: ',
  },
  {
    kind: 'a conversion webhook',
    rule: 'webhook',
    objectWith: conversion,
    unreadable: 'The conversion webhook CABundle is invalid: ',
    called: `conversion webhook for example.test/v1, Kind=Widget failed: ${call}/convert?timeout=30s": `,
  },
];

describe.each(kinds)('of $kind', ({ rule, objectWith, unreadable, called }) => {
  it.each(rows)('$name', async ({ bundle, secret, error, isBroken }) => {
    const { findings } = await lintObjects({
      name: '',
      objects: documents(objectWith(base64(bundle)), server(secret)),
      findings: [],
    });
    const said = error?.startsWith(unread) ? `${unreadable}${error}` : `${called}${error}`;
    const wanted = error === undefined ? [] : [[`${rule}/${isBroken ? 'bundle' : 'serving'}`, said]];
    expect(findings.map((one) => [one.rule, one.found])).toEqual(wanted);
  });
});

it('what is not base64 is in a file that was never applied', async () => {
  const objects = webhookConfiguration(textOf(ca).split('\n')[0] ?? '').replace(/^ {2}(?:creation|uid).*\n/gm, '');
  const { findings } = await lintObjects({ name: '', objects, findings: [] });
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('illegal base64 data at input byte 0'),
  ]);
});

it('a CustomResourceDefinition whose bundle cannot be read is not served, and an APIService keeps its condition', async () => {
  const whyOf = async (object: string) =>
    (await lintObjects({ name: '', objects: object, findings: [] })).findings[0]?.why;
  expect(await whyOf(conversion('Cg=='))).toContain('refuses every request for its objects.');
  expect(await whyOf(apiService('caBundle: Cg=='))).toContain('Its condition Available stays as it was.');
});
