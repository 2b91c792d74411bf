/** The steps that find and restore the right certificate of a CA. */
import type { FixStep } from '../core/report.ts';
import { embeddedCopy } from '../model/roles/authority-copies.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority } from '../model/roles/role.ts';
import type { StepRow } from '../tables/remedies.ts';
import { stepsOf } from '../tables/steps.ts';
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
  const copy = embeddedCopy(authority, pki);
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
