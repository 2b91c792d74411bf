/** Disks on which something happens at a given system call. */
import { ftruncateSync } from 'node:fs';
import { type Disk, machineDisk } from '../../../../src/issue/write/disk.ts';

/** The calls that change something. */
export const changing = [
  'create',
  'write',
  'fchown',
  'fchmod',
  'futimes',
  'fsync',
  'link',
  'rename',
  'unlink',
  'mkdir',
  'rmdir',
] as const satisfies readonly (keyof Disk)[];
export type Changing = (typeof changing)[number];

export interface Call {
  /** Starts at 1. */
  readonly number: number;
  readonly name: keyof Disk;
  readonly args: readonly unknown[];
}

/**
 * A disk that reports each call before it is made, in order.
 *
 * @param before may throw to prevent the call
 * @param counted calls that have a number; the others have that of the last counted call
 */
export function watched(
  before: (call: Call) => void,
  counted: readonly (keyof Disk)[] = changing,
  disk = machineDisk,
): Disk {
  let number = 0;
  const wrap =
    (name: keyof Disk, act: (...args: never[]) => unknown) =>
    (...args: never[]): unknown => {
      if (counted.includes(name)) number += 1;
      before({ number, name, args });
      return act(...args);
    };
  const names = Object.keys(disk) as (keyof Disk)[];
  return Object.fromEntries(names.map((name) => [name, wrap(name, disk[name])])) as unknown as Disk;
}

/** Does not sync, which makes no difference to tests and is fast. */
export const quickDisk: Disk = { ...machineDisk, fsync: () => {} };

/** Every changing call that a function makes. */
export async function callsOf(act: (disk: Disk) => unknown): Promise<readonly Call[]> {
  const calls: Call[] = [];
  await act(
    watched(
      (call) => {
        if (changing.includes(call.name as Changing)) calls.push(call);
      },
      changing,
      quickDisk,
    ),
  );
  return calls;
}

/** Simulates a power failure. */
export class Crash extends Error {}

/**
 * A disk of a machine that loses power instead of making the call with this number: a write is only half done, and no
 * later call has any effect. In-memory state no longer matters then.
 *
 * @param loses whether unsynced data is lost, as in a power failure; otherwise it is as if the process was killed
 */
export function crashing(at: number, loses = true): Disk {
  let isOff = false;
  const unsynced = new Set<number>();
  const unsyncedDisk: Disk = {
    ...machineDisk,
    write(descriptor, bytes, offset) {
      unsynced.add(descriptor);
      return machineDisk.write(descriptor, bytes, offset);
    },
    // The bytes need not really be synced.
    fsync: (descriptor) => void unsynced.delete(descriptor),
    close(descriptor) {
      if (unsynced.delete(descriptor)) throw new Error('closed what was not synced');
      machineDisk.close(descriptor);
    },
  };
  return watched(
    ({ number, name, args }) => {
      // Descriptors belong to this process, which in reality continues.
      if (isOff && name === 'close') machineDisk.close(args[0] as number);
      if (isOff) throw new Crash();
      if (number < at) return;
      isOff = true;
      if (name === 'write') {
        const [descriptor, bytes] = args as unknown as [number, Uint8Array];
        machineDisk.write(descriptor, bytes.subarray(0, Math.ceil(bytes.length / 2)), 0);
      } else if (loses) {
        for (const descriptor of unsynced) ftruncateSync(descriptor, 0);
      }
      throw new Crash();
    },
    changing,
    unsyncedDisk,
  );
}

/** A disk that rejects calls as the operating system would. */
export function failing(refuses: (call: Call) => string | undefined): Disk {
  return watched((call) => {
    const code = refuses(call);
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${call.name}`), { code, syscall: call.name });
  });
}
