import { createPublicKey, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { withStoredKeys } from './stored-keys.ts';

const none = () => expect.fail('generated');

it.each(['rsa-2048', 'rsa-4096'])('the keys of a node of %s differ', async (algorithm) => {
  const generate = withStoredKeys<never>(none);
  const keys: KeyObject[] = [];
  for (let count = 0; count < 14; count++) keys.push(await generate(algorithm));
  const texts = keys.map((key) => createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  expect(new Set(texts).size).toBe(14);
  expect(`rsa-${keys[0]?.asymmetricKeyDetails?.modulusLength}`).toBe(algorithm);
});

it('other keys are generated', async () => {
  await expect(withStoredKeys(async (algorithm) => `a new ${algorithm}`)('ecdsa-p256')).resolves.toBe(
    'a new ecdsa-p256',
  );
});
