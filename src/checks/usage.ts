/** What a certificate may be used for. */
import type { Role } from '../model/roles/role.ts';
import { usageRows } from '../tables/tables.ts';
import { check, leafOf, notApplicable, problem } from './check.ts';

/** No extension allows everything (Go, and RFC 5280 section 4.2.1.12); so does anyExtendedKeyUsage. */
function allows(role: Role, usage: string): boolean {
  const usages = role.leaf?.extendedKeyUsage;
  return usages === undefined || usages.includes(usage) || usages.includes('anyExtendedKeyUsage');
}

/** Whether a certificate can be shown by a client at all. */
export function isClient(role: Role): boolean {
  return allows(role, 'clientAuth');
}

/** Usages that the running component cannot do without. */
const certUsage = check('role', function* (role) {
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  const needs = role.kind === 'certificate' ? role.row.needs : ['clientAuth'];
  const lacks = needs.filter((usage) => !allows(role, usage));
  if (lacks.length === 0) return;
  const found = leaf.extendedKeyUsage?.join(', ') || 'none';
  yield problem(role.at, {
    role: role.id,
    path: role.path,
    lacks: lacks.join(' and '),
    wanted: needs.join(', '),
    found,
  });
});

/** Usages that the page lists for the kind, although the component runs without them. */
const certUsageDocumented = check('role', function* (role) {
  if (role.kind !== 'certificate') return yield notApplicable('not one of the seven documented certificates');
  const leaf = yield* leafOf(role);
  if (!leaf) return;
  const rows = usageRows.filter((row) => role.row.kinds.includes(row.kind));
  const extended = new Set(rows.flatMap((row) => row.extendedKeyUsage));
  const needed = new Set(role.row.needs);
  const usages = leaf.extendedKeyUsage;
  // What is needed and refused is cert/usage's to tell; an absent extension refuses nothing, and lacks all.
  const ours = [...extended].filter((usage) => usages === undefined || (!needed.has(usage) && !allows(role, usage)));
  const lacks = [...ours, ...lacksKeyUsage(role, rows)];
  if (lacks.length > 0) {
    const wanted = [...new Set(rows.flatMap((row) => row.keyUsage)), ...extended].join(', ');
    const found = [...(leaf.keyUsage ?? []), ...(usages ?? [])].join(', ') || 'none';
    yield problem(role.at, { role: role.id, lacks: lacks.join(' and '), wanted, found }, { key: lacks.join() });
  }
});

function lacksKeyUsage(role: Role, rows: typeof usageRows): readonly string[] {
  const { keyUsage, publicKey } = role.leaf ?? {};
  const wanted = new Set(rows.flatMap((row) => row.keyUsage));
  // Key encipherment is an act of RSA keys alone (RFC 8813 section 3), so that an EC key does right to leave it out.
  if (publicKey?.type !== 'RSA') wanted.delete('keyEncipherment');
  return [...wanted].filter((usage) => !keyUsage?.includes(usage));
}

/** Go refuses what it does not understand and may not ignore (crypto/x509 verify.go, isValid; RFC 5280 section 4.2). */
const certExtension = check('role', function* (role) {
  const leaf = yield* leafOf(role);
  if (!leaf || leaf.unhandledCritical.length === 0) return;
  yield problem(role.at, { role: role.id, path: role.path, found: leaf.unhandledCritical.join(', ') });
});

export const usageChecks = {
  'cert/usage': certUsage,
  'cert/usage-documented': certUsageDocumented,
  'cert/extension': certExtension,
};
