/** Validates a policy by its schema: one message for each place, in words for people. */
import type { ErrorObject } from 'ajv';
import { either, nearest } from '../core/text.ts';
import { inQuotes, type Mistake, maxShown } from './mistake.ts';
import { type Mapping, originAt, type Path, pathText, plainValue, type Tree, treeAt } from './tree.ts';
import { validate } from './validator.ts';
import { expectedAt, extendedMistake, foundText } from './words.ts';

/** Returns what is wrong with a policy, but no more than can be shown. */
export function schemaMistakes(tree: Mapping): readonly Mistake[] {
  if (validate(plainValue(tree))) return [];
  const errors = validate.errors ?? [];
  const alternatives = new Set(errors.flatMap((one) => (one.keyword === 'anyOf' ? [one.instancePath] : [])));
  const unknown = new Set(errors.flatMap(({ propertyName, instancePath }) => pointers(instancePath, propertyName)));
  const described = new Map<string, Mistake>();
  for (const error of errors) {
    // Which options an unknown rule has is not known.
    if (unknown.has(error.instancePath)) continue;
    const path = pathOf(tree, error.instancePath);
    if (!isOfType(treeAt(tree, path), error, alternatives)) continue;
    const key = JSON.stringify(isOfValue(error) ? path : [path, error.propertyName ?? error.params]);
    const mistake = described.has(key) ? undefined : mistakeOf(tree, path, error);
    if (mistake !== undefined) described.set(key, mistake);
    if (described.size > maxShown) break;
  }
  return [...described.values()];
}

/** The JSON pointer of a key that is not allowed. */
function pointers(parent: string, key: string | undefined): readonly string[] {
  return key === undefined ? [] : [`${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`];
}

/** A JSON pointer, with numbers for items of lists. */
function pathOf(tree: Tree, pointer: string): Path {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.map((step, index) => (treeAt(tree, steps.slice(0, index))?.kind === 'list' ? Number(step) : step));
}

/** Whether an error is about the value itself, and not about one of its keys. */
const isOfValue = ({ keyword, propertyName }: ErrorObject) =>
  propertyName === undefined && keyword !== 'additionalProperties' && keyword !== 'required';

/**
 * Whether an error is that of the alternative that was meant. Where a setting is a level or a mapping, a mapping is not
 * a mistyped level, and anything else is not a mistyped mapping.
 */
function isOfType(value: Tree | undefined, error: ErrorObject, alternatives: ReadonlySet<string>): boolean {
  const { keyword, params, instancePath } = error;
  if (keyword === 'anyOf' || keyword === 'propertyNames') return false;
  if (!alternatives.has(instancePath) || !isOfValue(error)) return true;
  return value?.kind === 'map' ? keyword === 'minProperties' : !(keyword === 'type' && params.type === 'object');
}

/** The mistake of an error; undefined if a different one says it. */
function mistakeOf(tree: Mapping, path: Path, error: ErrorObject): Mistake | undefined {
  const { keyword, params } = error;
  if (error.propertyName !== undefined) {
    // Of the alternatives, the list of names says what was meant.
    if (keyword !== 'enum') return undefined;
    return unknownRule(tree, [...path, error.propertyName], error.propertyName, params.allowedValues);
  }
  if (keyword === 'additionalProperties') return unknownKey(tree, path, params.additionalProperty, error);
  if (keyword === 'required') return missingKey(tree, path, params.missingProperty);
  const limit = limitWords[keyword];
  if (limit !== undefined) return mistakeAt(tree, path, `${pathText(path)} ${limit(params.limit)}`);
  return wrongValue(tree, path, error);
}

const limitWords: Readonly<Record<string, ((limit: number) => string) | undefined>> = {
  maxItems: (limit) => `has more than ${limit} items`,
  uniqueItems: () => 'has an item twice',
  maxLength: (limit) => `has more than ${limit} characters`,
};

function mistakeAt(tree: Mapping, path: Path, message: string, hint?: string): Mistake {
  const { file, line } = originAt(tree, path);
  return { file, line, message, hint };
}

const within = (path: Path) => (path.length === 0 ? '' : ` in ${pathText(path)}`);

