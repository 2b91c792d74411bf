/** Checks of key usages and of critical extensions. */

import { etcdPeersOf } from '../../model/dialling/etcd-members.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import type { Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { usageRows } from '../../tables/tables.ts';
import { notApplicable, roleProblem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { allows, neededUsages } from '../credentials/usage.ts';

const only = `${factOptions.etcdMembers.option} one`;

function lacksKeyUsage(role: Role, rows: typeof usageRows): readonly string[] {
  const { keyUsage, publicKey } = role.leaf ?? {};
  const wanted = new Set(rows.flatMap((row) => row.keyUsage));
  // Only RSA keys encipher keys (RFC 8813 section 3): a certificate with an EC key should not have this usage.
  if (publicKey?.type !== 'RSA') wanted.delete('keyEncipherment');
  return [...wanted].filter((usage) => !keyUsage?.includes(usage));
}

export const certUsageChecks = {
  /** Usages that the running component needs. */
  'cert/usage': certificateCheck(function* (role, pki) {
    const needs = neededUsages(role, pki);
    const lacks = needs.filter((usage) => !allows(role, usage));
    if (lacks.length === 0) return;
    const found = role.leaf.extendedKeyUsage?.join(', ') || 'none';
    const isPeer = role.row.role === roleIds.etcdPeer && lacks.join() === 'clientAuth';
    const unless =
      isPeer && etcdPeersOf(pki) === 'unknown' ? ` (harmless on a single-member etcd: tell pki-lint with ${only})` : '';
    yield roleProblem(role, { lacks: lacks.join(' and '), wanted: needs.join(', '), found, unless }, { parts: lacks });
  }),
  /** Usages that the documentation lists for the kind, although the component runs without them. */
  'cert/usage-documented': certificateCheck(function* (role, pki) {
    if (role.kind !== 'certificate') return yield notApplicable('not one of the documented certificates');
    if (role.row.anyUsage) return yield notApplicable('its component works without them');
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
