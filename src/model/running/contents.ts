/** The certificates and keys in a file, whatever it is. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig, Reference } from '../../artifact/kubeconfig.ts';
import { certificatesInPem, type Pem } from '../../artifact/pem-blocks.ts';

/** Returns the certificates in a file; of a kubeconfig, those that are embedded. */
export function certificatesIn(file: NodeFile): readonly Certificate[] {
  return pemsIn(file).flatMap(certificatesInPem);
}

/** Returns the certificates that are embedded in a kubeconfig at an entry. */
export const certificatesOf = (reference: Reference | undefined): readonly Certificate[] =>
  certificatesInPem(reference?.embedded);

/** Returns the ids of the public halves of all keys in a file, and of the keys in its certificates. */
export function keysIn(file: NodeFile): readonly string[] {
  return pemsIn(file).flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.type === 'certificate') return block.certificate.publicKey.id;
      if (block.type === 'private-key') return block.key.publicKey.id;
      return block.type === 'public-key' ? block.key.id : [];
    }),
  );
}

function pemsIn({ content }: NodeFile): readonly Pem[] {
  if (content?.type === 'pem') return [content.pem];
  return content?.type === 'kubeconfig'
    ? referencesIn(content.kubeconfig).flatMap(({ embedded }) => embedded ?? [])
    : [];
}

/** Returns the CA, the certificate and the key to which a kubeconfig refers. */
export function referencesIn({ cluster, user }: Kubeconfig): readonly Reference[] {
  return [cluster?.certificateAuthority, user?.certificate, user?.key].flatMap((reference) => reference ?? []);
}
