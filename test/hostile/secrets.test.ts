import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redact } from '../../src/core/secrets.ts';
import { buildNode } from '../support/build-node.ts';
import { type CorpusName, corpus } from '../support/corpus.ts';
import { sampled } from '../support/extent.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { detector, isReadable, keysIn, keysOf } from '../support/secrets.ts';
import { linting, others, reading, runCommands } from './support/commands.ts';
import { misplacedKeys } from './support/misplaced-keys.ts';
import { limit } from './support/program.ts';
import { lintStream, shown } from './support/shown.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The keys in the files below a folder. */
const keysBelow = (top: string): readonly string[] =>
  readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => keysIn(readFileSync(join(entry.parentPath, entry.name), 'latin1')));

/**
 * Runs commands on a node. None may print anything of these keys, of those in the node's files afterwards, or of the
 * one that was misplaced.
 */
async function expectSilence(node: NodeTree, keys: readonly string[], commands: readonly (readonly string[])[]) {
  const printed = await runCommands(node, folder, commands);
  const hasKey = detector([...keys, ...keysBelow(folder).filter(isReadable)]);
  expect(printed.filter(({ text }) => hasKey(text)).map(({ command }) => command)).toEqual([]);
  expect(printed.filter(({ text }) => text === '' || text.includes('internal error'))).toEqual([]);
  return printed;
}

/** The sample is linting, and one other command. */
const readingAt = (index: number) =>
  sampled([linting, ...reading.filter((one, at) => one !== linting && at === (index / 12) % reading.length)], reading);

const places = Object.entries(misplacedKeys).map(([name, misplace], index) => ({ name, misplace, index }));

describe.each([
  // The sample is every twelfth place.
  ['P-256', places.filter(({ index }) => sampled(index % 12 === 0, true)), readingAt],
  // And some of those that it leaves out.
  ['Ed25519', places.filter(({ index }) => sampled(index % 24 === 1, true)), () => [linting]],
] as const)('private keys (%s)', (type, tried, commandsAt) => {
  it.each(tried)('$name: no command shows anything of it', async ({ misplace, index }) => {
    const commands = commandsAt(index);
    const node = buildNode({ keys: type });
    const keys = keysOf(node);
    misplace(node, node.read('pki/apiserver.key'));
    await expectSilence(node, keys, commands);
  });
});

it('a key is recognised wherever its base64 has a plus, which names of certificates escape', () => {
  const key = `MHcCAQEEI${'Kabcdefghijk'.repeat(4)}`;
  const escaped = (at: number) => `${key.slice(0, at)}\\+${key.slice(at + 1)}`;
  const texts = Array.from({ length: key.length - 9 }, (_, index) => `CN=${escaped(index + 9)}, O=x`);
  expect(texts.map(redact).filter((text) => text !== 'CN=(embedded data), O=x')).toEqual([]);
});

