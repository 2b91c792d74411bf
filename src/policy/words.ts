/** Words for the values that a policy expects, and for those that it has. */
import type { ErrorObject } from 'ajv';
import { nearest } from '../core/text.ts';
import { inQuotes } from './mistake.ts';
import type { Path, Tree } from './tree.ts';

const types: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

/** What a value with a form of its own looks like, by its key. */
const forms: Readonly<Record<string, string>> = {
  until: 'a day such as 2027-03-31',
  since: 'a day such as 2026-11-27',
  fingerprint: 'the fingerprint of a finding: 16 hex digits in lower case',
  sha256: 'the SHA-256 of a certificate: 64 hex digits in lower case',
  kubernetesVersion: 'a release such as v1.36.2',
  targetVersion: 'a known release such as v1.36.2, or latest',
  formats: 'a format, and after a colon its file: sarif:pki-lint.sarif',
  role: 'a name of its own such as etcd-backup-client',
  reason: 'a reason of at least 10 characters',
};

const durations = 'a duration such as 30d, 12h or 1y';

/** Returns what the schema expects at a path, for errors about the value there. */
export function expectedAt(path: Path, { keyword, params, parentSchema }: ErrorObject): string {
  const key = String(path.findLast((step) => typeof step === 'string'));
  if (parentSchema?.const !== undefined) return String(parentSchema.const);
  if (keyword === 'minItems') return 'at least one item';
  if (keyword === 'minProperties') return 'at least one key';
  if (keyword === 'minimum' || keyword === 'maximum') return 'a number of bits from 1 to 65536';
  if (keyword === 'type' && params.type !== 'string') return types[params.type] ?? String(params.type);
  if (Object.hasOwn(forms, key)) return forms[key] ?? '';
  if (parentSchema?.pattern !== undefined) return durations;
  return keyword === 'minLength' ? 'a text that is not empty' : 'a text';
}

/** Returns a value of a file as it is shown: a mapping and a list without their contents. */
export function foundText(tree: Tree): string {
  if (tree.kind === 'map') return 'a mapping';
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : 'a list';
  if (tree.value === null) return 'nothing';
  return inQuotes(tree.written);
}

/** Returns what is wrong with an item of `extends`, and the hint. */
export function extendedMistake(path: string, text: string, { params }: ErrorObject): [message: string, hint: string] {
  const names: readonly string[] = params.allowedValues ?? [];
  if (names.length === 0) return [`${path}: expected a list, found ${inQuotes(text)}`, `write [${text}]`];
  if (text.includes('://'))
    return [`${path}: a URL is not accepted`, 'keep the file next to this one, and name it: ./corp.yaml'];
  if (text.startsWith('/'))
    return [`${path}: ${inQuotes(text)} is absolute`, 'name the file relative to this one: ./corp.yaml'];
  const isFile = /\.(?:yaml|yml|json)$/.test(text);
  if (isFile) return [`${path}: unknown policy ${inQuotes(text)}`, `did you mean the file "./${text}"?`];
  if (text.includes('/'))
    return [`${path}: ${inQuotes(text)} is not a policy`, 'the name of a file ends with .yaml, .yml or .json'];
  const near = nearest(text, names);
  const hint =
    near === undefined ? `built-in policies: ${names.join(', ')}; a file begins with ./` : `did you mean "${near}"?`;
  return [`${path}: unknown policy ${inQuotes(text)}`, hint];
}
