/**
 * CAs that were made again with their keys, and with a different name. Go compares the issuer of a certificate with the
 * subject of its CA byte by byte (crypto/x509 cert_pool.go, findPotentialParents): the type of a string counts.
 */
import type { Certificate, DistinguishedName } from '../../artifact/certificate.ts';
import { anySignature } from '../../artifact/strictness.ts';
import { etcdPeersOf } from '../../model/dialling/etcd-members.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { embeddedCopy } from '../../model/trust/authority-copies.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { stringTypesOf } from '../../x509/name.ts';
import { checkSignatureFrom } from '../../x509/verify/signature.ts';
import { list } from '../base/check.ts';

/** The certificate whose key has signed a leaf, and whose name is not that of the leaf's issuer. */
export function renamedIssuer(leaf: Certificate, authorities: readonly Certificate[]): Certificate | undefined {
  return authorities.find(
    (one) => one.subject.der !== leaf.issuer.der && checkSignatureFrom(leaf, one, anySignature) === undefined,
  );
}

/** How two names of one CA differ: each as it is, with the types of its strings if the texts are the same. */
export function renaming(before: DistinguishedName, after: DistinguishedName) {
  const isSameText = before.text === after.text;
  const shown = (name: DistinguishedName) =>
    isSameText ? `"${name.text}" as ${list(stringTypesOf(name))}` : `"${name.text}"`;
  return {
    before: shown(before),
    after: shown(after),
    how: isSameText ? 'with its name encoded differently' : 'with a different name',
  };
}

/**
 * Whether what a renamed CA signed has to be issued again: the certificate with the old name is not on the node, or has
 * expired, and nothing on other nodes depends on it.
 */
export function isReissueDue(authority: Authority, pki: Pki): boolean {
  const { id, key, leaves, certificates } = authority;
  const isRenamed = leaves.some(({ leaf }) => leaf !== undefined && renamedIssuer(leaf, certificates) !== undefined);
  const isShared = (id === roleIds.etcdCa && etcdPeersOf(pki) === 'some') || pki.kind === 'worker';
  return isRenamed && !isShared && key.seen === 'present' && embeddedCopy(authority, pki) === undefined;
}
