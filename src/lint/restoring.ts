/** The steps that find and restore the right certificate of a CA. */
import type { FixStep } from '../core/report.ts';
import { chainOf } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { StepRow } from '../tables/remedies.ts';
import { stepsOf } from '../tables/steps.ts';
import { loadGoPool } from '../x509/load.ts';
import { stepTarget } from './restarts.ts';

/**
 * Returns the steps that restore the certificate of a CA: from a kubeconfig that embeds it, else what the table says, and how
 * to find it in backups and on other nodes.
 *
 * @param rows what the table says
 */
export function restoringSteps(rows: readonly StepRow[], authority: Authority, pki: Pki): readonly FixStep[] {
  const { kept, embedded } = pki.layout.remedies.restoring;
  const certificate = authority.source.path;
  const copy = pki.roles.find((role) => isCopyOf(role, authority, pki));
  if (copy !== undefined) {
    const values = { path: copy.path, certificate };
    const first = authority.source.seen === 'present' ? kept : [];
    return [...first, embedded].flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  }
  const said = rows.flatMap((row) => stepsOf(row, { certificate }, stepTarget(pki)));
  return [...said, ...findingSteps(authority, pki)];
}

/** Both ways to find it compare it with a certificate that it signed; without one there are none. */
function findingSteps({ source, key, leaves }: Authority, pki: Pki): readonly FixStep[] {
  const { search, compare, put } = pki.layout.remedies.restoring;
  const target = stepTarget(pki);
  const signed = leaves.flatMap(({ kubeconfig, path, certificate }) =>
    certificate === undefined || (kubeconfig && certificate.path === path) ? [] : certificate.path,
  )[0];
  const keyId = leaves.flatMap(({ leaf }) => leaf?.authorityKeyId ?? []).find((id) => id.length <= longestKeyId);
  const steps = [
    ...(signed === undefined ? [] : stepsOf(search, { signed }, target)),
    ...(keyId === undefined ? [] : stepsOf(compare, { certificate: source.path, keyId: pairs(keyId) }, target)),
  ];
  const withKey = pki.kind === 'control-plane' ? `, and its key to ${key.path}` : '';
  return steps.length === 0 ? [] : [...steps, ...stepsOf(put, { certificate: source.path, withKey }, target)];
}

/** In hex digits: a SHA-256 has 64. */
const longestKeyId = 64;

/** Formats hex digits as OpenSSL does. */
const pairs = (hex: string): string => hex.toUpperCase().replace(/..(?!$)/g, '$&:');

/**
 * Whether a kubeconfig embeds a valid certificate of a CA, and only that: its key is that of the key file, and if the CA's own
 * file can be read, it signed what that file did not.
 */
function isCopyOf({ parent, kubeconfig }: Role, { id, key, loaded, leaves }: Authority, pki: Pki): boolean {
  const pem = parent.id === id ? kubeconfig?.cluster?.certificateAuthority?.embedded : undefined;
  const pool = pem && loadGoPool(pem);
  const [copy, ...others] = pool?.ok ? pool.value : [];
  if (copy === undefined || others.length > 0) return false;
  const isOwn = (key.pem?.blocks ?? []).some(
    (block) => block.type === 'private-key' && block.key.publicKey.id === copy.publicKey.id,
  );
  const isIssuer = !loaded?.ok || leaves.some((role) => chainOf(role, [copy]) !== undefined);
  return isOwn && isIssuer && copy.basicConstraints?.ca === true && pki.judging.at <= copy.notAfter;
}
