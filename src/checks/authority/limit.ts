/** Checks of the limits in the certificate of a CA that refuse what it signed. */
import type { Certificate } from '../../artifact/certificate.ts';
import { handful } from '../../core/text.ts';
import { pathLimitOf } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import { refuseNames } from '../../x509/verify/constrained-names.ts';
import { authorityProblem, skip } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { neededUsages } from '../credentials/usage.ts';

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

export const authorityLimitChecks = {
  /**
   * The extended key usages, the name constraints and the path length of a CA limit all certificates below it
   * (crypto/x509 verify.go: Verify, isValid; RFC 5280 sections 4.2.1.9 and 4.2.1.10).
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
    const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'refused' }));
    const roles = handful(
      refused.map(({ role }) => role.id),
      3,
    );
    yield authorityProblem(authority, { subject: ca.subject.text, reason: limit, roles }, { related, certificate: ca });
  }),
};
