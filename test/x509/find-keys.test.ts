import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findPrivateKeys } from '../../src/x509/find-keys.ts';
import { readText } from '../repository/files.ts';
import { processorTime } from '../support/processor-time.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = createPrivateKey(readText('fixtures/keys/rsa-2048.pem').match(/-----BEGIN[\s\S]*?-----END.*\n/)?.[0] ?? '');
const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8') =>
  key.export({ format: 'pem', type }).toString();
const der = (key: KeyObject) => key.export({ format: 'der', type: 'pkcs8' });
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const wrapped = (text: string) => text.replace(/.{76}/g, '$&\n  ');

/** The lines and forms of the keys in a text. */
const found = (given: string | Buffer) => {
  const bytes = Buffer.from(given);
  return findPrivateKeys(bytes).map(({ offset, form }) => [
    bytes.subarray(0, offset).toString().split('\n').length,
    form,
  ]);
};

const plain = pem(privateKey);
const lock = { cipher: 'aes-128-cbc', passphrase: 'x', format: 'pem' } as const;
const ssh = `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64(`openssh-key-v1\0${'x'.repeat(80)}`)}\n-----END OPENSSH PRIVATE KEY-----`;

describe('a private key is found', () => {
  it.each([
    ['in PEM', plain, [[1, 'private key']]],
    ['in SEC1', pem(privateKey, 'sec1'), [[1, 'private key']]],
    ['in PKCS#1', `text\n${pem(rsa, 'pkcs1')}`, [[2, 'private key']]],
    ['of a type that no component reads', pem(generateKeyPairSync('x25519').privateKey), [[1, 'private key']]],
    ['with line feeds of Windows', plain.replaceAll('\n', '\r\n'), [[1, 'private key']]],
    ['indented, as in YAML', `key: |\n${plain.replace(/^/gm, '    ')}`, [[2, 'private key']]],
    ['in a string of JSON', JSON.stringify({ key: plain }), [[1, 'private key']]],
    [
      'in strings of a program',
      plain
        .trim()
        .split('\n')
        .map((line) => `"${line}\\n" +`)
        .join('\n'),
      [[1, 'private key']],
    ],
    [
      'twice',
      `${plain}\n${plain}`,
      [
        [1, 'private key'],
        [plain.split('\n').length + 1, 'private key'],
      ],
    ],
    ['after a header without a key', `-----BEGIN PRIVATE KEY-----\n${plain}`, [[2, 'private key']]],
    ['encrypted', privateKey.export({ ...lock, type: 'pkcs8' }), [[1, 'encrypted private key']]],
    ['encrypted as by openssl rsa', rsa.export({ ...lock, type: 'pkcs1' }), [[1, 'encrypted private key']]],
    ['of ssh', ssh, [[1, 'private key']]],
    ['in DER', der(privateKey), [[1, 'private key in DER']]],
    ['in a kubeconfig', `a: b\nclient-key-data: ${base64(plain)}\n`, [[2, 'private key in base64']]],
    [
      'in base64 without padding',
      `x: ${base64(plain).replace(/=+$/, '')}\nother: word`,
      [[1, 'private key in base64']],
    ],
    [
      'behind a certificate, in base64',
      `x: ${base64(`-----BEGIN CERTIFICATE-----\n${plain}`)}`,
      [[1, 'private key in base64']],
    ],
    ['in wrapped base64', `tls.key: >\n  ${wrapped(base64(pem(rsa)))}\nnext: x`, [[2, 'private key in base64']]],
    [
      'in a kubeconfig in a Secret',
      `data:\n  admin.conf: ${base64(`users:\n- user:\n    client-key-data: ${base64(plain)}\n`)}\n`,
      [[2, 'private key in base64']],
    ],
    ['in base64 of base64 of base64', base64(base64(base64(plain))), [[1, 'private key in base64']]],
    ...['+', '-', '++', '> ', '# ', '// ', ' * '].map((start): [string, string, [number, string][]] => [
      `in lines that begin with ${start}`,
      `@@ -0,0 +1,5 @@\n${plain.trim().replace(/^/gm, start)}\n`,
      [[2, 'private key']],
    ]),
    [
      'in wrapped base64 of a patch',
      `+tls.key: >\n+  ${wrapped(base64(pem(rsa))).replaceAll('\n', '\n+')}\n`,
      [[2, 'private key in base64']],
    ],
    [
      'next to one of a patch',
      `${plain}${plain.replace(/^/gm, '+')}`,
      [
        [1, 'private key'],
        [6, 'private key'],
      ],
    ],
    ['behind a byte order mark', `\ufeff${plain}`, [[1, 'private key']]],
    ['behind blanks and NULs', `x\n \t\0\0${plain}`, [[2, 'private key']]],
    ['in UTF-16', Buffer.from(`x\n\ufeff${plain}`, 'utf16le'), [[2, 'private key']]],
    [
      'in UTF-16, as big-endian',
      Buffer.from(`x\n${plain}${plain}`, 'utf16le').swap16(),
      [
        [2, 'private key'],
        [7, 'private key'],
      ],
    ],
    [
      'as encrypted DER',
      privateKey.export({ ...lock, format: 'der', type: 'pkcs8' }),
      [[1, 'encrypted private key in DER']],
    ],
    [
      'as base64 of encrypted DER',
      `key: ${base64(privateKey.export({ ...lock, format: 'der', type: 'pkcs8' }))}`,
      [[1, 'private key in base64']],
    ],
    ['as base64 of DER', `key: ${base64(der(rsa))}`, [[1, 'private key in base64']]],
  ])('%s', (_, text, keys) => {
    expect(found(text)).toEqual(keys);
  });
});

