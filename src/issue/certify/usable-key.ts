/** Which private keys can be used: those that kubeadm, tokens and our own signing know. Nothing of a key is told. */
import type { Pem, PemBlock } from '../../core/artifact.ts';
import type { PrivateKey, PublicKey } from '../../core/certificate.ts';
import { UserError } from '../../core/errors.ts';
import { noEd25519 } from '../../core/plan.ts';
import { isPrivateKeyLabel } from '../../x509/pem.ts';

/** Curves that service account tokens (pkg/serviceaccount/jwt.go) and WebCrypto know. */
const curves: readonly (string | undefined)[] = ['P-256', 'P-384', 'P-521'];

/** The key of a block; undefined: no block is labelled as one. `name` is what an error calls it. Throws a UserError. */
export function acceptKey(block: PemBlock | undefined, name: string): PrivateKey {
  if (block === undefined) throw new UserError(`${name} is not there: no PEM block is labelled PRIVATE KEY`);
  if (block.type === 'encrypted-key') {
    const hint = 'decrypt it: openssl pkey -in ENCRYPTED -out KEY';
    throw new UserError(`${name} is encrypted: no component of Kubernetes can read it`, hint);
  }
  if (block.type !== 'private-key') {
    throw new UserError(`${name} cannot be read${block.type === 'malformed' ? `: ${block.error}` : ''}`);
  }
  const { type, curve } = block.key.publicKey;
  if (type === 'Ed25519') throw new UserError(`${name} is an ed25519 key: ${noEd25519}`);
  if (type === 'ECDSA' && !curves.includes(curve)) {
    throw new UserError(`${name} is on the curve ${curve}: only P-256, P-384 and P-521 can be used`);
  }
  return block.key;
}

/** Why the first private key of a file cannot be used; undefined where it can. */
export function problemOfKey(pem: Pem, name: string): string | undefined {
  try {
    acceptKey(firstKey(pem), name);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The public half of the first private key of a file; undefined where it cannot be told. */
export function publicHalfOf(pem: Pem): PublicKey | undefined {
  const block = firstKey(pem);
  return block?.type === 'private-key' ? block.key.publicKey : undefined;
}

const firstKey = ({ blocks }: Pem): PemBlock | undefined => blocks.find(({ label }) => isPrivateKeyLabel(label));
