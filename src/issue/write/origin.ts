/** Where a journal was written. It counts only there, because it may have come with a copy of a node. */
import type { Disk } from './disk.ts';
import { attempt } from './files.ts';
import type { Processes } from './machine.ts';

/** The machine and the folder (`.pki-lint/`) that a journal was written for. Numbers are text: they may exceed 2^53. */
export interface Origin {
  /** null: unknown. */
  readonly machine: string | null;
  /** Empty: unknown. */
  readonly boot: string;
  /** The number of the file system (stat(2): st_dev), which may differ in another boot. */
  readonly device: string;
  readonly inode: string;
  /**
   * When the folder was created, in nanoseconds (statx(2): stx_btime). Unlike the other times, no system call sets it.
   */
  readonly birth: string;
}

/** The origin of what is written to this folder now. */
export function originOf(disk: Disk, store: string, processes: Processes): Origin {
  return lookAt(disk, store, processes).origin;
}

/**
 * Why a journal of this origin does not count for this folder; undefined if it does. In a later boot it still does: a
 * power loss is what it is for. Device numbers are compared in the same boot only, because disks may be found in a
 * different order after it.
 */
export function whyNotHere(was: Origin, disk: Disk, store: string, processes: Processes): string | undefined {
  const { origin: here, hasBirth } = lookAt(disk, store, processes);
  const isSameBoot = was.boot !== '' && was.boot === here.boot;
  if (was.machine !== null && here.machine !== null) {
    if (was.machine !== here.machine) return 'it was written on another machine';
  } else if (!isSameBoot && !hasBirth) {
    return 'whether it was written on this machine is unknown (there is no /etc/machine-id)';
  }
  const isFolder =
    was.inode === here.inode && (!hasBirth || was.birth === here.birth) && (!isSameBoot || was.device === here.device);
  return isFolder ? undefined : 'it was written for another directory';
}

/**
 * `hasBirth`: whether the file system records when the folder was created. If not, Node returns 0 or the time of the
 * last change, which the lock has just changed.
 */
function lookAt(disk: Disk, store: string, processes: Processes) {
  const { dev, ino, birthtimeNs, ctimeNs } = attempt('look at', store, () => disk.identify(store));
  const origin: Origin = {
    machine: processes.machineId(),
    boot: processes.self().boot,
    device: `${dev}`,
    inode: `${ino}`,
    birth: `${birthtimeNs}`,
  };
  return { origin, hasBirth: birthtimeNs > 0n && birthtimeNs !== ctimeNs };
}
