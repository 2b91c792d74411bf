/** A parsed YAML document: a tree in which every node has a position. */
import type { Lines, Range } from './lines.ts';

export interface YamlScalar extends Range {
  readonly kind: 'scalar';
  readonly text: string;
  /** Its type in Go's YAML 1.1 parser. */
  readonly type: 'string' | 'bool' | 'null' | 'number';
  readonly lines: Lines;
}

export type YamlNode =
  | YamlScalar
  | (Range & { readonly kind: 'sequence'; readonly items: readonly YamlNode[] })
  /** The last of equal keys wins, as in Go's parser, also of one that is merged and one that is not. */
  | (Range & { readonly kind: 'mapping'; readonly entries: ReadonlyMap<string, YamlNode> });

/**
 * Receives each key of a mapping, also a key that occurs again, and the entries of that mapping so far. Of a text that
 * is read in a second way, it receives those of both readings, whose entries are different objects.
 */
export type OnKey = (entries: ReadonlyMap<string, YamlNode>, key: YamlNode) => void;

/** Returns the value at a path of keys; undefined if there is none, or if it is null. */
export function getNode(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let at = node;
  for (const key of keys) at = at?.kind === 'mapping' ? at.entries.get(key) : undefined;
  return at?.kind === 'scalar' && at.type === 'null' ? undefined : at;
}

/** Returns the string at a path of keys; undefined for a value that Go does not decode into a string. */
export function getString(node: YamlNode | undefined, ...keys: readonly string[]): YamlScalar | undefined {
  const at = getNode(node, ...keys);
  return at?.kind === 'scalar' && at.type === 'string' ? at : undefined;
}

/** Returns the items of the list at a path of keys. */
export function getItems(node: YamlNode | undefined, ...keys: readonly string[]): readonly YamlNode[] {
  const at = getNode(node, ...keys);
  return at?.kind === 'sequence' ? at.items : [];
}

/** Whether a scalar is one of YAML 1.1's words for true. */
export function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.type === 'bool' && /^(?:y|yes|true|on)$/i.test(node.text);
}

/** Why text is not YAML; line from 1. */
export interface YamlError {
  readonly error: string;
  readonly line?: number | undefined;
}
