/** Certificates that the kubelet renews by itself: one written into its store would be one that it did not ask for. */
import type { Role } from '../../model/pki.ts';
import type { Refusal } from '../types.ts';

/** Why it is not issued here, and what helps where it no longer renews itself. `isOrphaned`: its CA is replaced. */
export function rotated(role: Role, isOrphaned = false): Refusal {
  const both = `move ${role.path} and ${role.certificate?.path} away`;
  return {
    role: role.id,
    message: `${role.id} names ${role.certificate?.path}, which the kubelet renews by itself`,
    hint: isOrphaned
      ? `${both}, and the same command makes a new one`
      : `if the kubelet cannot any more: ${both}, then: pki-lint issue --only ${role.id}`,
  };
}
