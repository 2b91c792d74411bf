/**
 * Decodes a pod as the kubelet does: the types of its fields (k8s.io/apimachinery pkg/runtime/serializer/json,
 * sigs.k8s.io/json). Unknown fields are ignored there, and those that are nearly spelled like a known one are
 * collected.
 */
import type { MiscasedField } from '../../artifact/oddities.ts';
import type { PodTable } from '../../artifact/pod-table.ts';
import { quantityError } from '../../core/quantity.ts';
import { inAnyCase, nearest } from '../../core/text.ts';
import { placeAt } from '../parse/document.ts';
import { getNode, type YamlNode } from '../parse/yaml-node.ts';
import type { PodFault } from './fault.ts';

/** An object of a pod, on the way to a field. */
interface PodLevel {
  readonly node: YamlNode;
  readonly type: string;
  /** As encoding/json names it, without the numbers of items: `spec.containers.livenessProbe`. */
  readonly path: string;
}

/** The path of a field in an object. */
const fieldPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The type of the items of a list, or the type itself. */
const itemType = (type: string): string => (type.startsWith('[]') ? type.slice('[]'.length) : type);

/**
 * Returns the path at which an object has the field that is unknown where it was written: in an object around that, or
 * in one that it contains, if the field is missing there. undefined for a name that several types have.
 */
