/** Certificates that the kubelet renews by itself: one written into its store would be one that it did not ask for. */
import type { Role } from '../../model/pki.ts';
import type { Refusal } from '../types.ts';

/** Why it is not issued here, and what helps where it no longer renews itself. */
export function rotated(role: Role): Refusal {
  return {
    role: role.id,
    message: `${role.id} names ${role.certificate?.path}, which the kubelet renews by itself`,
    hint: `if the kubelet cannot any more: move ${role.path} and ${role.certificate?.path} away, then: pki-lint issue --only ${role.id}`,
  };
}
