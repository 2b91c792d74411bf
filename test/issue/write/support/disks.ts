/** Disks on which something happens at a certain system call. */
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
  /** From 1 on. */
  readonly number: number;
  readonly name: keyof Disk;
  readonly args: readonly unknown[];
}

/**
 * A disk that tells of each call first, in order.
 *
 * @param before may throw instead of the call
 * @param counted calls that have a number; the others have that of the last counted
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

/** Nothing really lasts, which is all the same to tests, and quick. */
export const quickDisk: Disk = { ...machineDisk, fsync: () => {} };

/** How many changing calls something makes. */
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

/** The machine went off. */
export class Crash extends Error {}

/**
 * A disk of a machine that goes off instead of the call of that number: a write is done by half, and no later call does
 * anything. What goes on in memory no longer matters then.
 *
 * @param loses whether what was not synced is lost, as when the power fails; else it is as if the process was killed
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
    // The bytes need not really last.
    fsync: (descriptor) => void unsynced.delete(descriptor),
    close(descriptor) {
      if (unsynced.delete(descriptor)) throw new Error('closed what was not synced');
      machineDisk.close(descriptor);
    },
  };
  return watched(
    ({ number, name, args }) => {
      // Descriptors are the machine's, which in truth goes on.
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

/** A disk that refuses calls as the system would. */
export function failing(refuses: (call: Call) => string | undefined): Disk {
  return watched((call) => {
    const code = refuses(call);
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${call.name}`), { code, syscall: call.name });
  });
}
