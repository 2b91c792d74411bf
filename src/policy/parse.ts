/** From the bytes of a file to a tree. */
import { nearest, printable } from '../core/text.ts';
import { isYamlError, parseYaml } from '../scan/parse/yaml.ts';
import type { YamlNode, YamlScalar } from '../scan/parse/yaml-node.ts';
import { inQuotes, type Mistake } from './mistake.ts';
import type { Leaf, MapEntry, Mapping, Tree, ValueOrigin } from './tree.ts';

export interface ParsedPolicy {
  /** undefined if the file does not contain a mapping. */
  readonly tree?: Mapping;
  readonly mistakes: readonly Mistake[];
}

type Keys = WeakMap<ReadonlyMap<string, YamlNode>, YamlNode[]>;

/** What building a tree needs. */
interface Builder {
  readonly file: string;
  /** The keys of each mapping, as they are written. */
  readonly keys: Keys;
  readonly mistakes: Mistake[];
}

/**
 * Parses YAML or JSON. A key that occurs twice is a fault, as YAML 1.2 says (section 3.2.1.3).
 *
 * @param file as it is shown
 */
export function parsePolicy(bytes: Uint8Array, file: string): ParsedPolicy {
  const keys: Keys = new WeakMap();
  const documents = parseYaml(bytes, (entries, key) => {
    const known = keys.get(entries);
    if (known === undefined) keys.set(entries, [key]);
    else known.push(key);
  });
  if (isYamlError(documents)) {
    return {
      mistakes: [
        {
          file,
          line: documents.line,
          message: `not valid YAML: ${printable(documents.error.replace(/^yaml: /, ''), 120)}`,
        },
      ],
    };
  }
  const [document, second] = documents;
  if (second !== undefined) {
    return { mistakes: [{ file, line: second.line, message: 'a second document: a policy is one document' }] };
  }
  const mistakes: Mistake[] = [];
  if (document?.kind !== 'mapping') {
    const found =
      document === undefined || isEmpty(document)
        ? 'nothing'
        : `a ${document.kind === 'scalar' ? 'single value' : 'list'}`;
    return {
      mistakes: [{ file, line: 1, message: `expected a mapping that begins with "version: 1", found ${found}` }],
    };
  }
  // Nothing is quoted of a file that is not a policy.
  if (![...document.entries.keys()].some((key) => key === 'version' || nearest(key, ['version']) !== undefined)) {
    const hint = 'write "version: 1" in its first line';
    return { mistakes: [{ file, line: document.line, message: 'version is missing', hint }] };
  }
  const tree = mappingOf(document, { file, keys, mistakes });
  return { tree, mistakes };
}

const isEmpty = (node: YamlNode) => node.kind === 'scalar' && node.type === 'null';

function treeOf(node: YamlNode, builder: Builder): Tree {
  if (node.kind === 'scalar')
    return { kind: 'value', value: scalarValue(node), written: node.text, at: originOf(node, builder) };
  if (node.kind === 'mapping') return mappingOf(node, builder);
  return { kind: 'list', items: node.items.map((item) => treeOf(item, builder)), at: originOf(node, builder) };
}

function mappingOf(node: YamlNode & { readonly kind: 'mapping' }, builder: Builder): Mapping {
  const places = keyPlaces(node.entries, builder);
  const entries = [...node.entries].map(([name, value]): [string, MapEntry] => [
    name,
    { key: places.get(name) ?? originOf(value, builder), value: treeOf(value, builder) },
  ]);
  return { kind: 'map', entries: new Map(entries), at: originOf(node, builder) };
}

/** The place of each key, where it occurs first. Aliases lead to the same mapping several times. */
function keyPlaces(entries: ReadonlyMap<string, YamlNode>, builder: Builder): ReadonlyMap<string, ValueOrigin> {
  const places = new Map<string, ValueOrigin>();
  const { file, keys, mistakes } = builder;
  for (const key of keys.get(entries) ?? []) {
    // The parser takes no others.
    if (key.kind !== 'scalar') continue;
    const earlier = places.get(key.text);
    if (earlier === undefined || key.text === '<<') places.set(key.text, originOf(key, builder));
    else
      mistakes.push({
        file,
        line: key.line,
        message: `${inQuotes(key.text)} occurs twice: in line ${earlier.line}, and here`,
      });
  }
  keys.delete(entries);
  return places;
}

function originOf({ line, column, endLine, endColumn }: YamlNode, { file }: Builder): ValueOrigin {
  return { file, line, column, endLine, endColumn, isBuiltIn: false };
}

const decimal = /^[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/;

/** YAML 1.2 has fewer words for true and false than 1.1, so that `off` is a text (core schema, section 10.3.2). */
function scalarValue({ text, type }: YamlScalar): Leaf['value'] {
  if (type === 'null') return null;
  if (type === 'bool' && /^true$/i.test(text)) return true;
  if (type === 'bool' && /^false$/i.test(text)) return false;
  return type === 'number' && decimal.test(text) ? Number(text) : text;
}
