/** The steps that find and restore the right certificate of a CA. */

import { holderOfCa } from '../../model/cluster/ca-source.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { embeddedCopy } from '../../model/trust/authority-copies.ts';
import { sharedWith } from '../../model/trust/sharing.ts';
import { linkAmong, signingCertificate } from '../../model/trust/signing.ts';
import type { FixStep } from '../../results/finding.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { stepTarget } from './restarts.ts';

/**
 * Returns the steps that restore the certificate of a CA: from a kubeconfig that embeds it, else from a different node
 * of the input, else what the table says, and how to find it in backups and on other nodes.
 *
 * @param rows what the table says
 * @param path the file that is at fault: where that is the key of a CA whose certificate is right, only the key is
 *   restored
 */
export function restoringSteps(
  rows: readonly StepRow[],
  authority: Authority,
  pki: Pki,
  path = authority.source.path,
): readonly FixStep[] {
  if (path === authority.key.path && authority.loaded?.ok) return keySteps(authority, pki);
  const { embedded, held, heldKey } = pki.layout.remedies.restoring;
  const { source, key } = authority;
  const certificate = source.path;
  const first = keptRows(authority, pki);
  const copy = first && embeddedCopy(authority, pki);
  if (first !== undefined && copy !== undefined) {
    const values = { path: copy.path, certificate };
    return [...first, embedded].flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  }
  const holder = first && holderOfCa(authority, pki);
  if (first !== undefined && holder !== undefined) {
    const { source: there, key: otherKey } = holder.authority;
    const values = { certificate, key: key.path, other: holder.node, otherPath: there.path, otherKey: otherKey.path };
    const lacksKey = pki.kind === 'control-plane' && key.seen === 'absent' && otherKey.seen === 'present';
    const rows = [...first, held, ...(lacksKey ? [heldKey] : [])];
    return rows.flatMap((row) => stepsOf(row, values, stepTarget(pki)));
  }
  const said = rows.flatMap((row) => stepsOf(row, { certificate }, stepTarget(pki)));
  return [...said, ...findingSteps(authority, pki)];
}

/** The steps that restore only the key of a CA. */
function keySteps(authority: Authority, pki: Pki): readonly FixStep[] {
  const { keptKey, heldKey, putKey } = pki.layout.remedies.restoring;
  const { key, source } = authority;
  const holder = holderOfCa(authority, pki);
  const otherKey = holder?.authority.key;
  const values = { key: key.path, certificate: source.path, other: holder?.node ?? '', otherKey: otherKey?.path ?? '' };
  const isHeld = otherKey?.seen === 'present' && holder !== undefined && signingCertificate(holder.authority, 0);
  const rows = [...(key.seen === 'absent' ? [] : keptKey), isHeld ? heldKey : putKey];
  return rows.flatMap((row) => stepsOf(row, values, stepTarget(pki)));
}

/**
 * The rows that keep the file that is there. A link is moved away: writing through it would change the file of another
 * role. undefined if the file itself belongs to another role too, and must not be written.
 */
function keptRows({ id, source }: Authority, pki: Pki): readonly StepRow[] | undefined {
  const { kept, moved } = pki.layout.remedies.restoring;
  if (source.seen === 'absent' || source.path === '') return [];
  if (linkAmong([source.path], pki) !== undefined) return moved;
  return sharedWith([source.path], id, pki) === undefined ? kept : undefined;
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
