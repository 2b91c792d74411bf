/** The policies that the program brings along (`rules/policies/`). The build validates them. */
import cis112 from '../../rules/policies/cis-1.12.json' with { type: 'json' };
import cis20 from '../../rules/policies/cis-2.0.json' with { type: 'json' };
import recommended from '../../rules/policies/recommended.json' with { type: 'json' };
import strict from '../../rules/policies/strict.json' with { type: 'json' };
import upgrade from '../../rules/policies/upgrade.json' with { type: 'json' };
import type { Leaf, MapEntry, Mapping, Tree, ValueOrigin } from './tree.ts';

const policies: Readonly<Record<string, object>> = {
  recommended,
  strict,
  'cis-1.12': cis112,
  'cis-2.0': cis20,
  upgrade,
};

export const builtInNames = Object.keys(policies);

/** Returns a built-in policy; undefined if there is none with this name. */
export function builtInPolicy(name: string): Mapping | undefined {
  if (!Object.hasOwn(policies, name)) return undefined;
  const at: ValueOrigin = { file: name, line: 1, column: 1, endLine: 1, endColumn: 1, isBuiltIn: true };
  return mappingOf(policies[name] ?? {}, at);
}

function mappingOf(value: object, at: ValueOrigin): Mapping {
  const entries = Object.entries(value).map(([key, one]): [string, MapEntry] => [
    key,
    { key: at, value: treeOf(one, at) },
  ]);
  return { kind: 'map', entries: new Map(entries), at };
}

function treeOf(value: unknown, at: ValueOrigin): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => treeOf(item, at)), at };
  if (typeof value === 'object' && value !== null) return mappingOf(value, at);
  return { kind: 'value', value: value as Leaf['value'], written: String(value), at };
}
