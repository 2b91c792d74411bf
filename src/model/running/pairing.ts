/** Which processes are those of a component, where that is certain. */
import { componentNamed } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeLayout } from '../../artifact/layout.ts';
import { fileIn } from '../../artifact/place.ts';
import type { ComponentProcess, Running } from '../../artifact/process.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../roles/pki.ts';
import { seenAt } from '../roles/source.ts';

export type SeenRunning = Extract<Running, { readonly state: 'seen' }>;

/** What runs on a node, or why nothing is known about it. */
type Look =
  | { readonly seen: SeenRunning }
  /**
   * `isHidden`: there are processes that should have been seen. A copy that was made without any is not asked for them.
   */
  | { readonly seen: undefined; readonly reason: string; readonly isHidden: boolean };

/** Returns what runs on a node, if processes of its components were seen. */
export function lookAtRunning({ node: { running, rootfs } }: Pick<Pki, 'node'>): Look {
  const without = (reason: string, isHidden: boolean): Look => ({ seen: undefined, reason, isHidden });
  if (running === undefined) return without('not in the input', false);
  if (running.state === 'unseen') return without(running.reason, running.isAbsent !== true);
  // A copy without any may have been made without them. This machine itself has none.
  if (running.processes.length === 0 && rootfs !== '/') return without('no process of a component in the input', false);
  return { seen: running };
}

/**
 * Whether a program starts the components of a node in its own process, or as its children. Then their command lines
 * are not those of files: k3s, RKE2, k0s, MicroK8s, MicroShift.
 */
export const isSupervised = ({ supervisor, builtIn, argumentFiles }: NodeLayout): boolean =>
  supervisor !== undefined || builtIn !== undefined || argumentFiles !== undefined;

/** What starts a component, if its processes can be recognised by that: a static pod, or a unit of its own. */
export function starterOf(
  component: Component,
  { node, layout }: Pick<Pki, 'node' | 'layout'>,
): 'pod' | 'unit' | undefined {
  if (isSupervised(layout)) return undefined;
  if (component.mounts === undefined) return component.unit === undefined ? undefined : 'unit';
  const file = fileIn(component.at) ?? '';
  return node.manifestFiles.includes(file) && !node.idleManifests.includes(file) ? 'pod' : undefined;
}

/** Whether it is the component of its name that is judged: of two manifests, the first one is. */
export const isJudged = (component: Component, { node }: Pick<Pki, 'node'>): boolean =>
  componentNamed(node, component.name) === component;

/**
 * Returns the processes of a component, of several in one container or unit only the innermost: the others are shells
 * and wrappers that have started it, or copies of it that are about to start a different program.
 */
export function instancesOf(name: string, { processes }: SeenRunning): readonly ComponentProcess[] {
  const own = processes.filter(({ component }) => component === name);
  const byPlace = groupBy(own, ({ container, unit, pid }) => container?.id ?? unit ?? pid);
  return [...byPlace.values()].flatMap((same) => same.at(-1) ?? []);
}

/**
 * Whether a process is in a pod. One of which neither a container nor a unit is known may be: its control group was not
 * read.
 */
const mayBeInPod = ({ container, unit }: ComponentProcess): boolean =>
  container === undefined ? unit === undefined : container.podUid !== undefined;

/** Returns the processes that may be those that a manifest or a unit has started. */
export function processesOf(component: Component, pki: Pki, running: SeenRunning): readonly ComponentProcess[] {
  const all = instancesOf(component.name, running);
  const starter = starterOf(component, pki);
  if (starter === 'pod') return all.filter(mayBeInPod);
  if (starter === undefined) return [];
  const isOwn = ({ container, unit = component.unit?.name }: ComponentProcess) =>
    container === undefined && unit === component.unit?.name;
  return all.filter(isOwn);
}

/** How many processes of a component the files of a node ask for: pods of different names all run, and so do units. */
export function wantedCount(name: string, pki: Pki): number {
  const { components, files } = pki.node;
  const own = components.filter((component) => component.name === name && starterOf(component, pki) !== undefined);
  const starters = own.map(({ at, unit }) => {
    const path = fileIn(at) ?? '';
    const content = files.get(path)?.content;
    return unit?.name ?? (content?.type === 'manifest' ? content.pod.name : path);
  });
  return new Set(starters).size;
}

/**
 * Whether the kubelet runs. It is down only if its files are on the node, something else shows that it has work there,
 * and the process table, which would have it, was seen.
 */
export function kubeletState(pki: Pki, running: SeenRunning): 'runs' | 'down' | 'unknown' {
  if (instancesOf('kubelet', running).length > 0) return 'runs';
  const { node, layout } = pki;
  const kubelet = componentNamed(node, 'kubelet');
  if (running.from !== 'proc' || isSupervised(layout) || fileIn(kubelet?.at ?? { words: '' }) === undefined)
    return 'unknown';
  const hasPods = node.components.some((component) => starterOf(component, pki) === 'pod');
  const kubeconfig = kubelet?.arguments.findLast(({ name }) => name === 'kubeconfig')?.value ?? '';
  return hasPods || seenAt(node, kubeconfig) === 'present' ? 'down' : 'unknown';
}
