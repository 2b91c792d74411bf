/** Decodes a configuration file as Go decodes it into its struct, and yields what Go says about its fields. */

import type { MapSetting, ScalarSetting, Setting } from '../../artifact/setting.ts';
import { readDuration, yamlNumber } from '../../core/go-values.ts';
import { inAnyCase, nearest } from '../../core/text.ts';
import { type SettingType, type StructField, settingType } from '../../tables/configurations.ts';
import { isSince } from '../base/component-release.ts';

/** What Go finds wrong with one field. */
export interface FieldFault {
  /** `type`: it is decoded by no reader. The others are ignored by a reader that is not strict. */
  readonly kind: 'type' | 'unknown' | 'repeated';
  /** `jwt[0].issuer.url` */
  readonly path: string;
  readonly at: Setting['at'];
  /** The words of Go. */
  readonly error: string;
  /** The field that was meant. */
  readonly meant?: string;
  /** What a value of the right type is. */
  readonly wants?: string;
}

interface Decoding {
  readonly release: string | undefined;
  /** The package of the structs, which is that of the version: `v1beta1`. */
  readonly version: string;
  readonly faults: FieldFault[];
  /** How many values are still looked at: a hostile file has more than any configuration. */
  budget: number;
  /** How many unknown fields are still compared with those that are known. */
  comparisons: number;
}

/** The struct and the names of the fields on the way, as in Go's errors. */
interface Way {
  readonly path: string;
  readonly struct: string;
  readonly names: readonly string[];
}

const enough = 20_000;
const mostCompared = 200;

/** What kind of value Go's error calls it. */
const called = { list: 'array', map: 'object' } as const;
const calledScalar: Readonly<Record<ScalarSetting['type'], string>> = {
  string: 'string',
  bool: 'bool',
  number: 'number',
  null: 'null',
};
const describe = (setting: Setting) => (setting.kind === 'scalar' ? calledScalar[setting.type] : called[setting.kind]);

/** The scalars that each primitive takes. */
const taken: Readonly<Record<string, readonly ScalarSetting['type'][]>> = {
  string: ['string'],
  duration: ['string'],
  bool: ['bool'],
  int32: ['number'],
  int64: ['number'],
  float32: ['number'],
};

/** The first whole number that is too large for a type. */
const limits: Readonly<Record<string, number>> = { int32: 2 ** 31, int64: 2 ** 63 };

/** The fields that every kind has. */
const typeMeta = new Set(['apiVersion', 'kind']);

/** Returns what is wrong with the fields of a document of a kind. */
export function fieldFaults(document: Setting, kind: string, version: string, release?: string): readonly FieldFault[] {
  const decoding: Decoding = { release, version, faults: [], budget: enough, comparisons: mostCompared };
  decode(document, settingType(kind), { path: '', struct: kind, names: [] }, decoding);
  return decoding.faults;
}

function decode(setting: Setting, type: SettingType, way: Way, decoding: Decoding): void {
  decoding.budget -= 1;
  if (decoding.budget < 0 || (setting.kind === 'scalar' && setting.type === 'null')) return;
  if (type.is === 'primitive') decodePrimitive(setting, type.name, way, decoding);
  else if (type.is === 'list' && setting.kind === 'list') {
    for (const [index, item] of setting.items.entries())
      decode(item, type.of, { ...way, path: `${way.path}[${index}]` }, decoding);
  } else if (type.is === 'map' && setting.kind === 'map') {
    for (const [key, value] of setting.entries) decode(value, type.of, inside(way, key, way.struct), decoding);
  } else if (type.is === 'struct' && setting.kind === 'map') decodeStruct(setting, type, way, decoding);
  else mismatch(setting, type, way, decoding);
}

function inside({ path, names }: Way, field: string, struct: string): Way {
  return { path: path === '' ? field : `${path}.${field}`, struct, names: [...names, field] };
}