function rightPlace(name: string, way: readonly PodLevel[], kinds: PodTable['kinds']): string | undefined {
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

/** Where a value is: the Go struct that has its field, and the path of that field. */
interface Spot {
  readonly struct: string;
  readonly path: string;
}

type Kinds = PodTable['kinds'];

/** Returns the first error of decoding a pod. Keys are in the order of JSON, to which the kubelet converts YAML. */
export function decodeFault(pod: YamlNode, { kinds }: PodTable): PodFault | undefined {
  return faultIn(pod, 'v1.Pod', { struct: '', path: '' }, kinds);
}

function faultIn(node: YamlNode, type: string, spot: Spot, kinds: Kinds): PodFault | undefined {
  if (type === 'any' || (node.kind === 'scalar' && node.type === 'null')) return undefined;
  if (type.startsWith('[]')) {
    if (node.kind !== 'sequence') return unmarshalFault(node, type, spot);
    return firstOf(node.items, (item) => faultIn(item, type.slice('[]'.length), spot, kinds));
  }
  if (type.startsWith(mapOf)) {
    if (node.kind !== 'mapping') return unmarshalFault(node, type, spot);
    return firstOf(sortedEntries(node), ([, value]) => faultIn(value, type.slice(mapOf.length), spot, kinds));
  }
  const fields = kinds[type];
  if (fields === undefined) return scalarFault(node, type, spot);
  if (node.kind !== 'mapping') return unmarshalFault(node, type, spot);
  return firstOf(sortedEntries(node), ([name, value]) => {
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (own === undefined) return undefined;
    return faultIn(value, own, { struct: nameOf(type), path: fieldPath(spot.path, name) }, kinds);
  });
}

const mapOf = 'map[string]';
const nameOf = (type: string): string => type.slice(type.indexOf('.') + 1);

function sortedEntries(node: YamlNode & { readonly kind: 'mapping' }): readonly (readonly [string, YamlNode])[] {
  return [...node.entries].sort(([one], [other]) => (one < other ? -1 : 1));
}

function firstOf<T>(items: readonly T[], find: (item: T) => PodFault | undefined): PodFault | undefined {
  for (const item of items) {
    const fault = find(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A value of a type that has no fields. All types that have a name of their own are strings. */
function scalarFault(node: YamlNode, type: string, spot: Spot): PodFault | undefined {
  if (type === 'resource.Quantity') return quantityFault(node);
  if (type === 'intstr.IntOrString') return portFault(node);
  const wanted = { bool: 'bool', int32: 'number', int64: 'number' }[type] ?? 'string';
  return node.kind === 'scalar' && node.type === wanted ? undefined : unmarshalFault(node, type, spot);
}

function quantityFault(node: YamlNode): PodFault | undefined {
  const text = node.kind === 'scalar' ? node.text : '';
  // Other numbers of YAML reach the kubelet as decimal ones.
  if (node.kind === 'scalar' && node.type === 'number' && !/^[-+]?[\d.]+$/.test(text)) return undefined;
  const error = quantityError(text);
  return error === undefined ? undefined : { error, node };
}

/** What is not a string must be a number (k8s.io/apimachinery pkg/util/intstr, `UnmarshalJSON`). */
function portFault(node: YamlNode): PodFault | undefined {
  if (node.kind === 'scalar' && (node.type === 'string' || node.type === 'number')) return undefined;
  return { error: `json: cannot unmarshal ${jsonKind(node)} into Go value of type int32`, node };
}

/** The type of a value in the words of encoding/json. */
function jsonKind(node: YamlNode): string {
  return node.kind === 'scalar' ? node.type : { sequence: 'array', mapping: 'object' }[node.kind];
}

/** A longer one may be a PIN or a token, in a variable or after a flag, and is not printed. */
const isShortNumber = ({ type, text }: Extract<YamlNode, { kind: 'scalar' }>): boolean =>
  type === 'number' && text.length <= 3;

/** The error message of Go's encoding/json. */
function unmarshalFault(node: YamlNode, type: string, { struct, path }: Spot): PodFault {
  const error = `json: cannot unmarshal ${jsonKind(node)} into Go struct field ${struct}.${path} of type ${type}`;
  const isQuoted = type === 'string' && node.kind === 'scalar' && (node.type === 'bool' || isShortNumber(node));
  if (isQuoted) return { error, node, right: JSON.stringify(node.text) };
  // A number in quotes, or seconds with their unit.
  const [, number] = node.kind === 'scalar' && numbers.has(type) ? (asNumber(path).exec(node.text) ?? []) : [];
  return { error, node, ...(number !== undefined && { right: number }) };
}

const numbers: ReadonlySet<string> = new Set(['int32', 'int64']);
const asNumber = (path: string): RegExp => (path.endsWith('Seconds') ? /^(\d{1,9})s?$/ : /^(\d{1,9})$/);

/** A pod has few: more are not misspelled. */
const maxMisspelled = 10;

/**
 * Returns the fields of a pod that the kubelet ignores, and that are nearly spelled like one that is missing there, or
 * are in the wrong object: those by their paths.
 */
export function misspelledFields(path: string, pod: YamlNode, { kinds }: PodTable): readonly MiscasedField[] {
  const found: MiscasedField[] = [];
  collect([{ node: pod, type: 'v1.Pod', path: '' }], kinds, (written, field, value) => {
    if (found.length < maxMisspelled) found.push({ written, field, at: placeAt(path, value) });
  });
  return found;
}

type OnMisspelled = (written: string, known: string, value: YamlNode) => void;

/** @param way the objects from the pod to the one that is searched */
function collect(way: readonly PodLevel[], kinds: Kinds, found: OnMisspelled): void {
  const { node, type, path } = way.at(-1) ?? {};
  const fields = type === undefined ? undefined : kinds[type];
  if (fields === undefined || node?.kind !== 'mapping' || path === undefined) return;
  const missing = Object.keys(fields).filter((name) => !node.entries.has(name));
  for (const [name, value] of [...node.entries].slice(0, maxItems)) {
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const inside = fieldPath(path, name);
    if (own === undefined) {
      const near = similar(name, missing);
      const place = near === undefined ? rightPlace(name, way, kinds) : undefined;
      if (near !== undefined) found(name, near, value);
      if (place !== undefined) found(inside, place, value);
      continue;
    }
    const items = own.startsWith('[]') && value.kind === 'sequence' ? value.items.slice(0, maxItems) : [value];
    for (const item of items) collect([...way, { node: item, type: itemType(own), path: inside }], kinds, found);
  }
}

/** A pod has fewer objects in each of its lists, and fields in each object. */
const maxItems = 100;

/** A field that differs only in case, or in two letters at most: a short name differs too easily. */
export function similar(written: string, known: readonly string[]): string | undefined {
  const cased = inAnyCase(written, known);
  if (cased !== undefined || written.length > maxName) return cased;
  const long = known.filter((name) => name.length >= 5);
  return nearest(written, long, written.length < 8 ? 1 : 2);
}

const maxName = 40;
