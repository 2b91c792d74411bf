/** Merges a policy with those that it extends. */
import type { MapEntry, Mapping, Sequence, Tree, ValueOrigin } from './tree.ts';

/** Lists whose items are added to those of the extended policies. Other lists replace them. */
const appended = new Set(['accept', 'certificates', 'exceptions', 'overrides']);

/** Returns both policies; the values of the second outweigh those of the first. */
export function mergePolicies(base: Mapping, over: Mapping): Mapping {
  return mergeWith(base, over, (key, one, other) => {
    if (key === 'rules' && one.kind === 'map' && other.kind === 'map') return mergeWith(one, other, mergeSettings);
    if (appended.has(key) && one.kind === 'list' && other.kind === 'list') return joined(one, other);
    return mergeValues(one, other);
  });
}

type Merge = (key: string, one: Tree, other: Tree) => Tree;

function mergeWith(base: Mapping, over: Mapping, merge: Merge): Mapping {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const earlier = entries.get(key);
    entries.set(key, earlier === undefined ? entry : { key: entry.key, value: merge(key, earlier.value, entry.value) });
  }
  return { kind: 'map', entries, at: over.at };
}

function mergeValues(one: Tree, other: Tree): Tree {
  return one.kind === 'map' && other.kind === 'map' ? mergeWith(one, other, (_, a, b) => mergeValues(a, b)) : other;
}

/** A level is the severity of a setting, and leaves its options as they are. */
function mergeSettings(_: string, one: Tree, other: Tree): Tree {
  return one.kind === 'map' || other.kind === 'map' ? mergeValues(settingOf(one), settingOf(other)) : other;
}

function settingOf(tree: Tree): Tree {
  if (tree.kind !== 'value') return tree;
  const entries: readonly [string, MapEntry][] = [['severity', { key: tree.at, value: tree }]];
  return { kind: 'map', entries: new Map(entries), at: tree.at };
}

/** A file can be extended on several ways; its items count once. */
function joined(one: Sequence, other: Sequence): Sequence {
  const originAt = ({ at }: { readonly at: ValueOrigin }) => JSON.stringify([at.file, at.line, at.column]);
  const known = new Set(one.items.map(originAt));
  return { ...other, items: [...one.items, ...other.items.filter((item) => !known.has(originAt(item)))] };
}
