/** What all readers of objects use: their metadata, and values at their places. */
import type { ObjectCondition, ObjectMeta } from '../../artifact/objects/cluster-objects.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import type { Place } from '../../artifact/place.ts';
import { shownUrl } from '../../core/shown.ts';
import { readPem } from '../../x509/pem.ts';
import { decodeBase64 } from '../parse/base64-values.ts';
import { getItems, getNode, getString, type YamlNode } from '../parse/yaml-node.ts';

/** An object that is being read. */
export interface ReadObject {
  readonly meta: ObjectMeta;
  readonly node: YamlNode;
  /** Returns the place of a value in it, of which `field` is the path. */
  readonly placeOf: (node: YamlNode, field: string) => Place;
}

/** The annotation in which kubectl repeats an object as it was applied. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Returns an object with its metadata; undefined if it has no name.
 *
 * @param kind that of the list, for an item without its own
 */
export function readObject(node: YamlNode, kind: string, placeOf: ReadObject['placeOf']): ReadObject | undefined {
  const name = scalarAt(node, 'metadata', 'name');
  if (name === undefined) return undefined;
  const created = timeAt(node, 'metadata', 'creationTimestamp');
  const isLive = created !== undefined || getNode(node, 'metadata', 'uid') !== undefined;
  const annotations = new Map([...textsAt(node, 'metadata', 'annotations')].filter(([key]) => key !== lastApplied));
  return {
    meta: {
      kind,
      name,
      namespace: scalarAt(node, 'metadata', 'namespace'),
      at: placeOf(node, ''),
      created,
      isLive,
      annotations,
      labels: textsAt(node, 'metadata', 'labels'),
      owners: getItems(node, 'metadata', 'ownerReferences').map((owner) => scalarAt(owner, 'kind') ?? ''),
    },
    node,
    placeOf,
  };
}

/** The length from which V8 keeps a part of a text as a reference to all of it: the text of an object. */
const sliced = 13;

/** A copy of a part of a text. Thousands of objects are read, and of each only a few names are kept. */
const copyOf = (text: string): string =>
  text.length < sliced ? text : Buffer.from(text, 'utf16le').toString('utf16le');

/** Returns a scalar at a path of keys as text; undefined if there is none. */
export function scalarAt(node: YamlNode | undefined, ...keys: readonly string[]): string | undefined {
  const found = getNode(node, ...keys);
  return found?.kind === 'scalar' ? copyOf(found.text) : undefined;
}

/** Returns a URL without what may be secret; undefined if there is none. */
export function urlAt(node: YamlNode | undefined, ...keys: readonly string[]): string | undefined {
  const url = scalarAt(node, ...keys);
  return url && shownUrl(url);
}

/** Returns the texts of a list. */
export function listAt(node: YamlNode | undefined, ...keys: readonly string[]): readonly string[] {
  return getItems(node, ...keys).flatMap((item) => (item.kind === 'scalar' ? [copyOf(item.text)] : []));
}

/** Returns a mapping of texts. */
export function textsAt(node: YamlNode | undefined, ...keys: readonly string[]): ReadonlyMap<string, string> {
  const found = getNode(node, ...keys);
  if (found?.kind !== 'mapping') return new Map();
  return new Map(
    [...found.entries].flatMap(([key, value]) => (value.kind === 'scalar' ? [[copyOf(key), copyOf(value.text)]] : [])),
  );
}

/** Returns a time in milliseconds since the epoch; undefined if it is none. */
export function timeAt(node: YamlNode | undefined, ...keys: readonly string[]): number | undefined {
  const time = Date.parse(scalarAt(node, ...keys) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Returns the conditions of an object's status. */
export function conditionsAt(node: YamlNode): readonly ObjectCondition[] {
  return getItems(node, 'status', 'conditions').map((condition) => ({
    type: scalarAt(condition, 'type') ?? '',
    isTrue: scalarAt(condition, 'status') === 'True',
    reason: scalarAt(condition, 'reason') ?? '',
    message: scalarAt(condition, 'message') ?? '',
    since: timeAt(condition, 'lastTransitionTime') ?? timeAt(condition, 'lastUpdateTime'),
  }));
}

/** Returns what is PEM in base64 at a path of keys; undefined if nothing is there. What is not base64 has no blocks. */
export const pemAt = (node: YamlNode | undefined, ...keys: readonly string[]): Pem | undefined =>
  decodedPem(getString(node, ...keys)?.text ?? '')?.pem;

/** The same for a text, with the error of what is not base64. */
export function decodedPem(text: string): { readonly pem: Pem; readonly error?: string } | undefined {
  if (text === '') return undefined;
  const bytes = decodeBase64(text);
  return typeof bytes === 'string' ? { pem: readPem(new Uint8Array()), error: bytes } : { pem: readPem(bytes) };
}
