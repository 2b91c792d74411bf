/** Where an installer works on certificates. */
import { folderOf, inFolder } from '../../artifact/paths.ts';
import { sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt, sourceAt } from '../../model/roles/source.ts';
import { authorityFor, signingCa } from '../../tables/layouts/authorities.ts';
import { loadGoPool } from '../../x509/load.ts';

/**
 * The folder in which the installer finds the CAs: that of the certificates, unless the CA of the cluster is elsewhere,
 * under the names that it reads.
 */
export function certificatesFolder({ node, authorities }: Pki): string {
  const authority = authorityFor(signingCa, { layout: node.layout, authorities });
  if (authority?.key.seen !== 'present' || seenAt(node, authority.recommended) === 'present') return node.pki;
  const folder = folderOf(authority.key.path);
  const { pem } = sourceAt(node, inFolder(folder, authority.row.certificate));
  const certificate = pem && loadGoPool(pem);
  const isThere = certificate?.ok && sharesKey(certificate.value, authority.certificates);
  return isThere && authority.key.path === inFolder(folder, authority.row.key) ? folder : node.pki;
}
