/** Certificates that the kubelet renews by itself: one written into its store would be one that it did not ask for. */
import type { Role } from '../../model/pki.ts';
import type { Refusal } from '../types.ts';

/** Whether a kubeconfig names a file for its credential, as the kubelet's does once it rotates. */
export function isRotated(role: Role): boolean {
  return role.kind === 'kubeconfig' && role.certificate?.file !== undefined;
}

/** Why it is not issued here, and what helps where it no longer renews itself. */
export function rotated(role: Role): Refusal {
  return {
    role: role.id,
    message: `${role.id} names ${role.certificate?.path}, which the kubelet renews by itself`,
    hint: `if it no longer can: move ${role.path} and that file away, then issue ${role.id} anew`,
  };
}