function decodeStruct(
  setting: MapSetting,
  { name, fields }: Extract<SettingType, { is: 'struct' }>,
  way: Way,
  decoding: Decoding,
): void {
  for (const key of setting.repeated) {
    const at = setting.keys.get(key) ?? setting.at;
    const error = `yaml: unmarshal errors: line ${at.line}: key "${key}" already set in map`;
    decoding.faults.push({ kind: 'repeated', path: inside(way, key, name).path, at, error });
  }
  for (const [key, value] of setting.entries) {
    if (decoding.budget < 0) return;
    const field = fields.get(key);
    const next = inside(way, key, name);
    if (field !== undefined && isKnown(field, decoding)) decode(value, field.type(), next, decoding);
    else if (field !== undefined || way.path !== '' || !typeMeta.has(key)) {
      decoding.budget -= 1;
      const known = way.path === '' ? [...fields.keys(), ...typeMeta] : [...fields.keys()];
      const meant = field === undefined ? meantField(key, setting, known, decoding) : undefined;
      const at = setting.keys.get(key) ?? setting.at;
      const error = `unknown field "${next.path}"`;
      decoding.faults.push({ kind: 'unknown', path: next.path, at, error, ...(meant !== undefined && { meant }) });
    }
  }
}

const isKnown = ({ since }: StructField, { release }: Decoding) =>
  since === undefined || release === undefined || isSince(release, since);

/** The known field that an unknown one nearly is. */
function meantField(
  key: string,
  setting: MapSetting,
  fields: readonly string[],
  decoding: Decoding,
): string | undefined {
  decoding.comparisons -= 1;
  if (decoding.comparisons < 0) return undefined;
  const same = inAnyCase(key, fields);
  const missing = fields.filter((one) => !setting.entries.has(one));
  return same ?? nearest(key, missing, 2);
}

function decodePrimitive(setting: Setting, name: string, way: Way, decoding: Decoding): void {
  if (name === 'any') return;
  const isTaken = setting.kind === 'scalar' && taken[name]?.includes(setting.type) === true;
  const error = name === 'duration' ? durationError(setting, isTaken) : undefined;
  const number = isTaken && setting.type === 'number' ? yamlNumber(setting.text) : 0;
  const limit = limits[name] ?? Number.POSITIVE_INFINITY;
  if (error !== undefined)
    decoding.faults.push({ kind: 'type', path: way.path, at: setting.at, error, wants: 'a duration, such as 30s' });
  else if (!Number.isFinite(number)) {
    const found = `json: unsupported value: ${Number.isNaN(number) ? 'NaN' : number > 0 ? '+Inf' : '-Inf'}`;
    decoding.faults.push({ kind: 'type', path: way.path, at: setting.at, error: found, wants: 'a number' });
  } else if (!isTaken) mismatch(setting, { is: 'primitive', name }, way, decoding);
  else if (name in limits && (!Number.isInteger(number) || number < -limit || number >= limit))
    mismatch(setting, { is: 'primitive', name }, way, decoding, `number ${number}`);
}

/** What Go says about a duration that it cannot read. */
function durationError(setting: Setting, isText: boolean): string | undefined {
  if (setting.kind !== 'scalar' || !isText)
    return `json: cannot unmarshal ${describe(setting)} into Go value of type string`;
  const read = readDuration(setting.text);
  return typeof read === 'string' ? read : undefined;
}

function mismatch(
  setting: Setting,
  type: SettingType,
  { path, struct, names }: Way,
  decoding: Decoding,
  found: string = describe(setting),
): void {
  const into = names.length === 0 ? 'Go value' : `Go struct field ${struct.replace(/^.*\./, '')}.${names.join('.')}`;
  const error = `json: cannot unmarshal ${found} into ${into} of type ${goType(type, decoding.version)}`;
  decoding.faults.push({ kind: 'type', path, at: setting.at, error, wants: wantedFor(type) });
}

/** What a person writes for a type. */
function wantedFor(type: SettingType): string {
  if (type.is === 'list') return 'a list';
  if (type.is !== 'primitive') return 'fields with values, or an empty map';
  if (type.name === 'string') return 'text, in quotation marks if it looks like a number or like true';
  return type.name === 'bool' ? 'true or false' : 'a number';
}

function goType(type: SettingType, version: string): string {
  if (type.is === 'list') return `[]${goType(type.of, version)}`;
  if (type.is === 'map') return `map[string]${goType(type.of, version)}`;
  if (type.is !== 'struct') return type.name;
  return type.name.includes('.') ? type.name : `${version}.${type.name}`;
}