describe('DER', () => {
  const keys = (['P-256', 'RSA-2048', 'Ed25519'] as const).flatMap((type) => {
    const key = createPrivateKey(privateKeyPem(keyNamed('a key that is printed', type)));
    const own =
      type === 'RSA-2048'
        ? (['pkcs1', 'pkcs8'] as const)
        : type === 'P-256'
          ? (['sec1', 'pkcs8'] as const)
          : (['pkcs8'] as const);
    return own.map((form) => [`${type} ${form}`, key.export({ format: 'der', type: form as 'pkcs8' })] as const);
  });
  const pairs = (bytes: Buffer) => bytes.toString('hex').match(/../g) ?? [];
  const base32 = (bytes: Buffer) =>
    (
      [...bytes]
        .map((byte) => byte.toString(2).padStart(8, '0'))
        .join('')
        .match(/.{1,5}/g) ?? []
    )
      .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(digit.padEnd(5, '0'), 2)])
      .join('');

  it.each(keys)('of a key is recognised in each form: %s', (_, der) => {
    const forms = [
      ...['', ':', '-', ' ', '\n'].map((separator) => pairs(der).join(separator)),
      pairs(der).join(':').toUpperCase(),
      (der.toString('hex').match(/.{1,4}/g) ?? []).join(' '),
      (
        pairs(der)
          .join(':')
          .match(/.{1,45}/g) ?? []
      ).join('\n    '),
      base32(der),
      base32(der).toLowerCase(),
      (base32(der).match(/.{1,64}/g) ?? []).join('\n'),
    ];
    for (const form of forms) expect(redact(`CN=x y, O=${form}`)).toBe('CN=x y, O=(embedded data)');
    const pem = Buffer.from(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
    for (const offset of [0, 1, 2, 3, 4]) {
      const text = redact(base32(Buffer.concat([Buffer.alloc(offset, 'z'), pem])));
      expect(text.length).toBeLessThan('12345678(embedded data)'.length + 1);
    }
  });

  const encrypted = createPrivateKey(privateKeyPem(keyNamed('a key that is printed'))).export({
    format: 'der',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  // A PKCS#12 file, up to its data.
  const pkcs12 = Buffer.concat([
    Buffer.from('308209a8020103308209' + '5e06092a864886f70d010701', 'hex'),
    createHash('sha512').update('data').digest(),
  ]);
  const certificate = new X509Certificate(buildNode().read('pki/ca.crt')).raw;
  const base64 = (bytes: Buffer | string, times: number): string =>
    times === 0 ? `${bytes}` : base64(Buffer.from(bytes).toString('base64'), times - 1);

  it.each([...keys, ['encrypted', encrypted], ['PKCS#12', pkcs12]] as const)(
    'of a key is recognised in base64, also of base64: %s',
    (_, der) => {
      for (const times of [1, 2, 3])
        expect(redact(`--flag=${base64(der, times)}, x`)).toBe('--flag=(embedded data), x');
      for (const text of [certificate, createHash('sha512').update(der).digest(), der.subarray(30)])
        expect(redact(base64(text, 2))).toBe(base64(text, 2));
    },
  );

  it('of a certificate, fingerprints, serial numbers and dates stay readable', () => {
    const hash = createHash('sha256');
    const texts = Array.from({ length: 500 }, (_, index) => {
      const digest = hash.copy().update(`${index}`).digest();
      return [digest, Buffer.concat([Buffer.from([0x30, 0x30, 0x02, 0x01, 0x02]), digest.subarray(5)])];
    }).flat();
    const written = texts.flatMap((bytes) => [':', '-', ' ', ''].map((separator) => pairs(bytes).join(separator)));
    const others = ['2026-11-30 10:02:01 00000000-1111-2222-3333-444444444444', ...texts.map(base32)];
    const published = [pairs(certificate).join(':'), base32(certificate)];
    for (const text of [...written, ...others, ...published]) expect(redact(`SHA-256 ${text}`)).toBe(`SHA-256 ${text}`);
  });

  it.each(['30:', '30 ', '30 82 04 a4 02 01 ', '30:1:', `30:${' '.repeat(9)}`, 'GA', 'GAYDAMBQGAYDAMBQ'])(
    'takes linear time to look for: %j',
    (part) => {
      const before = process.cpuUsage();
      redact(`${part.repeat(300_000)} PRIVATE KEY-----`);
      expect(process.cpuUsage(before).user / 1e6).toBeLessThan(limit);
    },
  );
});

const all = [...reading, ...others];

// The sample is one of each.
it.each(sampled<readonly CorpusName[]>(['kubeadm-1.36-ha'], ['kubeadm-1.36-default', 'kubeadm-1.36-ha']))(
  'no command shows anything of the keys of %s',
  async (name) => {
    const node = await corpus(name);
    const printed = await expectSilence(node, keysOf(node), all);
    expect(printed.at(-1)).toMatchObject({ code: 0, text: expect.stringContaining('written') });
  },
);

it.each(sampled(['garbage around a key'], ['garbage around a key', 'the server is a key', 'a variable holds PEM']))(
  'not even when it issues: %s',
  async (name) => {
    const node = buildNode();
    const keys = keysOf(node);
    misplacedKeys[name]?.(node, node.read('pki/apiserver.key'));
    await expectSilence(node, keys, all);
  },
);

it('a file whose name contains a key is skipped, and the report says so', async () => {
  const node = buildNode();
  misplacedKeys['files are named after a key']?.(node, node.read('pki/apiserver.key'));
  const { text } = (await runCommands(node, folder, [linting]))[0] ?? {};
  expect(text).toContain('something that pki-lint does not read (its name contains a private key)');
});

it.each([
  'token: hunter2-token',
  'password: hunter2-token\n    username: u',
  'password: *hunter2-token',
  'exec: {command: x, env: [{name: A, value: hunter2-token}]}',
  'token: "hunter2-token',
])('nothing of a credential is shown: %s', async (credential) => {
  const node = buildNode();
  node.edit('admin.conf', (text) => text.replace(/client-certificate-data: .*\n *client-key-data: .*/, credential));
  expect(await shown(await lintStream(node))).not.toContain('hunter2');
});

it.each<readonly [string, (node: NodeTree) => unknown]>([
  ['a kubeconfig', (node) => node.editKubeconfig('admin.conf', { server: 'https://u:hunter2@192.0.2.99:6443' })],
  ['a kubeconfig without TLS', (node) => node.editKubeconfig('admin.conf', { server: 'http://u:hunter2@192.0.2.10' })],
  [
    "kube-apiserver's etcd",
    (node) => node.replaceFlag('kube-apiserver', 'etcd-servers', 'http://u:hunter2@192.0.2.10:2379'),
  ],
  [
    "etcd's listeners, in a fix",
    (node) => node.replaceFlag('etcd', 'listen-client-urls', 'https://u:hunter2@192.0.2.10:2379/'),
  ],
  ["etcd's listeners", (node) => node.replaceFlag('etcd', 'listen-client-urls', 'http://u:hunter2@0.0.0.0:2379')],
  [
    "etcd's peers",
    (node) => node.replaceFlag('etcd', 'initial-advertise-peer-urls', 'https://u:hunter2@192.0.2.10:2380'),
  ],
])('no password in a URL of %s is shown', async (_, change) => {
  const node = buildNode();
  change(node);
  expect(await shown(await lintStream(node))).not.toContain('hunter2');
});
