/** Checks of key usages and of critical extensions. */
import type { Certificate } from '../artifact/certificate.ts';
import { handful } from '../core/text.ts';
import { etcdPeersOf } from '../model/dialling/etcd-members.ts';
import { factOptions } from '../model/facts/options.ts';
import { pathLimitOf } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import { roleIds } from '../tables/role-ids.ts';
import { usageRows } from '../tables/tables.ts';
import { refuseNames } from '../x509/constrained-names.ts';
import { authorityProblem, notApplicable, roleProblem, skip } from './check.ts';
import { authorityCheck, certificateCheck } from './guards.ts';

const only = `${factOptions.etcdMembers.option} one`;

/** Whether a certificate allows a usage. Without the extension it allows all (Go, and RFC 5280 section 4.2.1.12). */
export function allows(role: Role, usage: string): boolean {
  const usages = role.leaf?.extendedKeyUsage;
  return usages === undefined || usages.includes(usage) || usages.includes('anyExtendedKeyUsage');
}

/** The usages that the running component needs. An etcd without peers is a client of none. */
function neededUsages(role: Role, pki: Pki): readonly string[] {
  if (role.kind !== 'certificate') return ['clientAuth'];
  const { needs } = role.row;
  const isOnlyMember = role.id === roleIds.etcdPeer && etcdPeersOf(pki) === 'none';
  return isOnlyMember ? needs.filter((usage) => usage !== 'clientAuth') : needs;
}

function lacksKeyUsage(role: Role, rows: typeof usageRows): readonly string[] {
  const { keyUsage, publicKey } = role.leaf ?? {};
  const wanted = new Set(rows.flatMap((row) => row.keyUsage));
  // Only RSA keys encipher keys (RFC 8813 section 3): a certificate with an EC key should not have this usage.
  if (publicKey?.type !== 'RSA') wanted.delete('keyEncipherment');
  return [...wanted].filter((usage) => !keyUsage?.includes(usage));
}

interface Limit {
  readonly ca: Certificate;
  readonly role: Role;
  readonly limit: string;
}

/** The CA of an authority that refuses a certificate which it signed, and why. */
function limitsOn(role: Role, authority: Authority, pki: Pki): readonly Limit[] {
  if (role.parent !== authority || role.applies.answer !== 'yes') return [];
  const path = role.verified ? undefined : pathLimitOf(role, authority, pki.strictness);
  if (path?.isOwn) {
    const allowed = path.ca.basicConstraints?.pathLength;
    const limit = `too many intermediates for path length constraint: ${path.below}, and it allows ${allowed}`;
    return [{ ca: path.ca, role, limit }];
  }
  const chain = role.verified ?? [];
  const [first] = chain.slice(1).flatMap((ca) => {
    const limit = limitOf(ca, chain, role, pki);
    return limit === undefined ? [] : [{ ca, role, limit }];
  });
  return first === undefined ? [] : [first];
}

/** Why what a CA has signed is refused: by its own limits, which Go applies to everything below it. */
function limitOf(ca: Certificate, chain: readonly Certificate[], role: Role, pki: Pki): string | undefined {
  const usages = ca.extendedKeyUsage ?? [];
  const isLimited = usages.length > 0 && !usages.includes('anyExtendedKeyUsage');
  const lacks = isLimited ? neededUsages(role, pki).filter((usage) => !usages.includes(usage)) : [];
  if (lacks.length > 0) return `its extended key usages exclude ${lacks.join(' and ')}`;
  return refuseNames(ca, chain.slice(0, chain.indexOf(ca)), pki.strictness)?.replace(/^x509: /, '');
}

export const usageChecks = {
  /**
   * The extended key usages, the name constraints and the path length of a CA limit all certificates below it (crypto/x509
   * verify.go: Verify, isValid; RFC 5280 sections 4.2.1.9 and 4.2.1.10).
   */
  'authority/limit': authorityCheck(function* (authority, pki) {
    const refused = pki.roles.flatMap((role) => limitsOn(role, authority, pki));
    const [first] = refused;
    if (first === undefined) return;
    const { ca, limit, role: example } = first;
    // Go tries each certificate of the pool with this name and key: where no chain was found, none of them allows it.
    const isSame = (one: Certificate) => one.subject.der === ca.subject.der && one.publicKey.id === ca.publicKey.id;
    if (example.verified && authority.certificates.filter(isSame).length > 1)
      return yield skip('the file has several certificates of this CA');
    const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'is refused' }));
    const roles = handful(
      refused.map(({ role }) => role.id),
      3,
    );
    yield authorityProblem(authority, { subject: ca.subject.text, reason: limit, roles }, { related, certificate: ca });
  }),

  /** Usages that the running component needs. */
  'cert/usage': certificateCheck(function* (role, pki) {
    const needs = neededUsages(role, pki);
    const lacks = needs.filter((usage) => !allows(role, usage));
    if (lacks.length === 0) return;
    const found = role.leaf.extendedKeyUsage?.join(', ') || 'none';
    const isPeer = role.id === roleIds.etcdPeer && lacks.join() === 'clientAuth';
    const unless = isPeer && etcdPeersOf(pki) === 'unknown' ? ` (unless this is the only member: ${only})` : '';
    yield roleProblem(role, { lacks: lacks.join(' and '), wanted: needs.join(', '), found, unless }, { parts: lacks });
  }),

  /** Usages that the documentation lists for the kind, although the component runs without them. */
  'cert/usage-documented': certificateCheck(function* (role, pki) {
    if (role.kind !== 'certificate') return yield notApplicable('not one of the documented certificates');
    const { leaf } = role;
    const rows = usageRows.filter((row) => role.row.kinds.includes(row.kind));
    const extended = new Set(rows.flatMap((row) => row.extendedKeyUsage));
    const needed = new Set(neededUsages(role, pki));
    const usages = leaf.extendedKeyUsage;
    // What is needed and refused is reported by cert/usage. An absent extension refuses nothing, and lacks all.
    const ours = [...extended].filter((usage) => usages === undefined || (!needed.has(usage) && !allows(role, usage)));
    const lacks = [...ours, ...lacksKeyUsage(role, rows)];
    if (lacks.length === 0) return;
    const wanted = [...new Set(rows.flatMap((row) => row.keyUsage)), ...extended].join(', ');
    const found = [...(leaf.keyUsage ?? []), ...(usages ?? [])].join(', ') || 'none';
    yield roleProblem(role, { lacks: lacks.join(' and '), wanted, found }, { key: lacks.join() });
  }),

  /** Go refuses critical extensions that it does not know (crypto/x509 verify.go, isValid; RFC 5280 section 4.2). */
  'cert/extension': certificateCheck(function* (role) {
    const { unhandledCritical } = role.leaf;
    if (unhandledCritical.length === 0) return;
    yield roleProblem(role, { found: unhandledCritical.join(', ') }, { parts: unhandledCritical });
  }),
};
