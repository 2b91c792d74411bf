import { certificatePem } from './certificates.ts';
import { makeAuthority } from './issue.ts';
import { privateKeyPem } from './keys.ts';
import type { NodeTree } from './node-tree.ts';
import { type AuthorityRole, authorities, isKubeconfig, type LeafRole, leaves, pathOf } from './roles.ts';

const keyOf = (path: string): string => path.replace(/crt$/, 'key');

/** Returns every file to which a leaf is written. */
export const filesOfLeaf = (role: LeafRole): readonly string[] =>
  isKubeconfig(role) ? [pathOf(role)] : [pathOf(role), keyOf(pathOf(role))];

/**
 * Gives a node another CA and its leaves, in files that all fit each other.
 *
 * @param when RFC 3339
 * @returns the paths of all files that were written
 */
export function giveNewAuthority(node: NodeTree, role: AuthorityRole, when: string): readonly string[] {
  const { commonName } = authorities[role];
  const { certificate, key } = makeAuthority(commonName, { notBefore: new Date(Date.parse(when) - 300_000) });
  const path = pathOf(role);
  node.write(path, certificatePem(certificate)).write(keyOf(path), privateKeyPem(key));
  const signed = (Object.keys(leaves) as LeafRole[]).filter((leaf) => leaves[leaf].signer === role);
  for (const leaf of signed) {
    if (isKubeconfig(leaf)) node.editKubeconfig(pathOf(leaf), { certificateAuthority: node.read(path) });
    const notAfter = new Date(Date.parse(when) + 365 * 24 * 60 * 60 * 1000);
    node.issue(leaf, { issuer: { certificate, key }, key: 'P-256', notBefore: when, notAfter });
  }
  return [path, keyOf(path), ...signed.flatMap(filesOfLeaf)];
}
