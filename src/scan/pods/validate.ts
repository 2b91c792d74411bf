/**
 * Validates a pod as the kubelet does before it runs it, by the rows of a table (k8s.io/kubernetes
 * pkg/apis/core/validation/validation.go). What the table cannot say about one field is in `relations.ts`.
 */
import type { PodFormat, PodRow, PodTable } from '../../artifact/pod-table.ts';
import { groupBy } from '../../core/collections.ts';
import { fieldError, unsupportedValue } from '../../core/field-errors.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { inAnyCase, nearest } from '../../core/text.ts';
import { getItems, getNode, getString, type YamlNode } from '../parse/yaml-node.ts';
import type { PodFault } from './fault.ts';
import { relationFaults } from './relations.ts';

/** Each returns the words about a value; undefined for one that is right. */
const formatErrors: Readonly<Record<PodFormat, (text: string, isString: boolean) => string | undefined>> = {
  count: (text) => (/^-\d{1,20}$/.test(text) ? 'must be greater than or equal to 0' : undefined),
  id: (text) => rangeError(text, 0, 2_147_483_647),
  port: (text) => rangeError(text, 1, 65_535),
  label: (text) => tooLong(text, 63) ?? (label.test(text) ? undefined : notLabel),
  // The kubelet appends the name of the node, which is not known to be short.
  'pod-name': (text) => tooLong(text, 251) ?? (isSubdomain(`${text}-node`) ? undefined : notSubdomain),
  'port-name': portNameError,
  'port-or-name': (text, isString) => (isString ? portNameError(text) : rangeError(text, 1, 65_535)),
  'no-backsteps': (text) => (text.split('/').includes('..') ? "must not contain '..'" : undefined),
};

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const isSubdomain = (text: string): boolean => text.split('.').every((part) => label.test(part));

const notLabel =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const notSubdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function tooLong(text: string, most: number): string | undefined {
  return text.length > most ? `must be no more than ${most === 251 ? 253 : most} characters` : undefined;
}

function rangeError(text: string, least: number, most: number): string | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return value < least || value > most ? `must be between ${least} and ${most}, inclusive` : undefined;
}

