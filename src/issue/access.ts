/** With which mode each kind of file is written. */
import type { NodeFile } from '../artifact/file.ts';

/** The access to a file, by its content. */
export interface Access {
  /** Octal: the mode of a new file. */
  readonly mode: number;
  readonly isSecret: boolean;
}

export const secretAccess: Access = { mode: 0o600, isSecret: true };
export const openAccess: Access = { mode: 0o644, isSecret: false };
/** As kubeadm writes sa.pub: its WriteKey writes public keys too. */
export const openKeyAccess: Access = { mode: 0o600, isSecret: false };

/**
 * A replaced file keeps its mode, as it keeps its owner: it may be stricter than usual, or let a component's group read
 * (kubeadm's RootlessControlPlane). Bits that lint reports are removed.
 */
export function modeAfter(old: NodeFile | undefined, { mode, isSecret }: Access): number {
  if (old?.mode === undefined) return mode;
  const ofSecrets = old.gid === 0 ? 0o077 : 0o027;
  const tooMuch = isSecret ? ofSecrets : 0o022;
  return (old.mode & 0o777 & ~tooMuch) | 0o600;
}
