/** The values of a policy, each with the place where it is written. */
import type { PolicyPlace } from '../settings/policy.ts';

/** Where a value comes from. */
export interface ValueOrigin extends PolicyPlace {
  /** Whether `file` is the name of a built-in policy. */
  readonly isBuiltIn: boolean;
}

export interface Leaf {
  readonly kind: 'value';
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes. */
  readonly written: string;
  readonly at: ValueOrigin;
}

export interface Sequence {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly at: ValueOrigin;
}

export interface MapEntry {
  /** The place of the key. */
  readonly key: ValueOrigin;
  readonly value: Tree;
}

export interface Mapping {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly at: ValueOrigin;
}

export type Tree = Leaf | Sequence | Mapping;

/** The keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

/** Returns the plain value of a tree. Keys are own properties, whatever they are called. */
export function plainValue(tree: Tree): unknown {
  if (tree.kind === 'value') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainValue);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plainValue(value)]));
}

/** Returns the value at a path; undefined if there is none. */
export function treeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>((at, step) => {
    if (at?.kind === 'map') return at.entries.get(String(step))?.value;
    return at?.kind === 'list' ? at.items[Number(step)] : undefined;
  }, tree);
}

/** Returns the place to show for the value at a path: that of the key of a mapping or a list, as both begin later. */
export function originAt(tree: Tree, path: Path): ValueOrigin {
  const value = treeAt(tree, path);
  const parent = treeAt(tree, path.slice(0, -1));
  const key = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1)))?.key : undefined;
  if (value === undefined) return parent?.at ?? tree.at;
  // Nothing is written anywhere.
  const isWritten = value.kind === 'value' && value.value !== null;
  return isWritten ? value.at : (key ?? value.at);
}

/** Returns a path as people write it: `exceptions[0].match`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const isWord = /^[\w$-]+$/.test(step);
    if (!isWord) return `${text}${text === '' ? '' : '.'}"${step}"`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
