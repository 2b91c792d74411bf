/**
 * Fields of a pod that are in the wrong object: a probe of the pod instead of its container, a threshold within
 * httpGet.
 */
import type { PodTable } from '../../artifact/pod-table.ts';
import { getNode, type YamlNode } from '../parse/yaml-node.ts';

/** An object of a pod, on the way to a field. */
export interface PodLevel {
  readonly node: YamlNode;
  readonly type: string;
  /** As encoding/json names it, without the numbers of items: `spec.containers.livenessProbe`. */
  readonly path: string;
}

/** The path of a field in an object. */
export const fieldPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The type of the items of a list, or the type itself. */
export const itemType = (type: string): string => (type.startsWith('[]') ? type.slice('[]'.length) : type);

/**
 * Returns the path at which an object has the field that is unknown where it was written: in an object around that, or
 * in one that it contains, if the field is missing there. undefined for a name that several types have.
 */
export function rightPlace(name: string, way: readonly PodLevel[], kinds: PodTable['kinds']): string | undefined {
  const owners = Object.keys(kinds).filter((type) => Object.hasOwn(kinds[type] ?? {}, name));
  const [owner] = owners;
  if (owner === undefined || owners.length > 1) return undefined;
  const around = way.findLast(({ type, node }) => type === owner && getNode(node, name) === undefined);
  if (around !== undefined) return fieldPath(around.path, name);
  const here = way.at(-1);
  if (here?.node.kind !== 'mapping') return undefined;
  const { entries } = here.node;
  const inside = Object.entries(kinds[here.type] ?? {}).filter(
    ([field, type]) => itemType(type) === owner && lacks(entries.get(field), name),
  );
  const empty = inside.find(([field]) => getNode(here.node, field) === undefined);
  const [field] = empty ?? inside[0] ?? [];
  return field && fieldPath(fieldPath(here.path, field), name);
}

/** Whether an object is written without a field: it may be empty, because what belongs to it is not indented. */
function lacks(node: YamlNode | undefined, name: string): boolean {
  if (node === undefined) return false;
  if (node.kind === 'sequence') return node.items.some((item) => getNode(item, name) === undefined);
  return node.kind === 'mapping' ? !node.entries.has(name) : node.type === 'null';
}
