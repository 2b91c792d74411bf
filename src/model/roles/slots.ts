/** Slots connect arguments with files: which file each documented argument names, and how it is read. */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments, lastArgument, readNamedCertKey } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { dropInPaths, hostPath } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import type { ArgumentRow } from '../../tables/tables.ts';
import { type AccessObstacle, copier, obstacleTo } from './access.ts';

export interface Slot {
  readonly row: ArgumentRow;
  readonly component: Component;
  /** undefined if the argument is not set or empty, which components do not distinguish. */
  readonly argument: Argument | undefined;
  /** The path on the node; undefined if there is no argument, or its path is not on the node's disk. */
  readonly path: string | undefined;
  /** The path as the argument has it, if the argument has one. */
  readonly written?: string | undefined;
  /** The names for which kube-apiserver presents the certificate in it; only for a pair of `--tls-sni-cert-key`. */
  readonly names?: readonly string[];
  /** Why an argument has no path on the node. */
  readonly problem?: SlotProblem;
  /** What keeps the component's user from reading the file. */
  readonly obstacle?: AccessObstacle;
}

export interface SlotProblem {
  /** `malformed`: the component rejects the value. */
  readonly kind: 'unknown-variable' | 'not-mounted' | 'not-on-disk' | 'malformed';
  readonly reason: string;
}

/** Flags that accumulate: pflag StringArray and StringSlice (kube-apiserver options/authentication.go). */
export const accumulating: ReadonlySet<string> = new Set([
  'service-account-key-file',
  'service-account-issuer',
  'tls-sni-cert-key',
]);

const inImages = /^\/(?:etc\/ssl|usr\/share\/ca-certificates)\//;

/**
 * Whether a path may be in the image itself: images contain the public CAs (kubernetes/release
 * images/build/distroless-iptables; Debian's ca-certificates).
 */
export const isInImages = (path: string): boolean => inImages.test(path);

/** Returns the name of a slot in reports: `kube-apiserver --tls-cert-file`, or the field of a configuration file. */
export function slotName(slot: Slot): string {
  return `${slot.row.component} ${slotFlag(slot)}`;
}

/** Returns the flag of a slot, as written if it is set. */
export const slotFlag = (slot: Slot): string => slot.argument?.spelled ?? `--${slot.row.flag}`;

/** Returns why the path of an argument is unknown. One that is wrong is known. */
export function unknownPath({ problem }: Slot): string | undefined {
  return problem?.kind === 'unknown-variable' || problem?.kind === 'not-on-disk' ? problem.reason : undefined;
}

/**
 * Returns every slot of the components of a node. A flag that accumulates has one slot for each value, and a flag that
 * names a pair one for the certificate and one for the key.
 */
export function findSlots(node: LaidOutNode): readonly Slot[] {
  const seen = new Set<string>();
  // If a component has two manifests, the first one is judged, and `manifest/duplicate` reports the other.
  const components = node.components.filter((component) => !seen.has(component.name) && seen.add(component.name));
  // The owners of a copy are not those on the node.
  const ownersKnown = components.some(({ user }) => user) && copier(node) === undefined;
  const obstacle = ({ component, path = '' }: Slot) => (ownersKnown ? obstacleTo(node, component, path) : undefined);
  return components.flatMap((component) =>
    node.layout.arguments
      .filter((row) => row.component === component.name)
      .flatMap((row) => argumentsFor(component, row).flatMap((argument) => slotsFor(node, component, row, argument)))
      .map((slot) => (component.user ? { ...slot, obstacle: obstacle(slot) } : slot)),
  );
}

function argumentsFor(component: Component, row: ArgumentRow): readonly (Argument | undefined)[] {
  if (!accumulating.has(row.flag)) {
    const last = lastArgument(component, row.flag);
    const given = last && last.value !== '' ? last : undefined;
    return row.optional && (given === undefined || !isRead(component, row)) ? [] : [given];
  }
  // An empty pair is not "not set": its component rejects it.
  const given = allArguments(component, row.flag).filter(({ value }) => value !== '' || row.holds === 'sni-pair');
  return given.length > 0 ? given : [undefined];
}

