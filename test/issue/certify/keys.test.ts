import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import {
  generateKey,
  privateKeyPem,
  publicKeyDer,
  publicKeyPem,
  readPrivateKey,
} from '../../../src/issue/certify/keys.ts';
import { type ClassicalAlgorithm, classicalAlgorithms, type KeyAlgorithm } from '../../../src/results/issue/plan.ts';
import { loadKeyOnly, loadServiceAccountSigner, loadServiceAccountVerifiers } from '../../../src/x509/load.ts';
import { readPem } from '../../../src/x509/pem.ts';
import { corpus } from '../../support/corpus.ts';
import { bits, explicit, integer, octets, oid, pem, sequence } from '../../support/der.ts';
import { keyNamed, keyTypes, privateKeyPem as writtenKey } from '../../support/keys.ts';
import { mlDsaDer, mlDsaNames, mlDsaPem } from '../../support/ml-dsa.ts';

const kinds: Readonly<Record<ClassicalAlgorithm, readonly [label: string, type: string, bits: number]>> = {
  'rsa-2048': ['RSA PRIVATE KEY', 'RSA', 2048],
  'rsa-3072': ['RSA PRIVATE KEY', 'RSA', 3072],
  'rsa-4096': ['RSA PRIVATE KEY', 'RSA', 4096],
  'ecdsa-p256': ['EC PRIVATE KEY', 'ECDSA', 256],
  'ecdsa-p384': ['EC PRIVATE KEY', 'ECDSA', 384],
};

describe.each(classicalAlgorithms)('%s', (algorithm) => {
  test('is made, written as every component reads it, and read again', async () => {
    const key = (await generateKey(algorithm)) as KeyObject;
    const [label, type, size] = kinds[algorithm];
    const file = readPem(Buffer.from(privateKeyPem(key)));
    expect(file.blocks.map((block) => block.label)).toEqual([label]);
    for (const loaded of [loadKeyOnly(file), loadServiceAccountSigner(file)]) {
      expect(loaded).toMatchObject({ ok: true, value: { publicKey: { type, bits: size } } });
    }
    const verifiers = loadServiceAccountVerifiers(readPem(Buffer.from(publicKeyPem(key))));
    expect(verifiers).toMatchObject({ ok: true, value: [{ type, bits: size }] });
    expect(publicKeyPem(createPublicKey(key))).toBe(publicKeyPem(key));
    expect(publicKeyPem(key)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(publicKeyDer(readPrivateKey(privateKeyPem(key)))).toEqual(publicKeyDer(key));
  });
});

describe.each(mlDsaNames)('%s', (name) => {
  const algorithm = name.toLowerCase() as KeyAlgorithm;

  test('is made, written by its seed alone, and read again', async () => {
    const key = await generateKey(algorithm);
    const text = privateKeyPem(key);
    expect(text).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\w+/]{64}\n[\w+/]{8}\n-----END PRIVATE KEY-----\n$/);
    expect(loadKeyOnly(readPem(Buffer.from(text)))).toMatchObject({ ok: true, value: { publicKey: { type: name } } });
    expect(publicKeyPem(readPrivateKey(text))).toBe(publicKeyPem(key));
    expect(readPem(Buffer.from(publicKeyPem(key))).blocks).toMatchObject([{ type: 'public-key', key: { type: name } }]);
    expect(publicKeyPem(await generateKey(algorithm))).not.toBe(publicKeyPem(key));
  });

  test('is read and written again as another program wrote it, and nothing of its seed is printed', () => {
    const other = keyNamed('another program', name);
    const text = mlDsaPem(other, 'seed');
    const key = readPrivateKey(`# a key\n${text}${writtenKey(keyNamed('second'))}`);
    expect(privateKeyPem(key)).toBe(text);
    expect(publicKeyPem(key)).toBe(other.publicKey.export({ type: 'spki', format: 'pem' }));
    const seed = mlDsaDer(other, 'seed').subarray(-32);
    const printed = [inspect(key, { depth: null, showHidden: true }), JSON.stringify(key)].join();
    const forms = [seed.toString('hex'), seed.toString('base64'), [...seed].join(', '), [...seed].join()];
    expect(forms.filter((form) => printed.includes(form))).toEqual([]);
    expect(privateKeyPem(key)).toBe(text);
  });
});

test('kubeadm’s own key files are written again as they are', async () => {
  const node = await corpus('kubeadm-1.36-default');
  for (const file of ['pki/ca.key', 'pki/sa.key', 'pki/etcd/peer.key']) {
    expect(privateKeyPem(readPrivateKey(node.read(file)))).toBe(node.read(file));
  }
  expect(publicKeyPem(readPrivateKey(node.read('pki/sa.key')))).toBe(node.read('pki/sa.pub'));
});

