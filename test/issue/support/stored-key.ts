/** Keys for tests that do not ask how they are generated: of RSA that takes up to some seconds. */
import type { KeyObject } from 'node:crypto';
import type { ClassicalAlgorithm } from '../../../src/results/issue/plan.ts';
import { type KeyType, keyNamed } from '../../support/keys.ts';

const types: Readonly<Record<ClassicalAlgorithm, KeyType>> = {
  'rsa-2048': 'RSA-2048',
  'rsa-3072': 'RSA-3072',
  'rsa-4096': 'RSA-4096',
  'ecdsa-p256': 'P-256',
  'ecdsa-p384': 'P-384',
};

/** The private key with this name. */
export const storedKey = (name: string, algorithm: ClassicalAlgorithm): KeyObject =>
  keyNamed(name, types[algorithm]).privateKey;
