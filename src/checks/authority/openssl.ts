/** Checks of CAs that Go accepts and OpenSSL refuses. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Role } from '../../model/roles/role.ts';
import { authorityProblem, list, notApplicable } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { servesOthers } from '../credentials/openssl.ts';

/**
 * Whether OpenSSL finds no issuer: each certificate with the issuer's name has a different key identifier
 * (crypto/x509/v3_purp.c, X509_check_akid). Go prefers an issuer with the identifier, and also accepts others
 * (cert_pool.go, findPotentialParents).
 */
function hasLostIssuer({ issuer, authorityKeyId }: Certificate, all: readonly Certificate[]): boolean {
  const issuers = all.filter((one) => one.subject.der === issuer.der);
  if (!authorityKeyId || issuers.length === 0) return false;
  return issuers.every(({ subjectKeyId }) => subjectKeyId && subjectKeyId !== authorityKeyId);
}

const chainOfFile = ({ chain }: Role) => (chain?.ok ? chain.value.intermediates : []);

export const authorityOpensslChecks = {
  'authority/key-identifier': authorityCheck(function* (authority, pki) {
    const signed = pki.roles.filter(({ parent, verified }) => parent.id === authority.id && verified);
    const servers = signed.filter(servesOthers);
    if (servers.length === 0) return yield notApplicable('it signed no server that other programs connect to');
    const lost = servers.filter((role) => {
      return role.leaf && hasLostIssuer(role.leaf, [...authority.certificates, ...chainOfFile(role)]);
    });
    if (lost.length === 0) return;
    const found = authority.loaded.value.flatMap(({ subjectKeyId }) => subjectKeyId ?? []);
    const wanted = lost.flatMap(({ leaf }) => leaf?.authorityKeyId ?? []);
    const ids = lost.map(({ id }) => id);
    const data = { servers: list(ids), found: list(found), wanted: list([...new Set(wanted)]) };
    yield authorityProblem(authority, data, { parts: ids });
  }),
};
