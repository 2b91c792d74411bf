/** Checks that what a CA signed is signed by it, and that its key can sign. */

import { hasMlDsaKey, knowsMlDsa } from '../../model/facts/ml-dsa.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { chainOf, sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Authority, pathsOf } from '../../model/roles/role.ts';
import { fileId, roleId } from '../../model/roles/slots.ts';
import { authorityProblem, type CheckResult, notApplicable, skip } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { isForeignAuthority, refusedLink, verifyingComponents } from '../credentials/issuer.ts';
import { keyName } from '../credentials/keys.ts';
import { renamedIssuer, renaming } from '../credentials/renamed-authority.ts';

/** The node of a cluster that has the CA which signed what this authority should have signed. */
function holderOfIssuer({ id, leaves }: Authority, cluster: readonly Pki[]) {
  for (const { name, authorities } of cluster) {
    const authority = authorities.find((one) => one.id === id);
    const certificates = authority?.certificates ?? [];
    if (authority && leaves.every((role) => chainOf(role, certificates) !== undefined)) return { name, authority };
  }
  return undefined;
}

/**
 * Whether the key of an authority that was replaced has to be copied with the certificate: not if it is the right one.
 */
function lacksKey({ key }: Authority, issuer: Authority): boolean {
  if (key.seen === 'unseen' || issuer.key.seen !== 'present') return false;
  const ids = new Set(issuer.certificates.map((one) => one.publicKey.id));
  return !(key.pem?.blocks ?? []).some((one) => one.type === 'private-key' && ids.has(one.key.publicKey.id ?? ''));
}

/** What is wrong with the certificate of a CA that issued nothing here. */
function foreignWords({ id, certificates, leaves }: Authority, own: Authority | undefined) {
  const [only, ...more] = leaves;
  const these = more.length > 0 ? `any of the ${leaves.length} certificates of ${id} on this node` : `${only?.id}`;
  if (own) {
    const found = `the certificate of ${own.id}`;
    return {
      claim: `is the certificate of ${own.id}, not that of ${id}: it did not issue ${these}`,
      found,
      recreated: '',
    };
  }
  const [renamed] = leaves.flatMap(({ leaf }) => {
    const issuer = leaf && renamedIssuer(leaf, certificates);
    return issuer ? [renaming(leaf.issuer, issuer.subject)] : [];
  });
  if (renamed === undefined) {
    const found = `the certificate of "${certificates[0]?.subject.text}", with a different key`;
    const recreated = ' A recreated CA has the same name as the old one, but a different key.';
    return { claim: `did not issue ${these}`, found, recreated };
  }
  return {
    claim: `was made again with the right key and ${renamed.how}: it does not verify ${these}`,
    found: `${renamed.after}, where the certificates have ${renamed.before}`,
    recreated:
      ' Go compares names byte by byte: a CA that is made again with its key must keep its name as it was encoded.',
  };
}

/** Whether a CA with ML-DSA works, if it is not known which Go built a component that verifies what it signed. */
function* unknownMlDsa({ id, certificates }: Authority, pki: Pki): Generator<CheckResult> {
  if (!certificates.some(hasMlDsaKey)) return;
  const known = verifyingComponents(id).map((component) => knowsMlDsa(component, pki));
  for (const one of known) if (one.answer === 'unknown') return yield skip(one.reason);
}

export const authorityIssuerChecks = {
  /** An authority that did not issue the certificates of this node. */
  'authority/issued': authorityCheck(function* (authority, pki, cluster = []) {
    if (authority.leaves.length === 0) return yield notApplicable('no certificate to compare it with');
    if (!isForeignAuthority(authority, pki)) return;
    const { path } = authority.source;
    // On a worker only the kubelet uses this file, to verify its clients.
    const related = [
      { path, subject: 'kube-apiserver → kubelet', message: 'kubectl logs, exec and port-forward fail' },
    ];
    const own = pki.authorities.find((one) => one !== authority && sharesKey(one.certificates, authority.certificates));
    const other = holderOfIssuer(authority, cluster);
    const wantsKey = pki.kind === 'control-plane' && other !== undefined && lacksKey(authority, other.authority);
    const { key } = authority;
    const data = {
      key: key.path,
      ...foreignWords(authority, own),
      other: other?.name ?? '',
      otherPath: other?.authority.source.path ?? '',
      otherKey: other?.authority.key.path ?? '',
    };
    yield authorityProblem(authority, data, {
      lists: { files: [path, ...(key.seen === 'present' ? [key.path] : [])] },
      ...(pki.kind === 'worker' && { related }),
      ...(other && { fix: wantsKey ? 'pair-of-other' : 'certificate-of-other' }),
    });
  }),
  /** The same if an authority's key is too short, once for all that it signed. */
  'authority/key-usable': authorityCheck(function* (authority, pki) {
    const refused = pki.roles.flatMap((role) => {
      const link = role.parent === authority && role.applies.answer === 'yes' ? refusedLink(role, pki) : undefined;
      return link?.byAuthority ? [{ role, link }] : [];
    });
    const [first] = refused;
    if (first === undefined) return yield* unknownMlDsa(authority, pki);
    const { parent, error } = first.link;
    const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'signed with it' }));
    // Nothing can sign another one before there is another CA.
    const ids = refused.flatMap(({ role }) => [roleId(role.id), ...pathsOf(role).map(fileId)]);
    const affects = ids.map((id) => idOnNode(pki, id));
    yield authorityProblem(authority, { found: keyName(parent.publicKey), error }, { related, affects });
  }),
};
