/** What runs on a node: the processes of its components, and what they see of its files. */

import { remember } from '../core/collections.ts';
import type { Argument } from './argument.ts';
import { isAtOrBelow, normalizePath } from './paths.ts';

/** Whether processes were looked at: `unseen` says why not, and then nothing is known about what runs. */
export type Running =
  | {
      readonly state: 'unseen';
      readonly reason: string;
      /** Present if it is a copy of a node without processes, as most are. */
      readonly isAbsent?: true;
    }
  | {
      readonly state: 'seen';
      /**
       * `proc`: the process table. `bundles`: only what the container runtime wrote about its containers, which may
       * have ended.
       */
      readonly from: 'proc' | 'bundles';
      /**
       * When it was looked at, or the copy was made: milliseconds since the epoch. undefined: now, by the clock of
       * judging.
       */
      readonly at: number | undefined;
      /**
       * Those of components, in the order of their process ids. Processes of other programs, and those of other
       * clusters, are not there.
       */
      readonly processes: readonly ComponentProcess[];
      /** What the host mounts, of the process table only: by it the place of a folder in its file system is known. */
      readonly hostMounts: readonly MountLine[] | undefined;
    };

/** A process of a component, or a container of which only the runtime's files are known. */
export interface ComponentProcess {
  /** `kube-apiserver`, `etcd`, `kubelet`, … */
  readonly component: string;
  /** undefined if only the runtime's files are known. */
  readonly pid: number | undefined;
  /** Its command line without the program. */
  readonly words: readonly string[];
  /** The flags in these words, parsed as those of a manifest or a unit are. Private keys in them are replaced. */
  readonly arguments: readonly Argument[];
  /**
   * The earliest time at which it may have started: milliseconds since the epoch, with fractions; undefined if unknown.
   */
  readonly started: number | undefined;
  /** By how many milliseconds it may have started later. */
  readonly tolerance: number;
  /** What it mounts; undefined if that was not read. */
  readonly mounts: readonly MountLine[] | undefined;
  /** The container that it runs in; undefined for a process of the host. */
  readonly container: ProcessContainer | undefined;
  /** The unit of its control group: `kubelet.service`; undefined if it is in none. */
  readonly unit: string | undefined;
}

export interface ProcessContainer {
  readonly id: string;
  /** The UID of its pod; undefined for a container without a pod. That of a static pod is a hash, without dashes. */
  readonly podUid: string | undefined;
  /** The name of its pod, if the runtime's files are in the input. */
  readonly pod: string | undefined;
  readonly image: string | undefined;
}

/** A line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
export interface MountLine {
  /** `major:minor`. */
  readonly device: string;
  /** The place in its file system of what is mounted: field 4, without ` //deleted`. */
  readonly root: string;
  /** Where it is mounted: field 5. */
  readonly path: string;
  /** Whether the mounted file or folder was removed since: its root ends with `//deleted`. */
  readonly isDeleted: boolean;
}

/**
 * Returns the device and the place in its file system of a path of a host, by its deepest mount, of those at the same
 * path by the last; undefined if no mount holds it. A host may have thousands.
 */
export const placeOnHost = remember(
  (hostMounts: readonly MountLine[], path: string): Pick<MountLine, 'device' | 'root'> | undefined => {
    let own: MountLine | undefined;
    for (const mount of hostMounts)
      if (isAtOrBelow(path, mount.path) && mount.path.length >= (own?.path.length ?? 0)) own = mount;
    if (own === undefined) return undefined;
    const rest = path.slice(own.path === '/' ? 0 : own.path.length);
    return { device: own.device, root: normalizePath(`${own.root}/${rest}`) };
  },
);

/** When a file was changed: milliseconds since the epoch, with fractions. */
export interface FileTimes {
  /** Of its content. It can be set to any time. */
  readonly mtime: number;
  /** Of its content, owner, mode or name; undefined in archives that do not keep it. */
  readonly ctime: number | undefined;
  /** How exact `mtime` is: 1000 in archives that keep whole seconds. */
  readonly tolerance: number;
}
