import { sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { shortKeyError } from '../../src/x509/verify/signature.ts';
import { keyNamed } from '../support/keys.ts';
import { askGo, joinParts } from '../x509/support/ask-go.ts';
import { go124 } from '../x509/support/path-validation.ts';

const types = ['RSA-768', 'RSA-1024', 'RSA-2048'] as const;

const questions = types.map((type) => {
  const { privateKey } = keyNamed('tokens', type);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return ['J', joinParts(der, sign('sha256', Buffer.alloc(0), privateKey))] as const;
});

test('Go neither signs nor verifies tokens with a key below 1024 bits, although it reads the key', () => {
  const ours = types.map((type) => {
    const bits = Number(type.slice('RSA-'.length));
    const error = shortKeyError({ type: 'RSA', bits }, go124);
    return error === undefined ? {} : { sign: error, verify: error };
  });
  expect(askGo(questions)).toEqual(ours);
});

test('with rsa1024min=0, as before Kubernetes 1.33, it does both', () => {
  expect(askGo(questions, 'rsa1024min=0')).toEqual(types.map(() => ({})));
});