test.each(keyTypes.filter((type) => type !== 'Ed25519'))('%s is read in PKCS#8 too, with text around it', (type) => {
  const key = keyNamed('read', type);
  const text = `# a key\n${writtenKey(key, 'pkcs8')}${writtenKey(keyNamed('second'))}`;
  expect(publicKeyDer(readPrivateKey(Buffer.from(text)))).toEqual(publicKeyDer(key.privateKey));
});

/** A SEC1 key with the given curve and public key. */
function sec1(secret: Uint8Array, point?: Uint8Array): string {
  const curve = explicit(0, oid('1.2.840.10045.3.1.7'));
  return pem(
    'EC PRIVATE KEY',
    sequence(integer(1n), octets(secret), curve, ...(point ? [explicit(1, bits(point))] : [])),
  );
}

function parts(key: KeyObject) {
  const { d = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const [secret, left, right] = [d, x, y].map((value) => Buffer.from(value as string, 'base64url')) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  return { secret, left, right };
}

describe('an EC key whose public half is', () => {
  const { privateKey } = keyNamed('point');
  const { secret, left, right } = parts(privateKey);

  test('missing is completed', () => {
    expect(privateKeyPem(readPrivateKey(sec1(secret)))).toBe(privateKeyPem(privateKey));
  });

  test('compressed is written out, because Go refuses certificates with it', () => {
    const compressed = Buffer.concat([Buffer.of(2 + ((right.at(-1) ?? 0) & 1)), left]);
    expect(publicKeyPem(createPrivateKey(sec1(secret, compressed)))).not.toBe(publicKeyPem(privateKey));
    expect(publicKeyPem(readPrivateKey(sec1(secret, compressed)))).toBe(publicKeyPem(privateKey));
  });

  test('that of another key is refused', () => {
    const other = parts(keyNamed('other point').privateKey);
    const point = Buffer.concat([Buffer.of(4), other.left, other.right]);
    expect(() => readPrivateKey(sec1(secret, point), 'ca.key')).toThrow('ca.key cannot be used: OpenSSL refuses it');
  });
});

const { privateKey: rsa } = keyNamed('refused', 'RSA-2048');
const encrypted = { cipher: 'aes-256-cbc', passphrase: 'secret words' };
const noKeys: readonly (readonly [what: string, file: string, said: string])[] = [
  ['encrypted', rsa.export({ type: 'pkcs8', format: 'pem', ...encrypted }) as string, 'KEY is encrypted'],
  ['encrypted as of old', rsa.export({ type: 'pkcs1', format: 'pem', ...encrypted }) as string, 'KEY is encrypted'],
  ['ed25519', writtenKey(keyNamed('refused', 'Ed25519')), 'KEY is an ed25519 key: kubeadm does not accept such keys'],
  [
    'ML-DSA without its seed',
    mlDsaPem(keyNamed('refused', 'ML-DSA-65'), 'expanded'),
    'KEY cannot be read: x509: semi-exp',
  ],
  [
    'ML-DSA as OpenSSL writes it',
    mlDsaPem(keyNamed('refused', 'ML-DSA-65'), 'both'),
    'KEY cannot be read: x509: ML-DSA',
  ],
  ['on P-224', writtenKey(keyNamed('refused', 'P-224')), 'KEY is on the curve P-224'],
  [
    'on another curve',
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.export({ type: 'sec1', format: 'pem' }) as string,
    'KEY cannot be read: x509: unknown elliptic curve',
  ],
  [
    'for PSS alone',
    generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string,
    'KEY cannot be read: x509: PKCS#8 wrapping contained private key with unknown algorithm: 1.2.840.113549.1.1.10',
  ],
  ['no key', pem('PRIVATE KEY', Buffer.from('password')), 'KEY cannot be read: tls: failed to parse private key'],
  ['a public key', publicKeyPem(rsa), 'KEY was not found: no PEM block is labelled PRIVATE KEY'],
  ['nothing', '', 'KEY was not found'],
];

test.each(noKeys)('a file with a key that is %s is refused, without a word of it', (_, file, said) => {
  const refusal = catchError(() => readPrivateKey(file, 'KEY'));
  expect(refusal).toBeInstanceOf(UserError);
  expect(refusal.message).toContain(said);
  const told = `${refusal.stack}${refusal.cause}${(refusal as UserError).hint}`;
  const lines = file.split('\n').filter((line) => line.length > 10 && !line.includes('-----'));
  expect(lines.filter((line) => told.includes(line))).toEqual([]);
});

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}

test('what is read is not changed, and no copy of it is kept for others', () => {
  const bytes = Buffer.from(writtenKey(keyNamed('kept', 'RSA-2048')));
  const before = Buffer.from(bytes);
  readPrivateKey(bytes);
  expect(bytes.equals(before)).toBe(true);
});
