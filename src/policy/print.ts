/** Prints a policy with the origin of each value. */
import { json } from '../core/json.ts';
import { redact } from '../core/secrets.ts';
import { compareText, printable } from '../core/text.ts';
import { plainType } from '../scan/parse/yaml-go.ts';
import type { PolicyFile } from '../settings/policy.ts';
import { type MapEntry, type Mapping, type Path, plainValue, type Tree, type ValueOrigin } from './tree.ts';

/** Returns a policy as YAML, which is a policy: `failOn: error  # from corp.yaml:12`. */
export function policyYaml(tree: Mapping): string {
  return `${mappingLines(inOrder(tree)).join('\n')}\n`;
}

/** The order in which keys are printed, whatever the order in the files. */
const keys: readonly (keyof PolicyFile)[] = [
  'version',
  'profile',
  'targetVersion',
  'upgradeWindow',
  'failOn',
  'requireComplete',
  'leftOut',
  'rules',
  'facts',
  'accept',
  'certificates',
  'ignore',
  'overrides',
  'exceptions',
  'exceptionPolicy',
  'baseline',
  'output',
];

function inOrder(tree: Mapping): Mapping {
  const entries = keys.flatMap((key): [string, MapEntry][] => {
    const entry = tree.entries.get(key);
    return entry === undefined ? [] : [[key, key === 'rules' ? sorted(entry) : entry]];
  });
  return { ...tree, entries: new Map(entries) };
}

function sorted({ key, value }: MapEntry): MapEntry {
  if (value.kind !== 'map') return { key, value };
  return {
    key,
    value: { ...value, entries: new Map([...value.entries].sort(([one], [other]) => compareText(one, other))) },
  };
}

/** Returns a policy, and the origin of each value by its JSON pointer, as JSON. */
export function policyJson(file: string, given: Mapping): string {
  const tree = inOrder(given);
  const origins = leaves(tree, []).map(([path, at]) => [pointer(path), originText(at)]);
  return json({ file, policy: plainValue(tree), origins: Object.fromEntries(origins) });
}

/** Returns a policy in which the value of a key is a different text. */
export function withText(tree: Mapping, key: string, text: string | undefined): Mapping {
  const entry = tree.entries.get(key);
  if (entry?.value.kind !== 'value' || text === undefined) return tree;
  const replaced: MapEntry = { ...entry, value: { ...entry.value, value: text, written: text } };
  return { ...tree, entries: new Map([...tree.entries, [key, replaced]]) };
}

function originText({ file, line, isBuiltIn }: ValueOrigin): string {
  return printable(isBuiltIn ? file : `${file}:${line}`);
}

function leaves(tree: Tree, path: Path): readonly (readonly [Path, ValueOrigin])[] {
  if (tree.kind === 'map') return [...tree.entries].flatMap(([key, { value }]) => leaves(value, [...path, key]));
  if (tree.kind === 'list' && tree.items.length > 0) {
    return tree.items.flatMap((item, index) => leaves(item, [...path, index]));
  }
  return [[path, tree.at]];
}

const pointer = (path: Path) =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function mappingLines({ entries }: Mapping): readonly string[] {
  return [...entries].flatMap(([key, { value }]) => {
    const name = `${scalarText(key)}:`;
    const one = inline(value);
    if (one !== undefined) return [`${name} ${one}`];
    return [name, ...(value.kind === 'map' ? mappingLines(value) : listLines(value)).map((line) => `  ${line}`)];
  });
}

function listLines(tree: Tree): readonly string[] {
  const items = tree.kind === 'list' ? tree.items : [];
  return items.flatMap((item) => {
    const one = inline(item);
    if (one !== undefined) return [`- ${one}`];
    const lines = item.kind === 'map' ? mappingLines(item) : listLines(item);
    return lines.map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
  });
}

/** A value that needs no lines of its own. */
function inline(tree: Tree): string | undefined {
  const origin = `  # from ${originText(tree.at)}`;
  if (tree.kind === 'value') return `${scalarText(tree.value)}${origin}`;
  if (tree.kind === 'list') return tree.items.length === 0 ? `[]${origin}` : undefined;
  return tree.entries.size === 0 ? `{}${origin}` : undefined;
}

function scalarText(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const text = redact(value);
  // Without quotes where YAML reads a text; `off` is one in YAML 1.2.
  if (/^[\w/][\w./*-]*$/.test(text) && (text === 'off' || plainType(text) === 'string')) return text;
  return JSON.stringify(text).replace(/[^ -~\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
