/** What a private key signs, and what one can do who reads it. */

import type { NodeFile } from '../../artifact/file.ts';
import { inFolder } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Consequence } from '../base/check.ts';
import { verifierIds } from './token-keys.ts';

type Signed = 'certificates' | 'tokens';

/** What one can do who reads a key. */
export const forgeries: Readonly<Record<Signed, Omit<Consequence, 'path'>>> = {
  certificates: {
    subject: 'any user of this node',
    message: 'any user of this node can create certificates of any name that the cluster trusts',
    namesSubject: true,
  },
  tokens: {
    subject: 'any user of this node',
    message: 'any user of this node can create tokens of any service account',
    namesSubject: true,
  },
};

/**
 * What a key signs: by its recommended path, or because certificates or tokens are verified with its public half.
 */
export function signedWith(file: NodeFile, keys: readonly string[], pki: Pki): Signed | undefined {
  const isAt = (path: string) => file.path === inFolder(pki.node.pki, path);
  const { certificates, tokens } = verifyingKeys(pki);
  if (pki.authorities.some(({ row }) => isAt(row.key)) || keys.some((key) => certificates.has(key)))
    return 'certificates';
  return pki.layout.keyPairs.some((row) => isAt(row.private)) || keys.some((key) => tokens.has(key))
    ? 'tokens'
    : undefined;
}

/** The ids of keys with which certificates and tokens are verified. A node can have thousands of keys to look up. */
const verifyingKeys = remember(
  ({ authorities, others, serviceAccount }: Pki): Readonly<Record<Signed, ReadonlySet<string>>> => {
    const trusted = [...authorities.map(({ certificates }) => certificates), ...others.map(({ pool = [] }) => pool)];
    return {
      certificates: new Set(trusted.flat().map((one) => one.publicKey.id)),
      tokens: verifierIds(serviceAccount),
    };
  },
);
