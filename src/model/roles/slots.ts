/** Slots connect arguments with files: which file each documented argument names, and how it is read. */
import { allArguments, lastArgument } from '../../core/arguments.ts';
import type { Argument, Component } from '../../core/artifact.ts';
import { hostPath } from '../../core/paths.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import type { ArgumentRow } from '../../tables/tables.ts';
import { type AccessObstacle, copier, obstacleTo } from './access.ts';

export interface Slot {
  readonly row: ArgumentRow;
  readonly component: Component;
  /** undefined if the argument is not set or empty, which components do not distinguish. */
  readonly argument: Argument | undefined;
  /** The path on the node; undefined if there is no argument, or its path is not on the node's disk. */
  readonly path: string | undefined;
  /** Why an argument has no path on the node. */
  readonly problem?: SlotProblem;
  /** What keeps the component's user from reading the file. */
  readonly obstacle?: AccessObstacle;
}

export interface SlotProblem {
  readonly kind: 'unknown-variable' | 'not-mounted' | 'not-on-disk';
  readonly reason: string;
}

/** Flags that accumulate: pflag StringArray and StringSlice (kube-apiserver options/authentication.go). */
const accumulating = new Set(['service-account-key-file', 'service-account-issuer', 'tls-sni-cert-key']);

/** Returns the name of a slot in reports: `kube-apiserver --tls-cert-file`, or the field of a configuration file. */
export function slotName(slot: Slot): string {
  return `${slot.row.component} ${slot.argument?.spelled ?? `--${slot.row.flag}`}`;
}

/** Returns every slot of the components of a node. A flag that accumulates has one slot for each value. */
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
      .flatMap((row) => argumentsFor(component, row).map((argument) => slotFor(component, row, argument)))
      .map((slot) => (component.user ? { ...slot, obstacle: obstacle(slot) } : slot)),
  );
}

function argumentsFor(component: Component, row: ArgumentRow): readonly (Argument | undefined)[] {
  if (!accumulating.has(row.flag)) {
    const last = lastArgument(component, row.flag);
    return [last && last.value !== '' ? last : undefined];
  }
  const given = allArguments(component, row.flag).filter((argument) => argument.value !== '');
  return given.length > 0 ? given : [undefined];
}

function slotFor(component: Component, row: ArgumentRow, argument: Argument | undefined): Slot {
  const slot = { row, component, argument, path: undefined };
  const pathless = (kind: SlotProblem['kind'], reason: string): Slot => ({ ...slot, problem: { kind, reason } });
  if (argument === undefined || row.holds === 'text' || row.holds === 'sni-pair') return slot;
  const { value, unknownVariable = '?' } = argument;
  if (value === undefined) return pathless('unknown-variable', `the value of $(${unknownVariable}) is unknown`);
  const path = hostPath(component, value);
  if (path === 'not-mounted') return pathless(path, `${value} lies below no volumeMount of the container`);
  if (path === 'not-on-disk') return pathless(path, `${value} lies in a volume that is not on the node's disk`);
  return { ...slot, path };
}

export const fileId = (path: string): string => `file:${path}`;
export const slotId = (slot: Slot): string => `argument:${slotName(slot)}:${slot.argument?.value ?? ''}`;
export const roleId = (role: string): string => `role:${role}`;
export const authorityId = (authority: string): string => `authority:${authority}`;
export const componentId = ({ at, name }: Component): string => `component:${at.path}:${name}`;
export const keyPairId = 'key-pair';
