/** Nodes that a crashed run left, and the machine after a reboot. */
import path from 'node:path';
import { expect } from 'vitest';
import { type Disk, machineDisk } from '../../../../src/issue/write/disk.ts';
import { machineProcesses, type Processes } from '../../../../src/issue/write/machine.ts';
import { Crash, callsOf, crashing } from './disks.ts';
import { nodeOf, now } from './node.ts';
import { placeAt, type Scenario } from './scenarios.ts';
import { writeBatch } from './writing.ts';

/** A node on which a run crashed just before it gave a file its final name. */
export async function crashedBefore(scenario: Scenario, file: string): Promise<string> {
  const pki = 'etc/kubernetes/pki';
  const counted = nodeOf(scenario);
  const calls = await callsOf((disk) => writeBatch({ ...scenario, place: placeAt(counted), now, disk }));
  const naming = calls.find(({ args }) => args[1] === path.join(counted, pki, file));
  const root = nodeOf(scenario);
  const writing = writeBatch({ ...scenario, place: placeAt(root), now, disk: crashing(naming?.number ?? 0) });
  await expect(writing).rejects.toBeInstanceOf(Crash);
  return root;
}

/** Every holder of a lock is dead, as after a crash. */
export const afterDeath: Processes = { ...machineProcesses, mayRun: () => false };

/** The same machine in another boot. */
export const rebooted: Processes = { ...afterDeath, self: () => ({ ...machineProcesses.self(), boot: 'later' }) };

/** A disk that the kernel found in a different order: its file systems have other device numbers. */
export const renumbered = (disk: Disk): Disk => ({
  ...disk,
  identify: (file) => Object.assign(machineDisk.identify(file), { dev: 12345n }),
});
