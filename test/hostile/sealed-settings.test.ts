/** Keys of an EncryptionConfiguration, and tokens, are neither kept nor shown, however the file is damaged. */
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { json } from '../../src/core/json.ts';
import { lintTree, pkiOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { configure, encryption, identity, keyed } from '../support/configurations.ts';
import type { NodeTree } from '../support/node-tree.ts';

const bytes = Buffer.from('7d1f2e3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0', 'hex');
const secret = bytes.toString('base64');
const token = 'tok-31b1dd44-never-shown';

const whole = encryption(keyed({ key1: secret }) + identity);

/** What people do to such a file. */
const damages: Readonly<Record<string, string>> = {
  nothing: whole,
  'a misspelled field': whole.replace('secret:', 'secrett:'),
  'a field in capitals': whole.replace('secret:', 'SECRET:'),
  'the key as the name': whole.replace('name: key1', `name: ${secret}`),
  'the key as a field': whole.replace(/name: key1\n +secret: .*/, `${secret}: 1`),
  'the key as an item': whole.replace(/name: key1\n +secret: .*/, secret),
  'the key as an anchor': whole.replace(`secret: ${secret}`, `secret: &${secret.replace(/[+/=]/g, 'x')} a`),
  'the key as an alias': whole.replace(`secret: ${secret}`, `secret: *${secret.replace(/[+/=]/g, 'x')}`),
  'the key as a tag': whole.replace(`secret: ${secret}`, `secret: !${secret.replace(/[+/=]/g, 'x')} a`),
  'a key that is too long': whole.replace(secret, secret.replace('=', '') + secret),
  'the key in hex': whole.replace(secret, bytes.toString('hex')),
  'an open quotation mark': whole.replace(secret, `"${secret}`),
  'the key as the provider': whole.replace('aescbc', secret),
  'the key as the version': whole.replace('apiserver.config.k8s.io/v1', `x/${secret}`).replace('kind:', 'knd:'),
  'the file in the folder of certificates': whole,
  'a list of the key': whole.replace(secret, `[${secret}]`),
  'the key as the endpoint': encryption(`  - kms: {apiVersion: v2, name: a, endpoint: 5, foo: ${secret}}\n`),
};

/** Parts of the key in its usual forms. */
const parts = [
  secret.slice(2, 18),
  bytes.toString('hex').slice(4, 24),
  secret.replace(/[+/=]/g, 'x').slice(2, 18),
  token,
];

const leaks = (text: string) => parts.filter((part) => text.toLowerCase().includes(part.toLowerCase()));

async function expectSilence(node: NodeTree): Promise<void> {
  const pki = await pkiOf(node);
  expect(leaks(inspect(pki.node, { depth: 30, maxArrayLength: null, maxStringLength: null }))).toEqual([]);
  expect(leaks(json(await lintTree(node)))).toEqual([]);
}

it.each(Object.entries(damages))('%s: no part of the key is kept or shown', async (name, text) => {
  const path = name.includes('folder') ? '/etc/kubernetes/pki/enc.yaml' : '/etc/kubernetes/enc/enc.yaml';
  await expectSilence(configure(buildNode(), 'encryption-provider-config', path, text));
});

it.each(['', ',alice,1', ',alice', '"', ',"alice,1\n'])('a token that is followed by %j', async (rest) => {
  const node = buildNode().write('pki/tokens.csv', `${token}${rest}\n`, 0o600);
  await expectSilence(node.replaceFlag('kube-apiserver', 'token-auth-file', '/etc/kubernetes/pki/tokens.csv'));
});

it('digests of the same key are the same in one run, and say nothing about it', async () => {
  const digestOf = async () => {
    const { node } = await pkiOf(
      configure(buildNode(), 'encryption-provider-config', '/etc/kubernetes/enc/e.yaml', whole),
    );
    return /digest: '([^']+)'/.exec(inspect(node.files.get('/etc/kubernetes/enc/e.yaml'), { depth: 30 }))?.[1];
  };
  const [one, other] = [await digestOf(), await digestOf()];
  expect(one).toBe(other);
  const { createHash } = await import('node:crypto');
  for (const form of [bytes, secret]) expect(createHash('sha256').update(form).digest('base64')).not.toBe(one);
});