function portNameError(text: string): string | undefined {
  if (text.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(text)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  return /[a-z]/.test(text) ? undefined : 'must contain at least one letter (a-z)';
}

/** What a walk through one pod needs. */
interface Walk {
  readonly pod: YamlNode;
  readonly kinds: PodTable['kinds'];
  /** The rows of each type. */
  readonly rows: ReadonlyMap<string, readonly PodRow[]>;
  /** The names of its volumes. */
  readonly volumes: ReadonlySet<string>;
  /** Values that must be unique, each with the path of its list. */
  readonly taken: Set<string>;
  readonly ownVolumes: PodTable['ownVolumes'];
}

/** Returns the errors of validating a pod, in the order of the table. */
export function* validationFaults(pod: YamlNode, table: PodTable): Generator<PodFault> {
  const volumes = new Set(getItems(pod, 'spec', 'volumes').flatMap((item) => getString(item, 'name')?.text ?? []));
  const rows = groupBy(table.rows, ({ of }) => of);
  const { kinds, ownVolumes } = table;
  yield* faultsOf(pod, 'v1.Pod', '', { pod, kinds, rows, volumes, taken: new Set(), ownVolumes });
}

function* faultsOf(node: YamlNode, type: string, path: string, walk: Walk): Generator<PodFault> {
  if (type.startsWith('[]')) {
    if (node.kind !== 'sequence' || walk.kinds[type.slice('[]'.length)] === undefined) return;
    for (const [index, item] of node.items.entries())
      yield* faultsOf(item, type.slice('[]'.length), `${path}[${index}]`, walk);
    return;
  }
  const fields = walk.kinds[type];
  if (fields === undefined || node.kind !== 'mapping') return;
  const rows = walk.rows.get(type) ?? [];
  for (const [name, own] of Object.entries(fields)) {
    const at = path === '' ? name : `${path}.${name}`;
    for (const row of rows) if (row.field === name) yield* rowFaults(row, node, at, walk);
    const value = getNode(node, name);
    if (value !== undefined) yield* faultsOf(value, own, at, walk);
  }
  yield* relationFaults(type, node, path, walk.pod);
}

function* rowFaults(row: PodRow, node: YamlNode, path: string, walk: Walk): Generator<PodFault> {
  const { field, required, words, format, unique } = row;
  if (row.when !== undefined && getString(node, 'type')?.text !== row.when) return;
  const value = getNode(node, field);
  if (value === undefined || isEmpty(value, format)) {
    if (required !== undefined) yield { error: fieldError(path, 'Required value', required), node: value ?? node };
    if (row.absent !== undefined) yield* formatFault(path, { ...row, text: row.absent, node: value ?? node });
    return;
  }
  if (value.kind !== 'scalar') return;
  const { text } = value;
  if (words !== undefined && !words.includes(text)) yield unsupported(path, value, text, words);
  yield* formatFault(path, { format, text, node: value });
  if (row.names === 'volumes') yield* namesFault(path, value, text, walk);
  if (unique === undefined) return;
  // Init containers and containers share their names.
  const list = path.replace(/\[\d+\]\.\w+$/, '').replace(/^spec\.initContainers$/, 'spec.containers');
  const key = `${list}\0${text}`;
  const fault = unique === 'Duplicate value' ? `${unique}: ${quoted(text)}` : `Invalid value: ${quoted(text)}`;
  if (walk.taken.has(key) && !isOwnMount(row, node, walk))
    yield { error: fieldError(path, fault, unique === 'Duplicate value' ? '' : unique), node: value };
  walk.taken.add(key);
}

/** Whether an object mounts a volume that the program of the node gives its pods. */
const isOwnMount = ({ of }: PodRow, node: YamlNode, { ownVolumes = [] }: Walk): boolean =>
  of === 'v1.VolumeMount' && ownVolumes.some((name) => getString(node, 'name')?.text.startsWith(name));

/** Whether a value counts as none. */
function isEmpty(value: YamlNode, format: PodRow['format']): boolean {
  if (value.kind !== 'scalar') return value.kind === 'sequence' && value.items.length === 0;
  return value.text === '' || (format === 'port' && /^0+$/.test(value.text));
}

/** A value, the format that it must have, and the node that an error is about. */
interface Formatted {
  readonly format?: PodRow['format'];
  readonly text: string;
  readonly node: YamlNode;
}

function* formatFault(path: string, { format, text, node }: Formatted): Generator<PodFault> {
  const isString = node.kind === 'scalar' && node.type === 'string';
  const wrong = format && formatErrors[format](text, isString);
  if (wrong === undefined) return;
  const error = fieldError(path, `Invalid value: ${shown(text, format, isString)}`, wrong);
  // In quotes, a port is the name of one.
  const isNumber = format === 'port-or-name' && isString && formatErrors.port(text, false) === undefined;
  yield { error, node, ...(isNumber && /^[1-9]\d{0,4}$/.test(text) && { right: text }) };
}

function unsupported(path: string, node: YamlNode, text: string, words: readonly string[]): PodFault {
  const error = unsupportedValue(path, shortened(text), words);
  const cased = inAnyCase(text, words);
  const right = cased ?? (text.length > 40 ? undefined : nearest(text, words, 2));
  return { error, node, ...(right !== undefined && right !== '' && { right }) };
}

function* namesFault(path: string, node: YamlNode, text: string, { volumes }: Walk): Generator<PodFault> {
  if (volumes.has(text)) return;
  const right = text.length > 63 ? undefined : nearest(text, [...volumes].slice(0, 100), 2);
  yield { error: `${path}: Not found: ${quoted(text)}`, node, ...(right !== undefined && { right }) };
}

function shown(text: string, format: PodRow['format'], isString: boolean): string {
  if (format === 'pod-name') return quoted(`${text}-…`);
  const isNumber = format === 'port-or-name' ? !isString : format !== undefined && numeric.has(format);
  return isNumber ? text : quoted(text);
}

const numeric: ReadonlySet<PodFormat> = new Set(['count', 'id', 'port']);

/** The longest value that an error shows. */
const longest = 100;

function shortened(text: string): string {
  const known = withoutSecret(text);
  return known.length > longest ? `${known.slice(0, longest)}…` : known;
}

const quoted = (text: string): string => JSON.stringify(shortened(text));