/** Whether the argument is given without which a component does not read the file. */
function isRead(component: Component, { readWith }: ArgumentRow): boolean {
  const value = readWith === undefined ? 'true' : lastArgument(component, readWith)?.value;
  return value !== undefined && value !== '' && value !== 'false';
}

function slotsFor(
  node: ScannedNode,
  component: Component,
  row: ArgumentRow,
  argument: Argument | undefined,
): readonly Slot[] {
  const slot = { row, component, argument, path: undefined };
  if (argument === undefined || row.holds === 'text') return [slot];
  const { value, unknownVariable = '?' } = argument;
  if (value === undefined) {
    return [
      { ...slot, problem: { kind: 'unknown-variable', reason: `the value of $(${unknownVariable}) is unknown` } },
    ];
  }
  if (row.holds === 'drop-ins') return dropInSlots(node, slot, value);
  return row.holds === 'sni-pair' ? pairSlots(slot, value) : [placed(slot, value)];
}

/** A slot for each drop-in; one for the folder if it does not exist. */
function dropInSlots({ files }: ScannedNode, slot: Slot, folder: string): readonly Slot[] {
  const one = { ...slot, row: { ...slot.row, holds: 'settings' } } as const;
  const path = hostPath(slot.component, folder);
  const inside = dropInPaths(files, path);
  const state = files.get(path)?.state;
  if (inside.length === 0 && state !== 'absent' && state !== 'broken-link') return [];
  return (inside.length === 0 ? [folder] : inside).map((path) => placed(one, path));
}

/** The slots of both files that a pair consists of. */
function pairSlots(slot: Slot, value: string): readonly Slot[] {
  const pair = readNamedCertKey(value);
  const malformed = (reason: string): readonly Slot[] => [{ ...slot, problem: { kind: 'malformed', reason } }];
  // pflag's words.
  if ('error' in pair) return malformed(`invalid argument "${value}" for "--${slot.row.flag}" flag: ${pair.error}`);
  // k8s.io/apiserver dynamiccertificates/dynamic_serving_content.go, NewDynamicServingContentFromFiles
  if (pair.certificate === '' || pair.key === '')
    return malformed(`${slot.row.said ?? ''}missing filename for serving cert`);
  return [
    { ...placed({ ...slot, row: { ...slot.row, holds: 'certificate' } }, pair.certificate), names: pair.names },
    placed({ ...slot, row: { ...slot.row, holds: 'key' } }, pair.key),
  ];
}

/** A slot with the place of its file on the node. */
function placed(slot: Slot, written: string): Slot {
  const path = hostPath(slot.component, written);
  const pathless = (kind: SlotProblem['kind'], reason: string): Slot => ({
    ...slot,
    written,
    problem: { kind, reason },
  });
  if (path === 'not-mounted' && isInImages(written)) {
    return pathless('not-on-disk', `${written} may be in the image`);
  }
  if (path === 'not-mounted') return pathless(path, `no volumeMount of the container contains ${written}`);
  if (path === 'not-on-disk') return pathless(path, `${written} is in a volume that is not on the node's disk`);
  return { ...slot, written, path };
}

export const fileId = (path: string): string => `file:${path}`;
/** Of drop-ins, each has its own path. */
export const slotId = (slot: Slot): string =>
  `argument:${slotName(slot)}:${(slot.row.holds === 'settings' ? slot.written : slot.argument?.value) ?? ''}`;
export const roleId = (role: string): string => `role:${role}`;
export const authorityId = (authority: string): string => `authority:${authority}`;
export const componentId = ({ at, name }: Component): string => `component:${setByText(at)}:${name}`;
export const keyPairId = 'key-pair';
