/** Whether what a node lacks may be on its way: the kubelet takes a while for what was just changed. */
import { componentNamed, podNames } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { fileIn } from '../../artifact/place.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { startOf } from '../handshake/starts.ts';
import type { Pki } from '../roles/pki.ts';
import {
  instancesOf,
  isJudged,
  isSupervised,
  kubeletState,
  lookAtRunning,
  processesOf,
  type SeenRunning,
  starterOf,
  wantedCount,
} from './pairing.ts';
import { timeSeen } from './processes.ts';

/**
 * How long a node may differ from its files after a change of them, or after a start of the kubelet, without a fault:
 * the kubelet takes up to 20 s for a manifest, 30 s or more until a pod has ended, and waits before it starts again
 * what has ended.
 */
const settlingMs = 2 * 60_000;

/** By how much clocks and file systems may differ. */
const inexactMs = 2000;

/**
 * Whether a node had the time to do what a file asks for: `unknown` without the times of the file, or if its clock was
 * wrong.
 */
export type Settlement =
  | { readonly state: 'settled' | 'unknown' }
  /** What was changed or started less than two minutes before, and how many seconds before. */
  | { readonly state: 'settling'; readonly since: 'file' | 'kubelet' | 'component'; readonly seconds: number };

/**
 * Returns whether the kubelet had the time to do what a file asks for.
 *
 * @param file the manifest; the folder, of one that is not there
 * @param starter what starts its component: systemd does nothing by itself, and does not wait for the kubelet
 */
export function settledBy(
  file: NodeFile | undefined,
  pki: Pki,
  running: SeenRunning,
  starter: 'pod' | 'unit' = 'pod',
): Settlement {
  const now = timeSeen(pki);
  const [kubelet] = starter === 'pod' ? instancesOf('kubelet', running) : [];
  const startOfProcess = ({ started, tolerance }: ComponentProcess) =>
    (started ?? Number.NEGATIVE_INFINITY) + tolerance;
  const started = kubelet && startOfProcess(kubelet);
  // After a restart of kube-apiserver its clients exit, and start again after a while.
  const [latest] = running.processes.map(startOfProcess).sort((one, other) => other - one);
  const times = file?.times;
  const edited = times && Math.max(times.mtime, times.ctime ?? times.mtime);
  if (isRecent(started, now)) return settling('kubelet', now - started);
  if (isRecent(edited, now)) return settling('file', now - edited);
  if (starter === 'pod' && isRecent(latest, now)) return settling('component', now - latest);
  if (edited === undefined || edited > now) return { state: 'unknown' };
  return { state: 'settled' };
}

/** Whether something happened less than two minutes before, and not after. */
const isRecent = (then: number | undefined, now: number): then is number =>
  then !== undefined && then - now < inexactMs && now - then < settlingMs;

const settling = (since: 'file' | 'kubelet' | 'component', ms: number): Settlement => ({
  state: 'settling',
  since,
  seconds: Math.max(0, Math.round(ms / 1000)),
});

/** Whether a component whose manifest is there runs; or why that is not known. */
export type Presence =
  | { readonly kind: 'runs' }
  | { readonly kind: 'absent'; readonly path: string; readonly kubelet: 'runs' | 'down'; readonly settled: Settlement }
  | { readonly kind: 'skip' | 'not-applicable'; readonly reason: string };

/** Returns whether the static pod of a component has a process. */
export function presenceOf(component: Component, pki: Pki): Presence {
  const look = lookAtRunning(pki);
  if (look.seen === undefined) return { kind: 'not-applicable', reason: look.reason };
  if (starterOf(component, pki) !== 'pod') return { kind: 'not-applicable', reason: 'not a static pod' };
  if (!isJudged(component, pki)) return { kind: 'not-applicable', reason: 'the first of its manifests is judged' };
  if (processesOf(component, pki, look.seen).length > 0) return { kind: 'runs' };
  if (look.seen.from === 'bundles') return { kind: 'not-applicable', reason: notInBundles };
  const kubelet = kubeletState(pki, look.seen);
  if (kubelet === 'unknown') return { kind: 'skip', reason: 'it is unknown whether the kubelet runs' };
  const path = fileIn(component.at) ?? '';
  return { kind: 'absent', path, kubelet, settled: settledBy(pki.node.files.get(path), pki, look.seen) };
}

/** Why files of a container runtime do not show what is absent. */
export const notInBundles =
  'the process table is not in the input, and files of the container runtime show only what it has started';

/** A component that runs although nothing on the node starts it. */
export interface Unmanaged {
  readonly name: string;
  readonly running: ComponentProcess;
  /** The folder that has no manifest for it. */
  readonly folder: string;
  readonly settled: Settlement;
}

/**
 * Returns the components that run though their manifests are not there, on a node whose components the kubelet starts.
 * A process of a unit has been started by that.
 */
export function unmanagedOn(pki: Pki, running: SeenRunning): readonly Unmanaged[] {
  if (running.from === 'bundles' || isSupervised(pki.layout)) return [];
  return podNames.flatMap((name) => {
    const start = startOf(pki, name);
    const [found] = instancesOf(name, running).filter(
      ({ container, unit }) => container !== undefined || unit === undefined,
    );
    if (start.state !== 'stopped' || start.malformed || found === undefined) return [];
    const { path: folder } = start;
    return [{ name, running: found, folder, settled: settledBy(pki.node.files.get(folder), pki, running) }];
  });
}

/** Several processes of a component of which one is enough. */
export interface Copies {
  readonly name: string;
  /** The one that the node's files start, or any of them if that is not known. */
  readonly own: ComponentProcess;
  readonly isOwnKnown: boolean;
  readonly others: readonly [ComponentProcess, ...ComponentProcess[]];
}

/**
 * Returns the components that run more often than the files of the node ask for. A service with a name of its own, such
 * as that of an etcd for events, is not one of them.
 */
export function copiesOn(pki: Pki, running: SeenRunning): readonly Copies[] {
  if (running.from === 'bundles' || isSupervised(pki.layout)) return [];
  const names = [...new Set(pki.node.components.map(({ name }) => name))];
  return names.flatMap((name) => {
    const component = componentNamed(pki.node, name);
    const units = [component?.unit?.name, `${name}.service`];
    const isCounted = ({ unit }: ComponentProcess) => !unit?.endsWith('.service') || units.includes(unit);
    const all = instancesOf(name, running).filter((one) => one.container !== undefined || isCounted(one));
    const wanted = wantedCount(name, pki);
    if (wanted === 0 || all.length <= wanted) return [];
    const started = component && processesOf(component, pki, running)[0];
    const own = started ?? all[0];
    const [first, ...others] = all.filter((one) => one !== own);
    return own === undefined || first === undefined
      ? []
      : [{ name, own, isOwnKnown: started !== undefined, others: [first, ...others] }];
  });
}
