import { generateKeyPairSync } from 'node:crypto';
import type { LintOptions } from '../../../src/index.ts';

/** An upgrade from one release to another, regardless of the images. */
export const between = (from: string, to: string, more: LintOptions = {}): LintOptions => ({
  facts: { kubernetesVersion: from },
  targetVersion: to,
  ...more,
});

export const short = generateKeyPairSync('rsa', { modulusLength: 1000 });

/** The leaves expire on 2027-11-24, the CAs in 2036. */
export const late = (at: string, more: LintOptions = {}) =>
  between('v1.36.2', 'v1.37.0', { at: new Date(at), ...more });