/** The most similar name, as a question. */
function meant(text: string, names: readonly string[]): string | undefined {
  const near = nearest(text, names) ?? names.find((name) => text.length > 2 && name.startsWith(text));
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

const keysOf = ({ parentSchema }: ErrorObject): readonly string[] => Object.keys(parentSchema?.properties ?? {});

function unknownKey(tree: Mapping, path: Path, key: string, error: ErrorObject): Mistake {
  const at = treeAt(tree, path);
  const place = at?.kind === 'map' ? at.entries.get(key)?.key : undefined;
  const keys = keysOf(error);
  const hint = meant(key, keys) ?? `possible keys: ${keys.join(', ')}`;
  const { file, line } = place ?? originAt(tree, path);
  return { file, line, message: `unknown key ${inQuotes(key)}${within(path)}`, hint };
}

/** A mistyped key is one fault, and not a missing one besides. */
function missingKey(tree: Mapping, path: Path, key: string): Mistake | undefined {
  const at = treeAt(tree, path);
  const names = at?.kind === 'map' ? [...at.entries.keys()] : [];
  if (names.some((name) => nearest(name, [key]) !== undefined)) return undefined;
  const place = treeAt(tree, path)?.at ?? tree.at;
  const hint = key === 'until' ? 'an exception without an end is not accepted: until: 2027-03-31' : undefined;
  return { file: place.file, line: place.line, message: `${pathText(path)} has no ${key}`, hint };
}

const rulesHint = 'pki-lint rules lists them all';

function unknownRule(tree: Mapping, path: Path, id: string, names: readonly string[]): Mistake {
  const what = id.endsWith('/*') ? 'group' : 'rule';
  const parent = treeAt(tree, path.slice(0, -1));
  const place = parent?.kind === 'map' ? parent.entries.get(id)?.key : undefined;
  const where =
    place === undefined || (treeAt(tree, path)?.kind === 'value' && parent?.kind !== 'map') ? path : path.slice(0, -1);
  const { file, line } = place ?? originAt(tree, path);
  const hint = [meant(id, names), rulesHint].filter((text) => text !== undefined).join(' ');
  return { file, line, message: `${pathText(where)}: unknown ${what} ${inQuotes(id)}`, hint };
}

function wrongValue(tree: Mapping, path: Path, error: ErrorObject): Mistake | undefined {
  const value = treeAt(tree, path);
  if (value === undefined) return undefined;
  const text = value.kind === 'value' ? value.written : '';
  const isText = value.kind === 'value' && typeof value.value === 'string';
  if (isText && path[0] === 'extends') return mistakeAt(tree, path, ...extendedMistake(pathText(path), text, error));
  const choices: readonly string[] = error.params.allowedValues ?? error.parentSchema?.enum ?? [];
  const last = path.at(typeof path.at(-1) === 'number' ? -2 : -1);
  if (isText && (last === 'rule' || last === 'never')) return unknownRule(tree, path, text, choices);
  if (isText && (last === 'role' || last === 'parent') && choices.length > 0) {
    const hint = meant(text, choices) ?? `the roles: ${choices.join(', ')}`;
    return mistakeAt(tree, path, `${pathText(path)}: unknown role ${inQuotes(text)}`, hint);
  }
  const expected = choices.length > 0 ? either(choices) : expectedAt(path, error);
  const hint = value.kind === 'value' ? hintFor(value.value, text, error, choices) : undefined;
  return mistakeAt(tree, path, `${pathText(path)}: expected ${expected}, found ${foundText(value)}`, hint);
}

function hintFor(value: unknown, text: string, error: ErrorObject, choices: readonly string[]): string | undefined {
  if (choices.includes('off') && value === false) return 'did you mean "off"?';
  if (choices.length > 0) return meant(text, choices);
  if (error.parentSchema?.const === 1)
    return text === '1' ? 'write it without quotes: version: 1' : 'this pki-lint reads version 1';
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const isForm = new RegExp(error.parentSchema?.pattern ?? '').test(text);
  return isPlain && isForm && error.params.type === 'string' ? `write it in quotes: "${text}"` : undefined;
}