describe('nothing is found', () => {
  const spki = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  it.each([
    ['in an empty file', ''],
    ['in a public key', spki],
    ['in base64 of a public key', base64(spki)],
    [
      'in a program that knows the header',
      "const header = '-----BEGIN PRIVATE KEY-----';\nconst end = '-----END PRIVATE KEY-----';",
    ],
    [
      'in an example',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ...\n-----END PRIVATE KEY-----',
    ],
    [
      'in random base64 with the label of a key',
      `-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(30)}\n-----END PRIVATE KEY-----`,
    ],
    ['in a key that is cut', plain.slice(0, 150)],
    ['in DER that begins like a key: SNMP', Buffer.from(`303c020101${'04'.repeat(57)}`, 'hex')],
    ['in a long run of letters', 'M'.repeat(100_000)],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('in our own sources and docs', () => {
    for (const path of ['src/x509/find-keys.ts', 'src/core/secrets.ts', 'docs/commands.md', 'README.md']) {
      expect(found(readText(path))).toEqual([]);
    }
  });
});

it('reads many headers without an end in time', () => {
  const seconds = processorTime(() => {
    expect(found('-----BEGIN PRIVATE KEY-----\n'.repeat(100_000))).toEqual([]);
    expect(found(`${'A'.repeat(60)} `.repeat(50_000))).toEqual([]);
  });
  expect(seconds).toBeLessThan(4);
});

const hostile = {
  'headers in one line': `-----BEGIN PRIVATE KEY-----\n${'Proc-Type:'.repeat(400_000)}\n${'QUJD'.repeat(30)}\n-----END PRIVATE KEY-----`,
  'words that are just too short': `${'A'.repeat(39)} `.repeat(100_000),
  'lines that are just too short': `${'A'.repeat(40)}\n${`${'A'.repeat(19)}\n`.repeat(200_000)}`,
  blanks: `${'A'.repeat(40)}${' '.repeat(4_000_000)}`,
  'blanks in a block': `-----BEGIN PRIVATE KEY-----\n${' '.repeat(4_000_000)}+\n-----END PRIVATE KEY-----`,
  'one word': 'A'.repeat(4_000_000),
  'BEGIN without a label': '-----BEGIN '.repeat(400_000),
  padding: '='.repeat(4_000_000),
  'NULs between letters': 'A\0'.repeat(2_000_000),
  'lines of a patch': '+AA\n'.repeat(1_000_000),
};

it.each(Object.entries(hostile))('reads 4 MB of %s in time', (_, text) => {
  const seconds = processorTime(() => {
    found(text);
  });
  expect(seconds).toBeLessThan(2);
});

it('finds each key in a patch, whatever its base64 begins with', () => {
  const keys = Array.from({ length: 200 }, () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
  for (const start of ['+', '++', '// ']) {
    const missed = keys.filter((key) => found(key.replace(/^/gm, start)).length !== 1);
    expect(missed).toEqual([]);
  }
});

it('reads a word that is too long for the stack of a pattern', () => {
  const word = 'A'.repeat(9_000_000);
  expect(found(`${word} ${plain}`)).toEqual([[1, 'private key']]);
  expect(found(`-----BEGIN PRIVATE KEY-----\n${word}\n-----END PRIVATE KEY-----\n`)).toEqual([]);
});
