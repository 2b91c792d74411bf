/** Copies that leave out private keys on purpose: `tar --exclude='*.key'`. */
import type { NodeFile } from '../core/artifact.ts';

function holdsPrivateKey({ content }: NodeFile): boolean {
  if (content?.type !== 'pem') return false;
  return content.pem.blocks.some(
    (block) =>
      block.type === 'private-key' ||
      block.type === 'encrypted-key' ||
      (block.type === 'malformed' && block.promised === 'private-key'),
  );
}

function holdsLeaf({ content }: NodeFile): boolean {
  if (content?.type !== 'pem') return false;
  return content.pem.blocks.some((block) => block.type === 'certificate' && !block.certificate.basicConstraints?.ca);
}

/**
 * The files of a copy. No certificate but a CA's is of use without its private key, so that a copy that holds one and
 * no key at all was made without them: its keys are not absent, but were not given.
 */
export function withKeysLeftOut(
  files: ReadonlyMap<string, NodeFile>,
  pkiFiles: readonly string[],
): ReadonlyMap<string, NodeFile> {
  const inPki = pkiFiles.flatMap((path) => files.get(path) ?? []);
  const anyKey = inPki.some((file) => holdsPrivateKey(file) || file.path.endsWith('.key'));
  if (anyKey || !inPki.some(holdsLeaf)) return files;
  const given = new Map(files);
  for (const [path, file] of files) {
    if (file.state === 'absent' && path.endsWith('.key')) {
      given.set(path, { ...file, state: 'outside', detail: 'no private key was given' });
    }
  }
  return given;
}
