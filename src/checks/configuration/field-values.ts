/** The values of a configuration file that the tables know to be wrong (`rules/tables/configuration-values.json`). */
import { allArguments } from '../../artifact/arguments.ts';
import { type Setting, settingAt, settingItems } from '../../artifact/setting.ts';
import { goDuration, goQuoted, readDuration, readInteger } from '../../core/go-values.ts';
import { either, fill } from '../../core/text.ts';
import {
  type Demand,
  type FieldRow,
  type FieldValueRow,
  type ValueStage,
  valueStages,
} from '../../tables/configuration-values.ts';
import type { SettingCorrection, ValueContext, ValueFault } from '../values/field-rows.ts';
import { forbiddenItem } from '../values/flag-values.ts';
import { type QuantityFault, reservedFaults, thresholdFaults } from '../values/quantities.ts';
import { isFlag } from '../values/refusal.ts';
import { http2Error, lacksHttp2Suite, meantSuites, unknownSuite } from '../values/tls-values.ts';
import { counts } from '../values/value-rows.ts';
import { correctionOf } from './edit.ts';

/** What is wrong with a field. */
interface Wrong {
  readonly value?: string;
  readonly other?: string;
  readonly error?: string;
  readonly fix: string;
  /** The field, or the entry of it. */
  readonly at?: Setting['at'];
  readonly correction?: SettingCorrection;
}

/** The document, and the component that reads it. */
interface Reading extends ValueContext {
  readonly document: Setting;
}

type Check<Kind extends Demand['kind']> = (
  takes: Extract<Demand, { kind: Kind }>,
  field: Setting,
  reading: Reading,
) => Iterable<Wrong>;

const at = ({ document }: Reading, { field }: FieldRow): Setting | undefined =>
  settingAt(document, ...field.split('.'));

/** Whether a flag takes precedence over a field. */
const hasFlag = ({ component }: Reading, { flag }: FieldRow): boolean =>
  flag !== undefined && allArguments(component, flag).some(isFlag);

const scalarText = (setting: Setting | undefined): string => (setting?.kind === 'scalar' ? setting.text : '');
/** No list of settings is as long; each item is compared with all known ones. */
const mostItems = 500;

const itemsOf = (setting: Setting): readonly string[] => settingItems(setting).slice(0, mostItems).map(scalarText);

/** Whether a field has a value, or its flag is given. */
function isSet(reading: Reading, row: FieldRow): boolean {
  const setting = at(reading, row);
  const isEmpty = setting === undefined || (setting.kind === 'scalar' && setting.text === '');
  return !isEmpty || hasFlag(reading, row);
}

/** A number, or a duration in nanoseconds, and how Go prints it. */
function measured(text: string): { readonly size: bigint; readonly shown: string } | undefined {
  const number = readInteger(text, { reader: 'ParseInt', bits: 64 });
  if (typeof number === 'bigint') return { size: number, shown: text };
  const duration = readDuration(text);
  return typeof duration === 'bigint' ? { size: duration, shown: `{${goDuration(duration)}}` } : undefined;
}

function* plain(takes: Parameters<typeof forbiddenItem>[0], field: Setting): Generator<Wrong> {
  const found = forbiddenItem(takes, scalarText(field), itemsOf(field));
  if (found === undefined) return;
  const correction = correctionOf(field, found.meant);
  yield { value: found.value, fix: `write ${found.meant ?? found.takes}`, ...(correction && { correction }) };
}

/** A list in a file is not separated by commas. */
const list: Check<'list'> = function* ({ words }, field) {
  for (const value of itemsOf(field))
    if (!words.includes(value)) yield { value, fix: `write ${either(words.filter((word) => word !== ''))}` };
};

const below: Check<'below'> = function* ({ default: own, other, otherDefault, orEqual }, field, reading) {
  const [low, high] = [field, at(reading, other)]
    .map(scalarText)
    .map((text, index) => measured(text || [own, otherDefault][index] || ''));
  if (low === undefined || high === undefined || hasFlag(reading, other)) return;
  if (low.size < high.size || (orEqual && low.size === high.size)) return;
  yield {
    value: low.shown,
    other: high.shown,
    fix: `write a value ${orEqual ? 'that is not above' : 'below'} that of ${other.field}`,
  };
};

const needs: Check<'needs'> = function* ({ when, one }, field, reading) {
  const found = [scalarText(field), ...itemsOf(field)].find((word) => when.includes(word));
  if (found === undefined || one.some((row) => isSet(reading, row))) return;
  yield { value: found, fix: `set ${either(one.map((row) => row.field))} too, or remove ${found}` };
};

const excludes: Check<'excludes'> = function* ({ others }, _, reading) {
  const other = others.find((row) => isSet(reading, row));
  if (other !== undefined) yield { fix: `remove it, or ${other.field}` };
};

const pairs: Check<'pairs'> = function* ({ other }, field, reading) {
  if (field.kind !== 'map' || hasFlag(reading, other)) return;
  const pair = at(reading, other);
  for (const key of field.entries.keys()) {
    const place = field.keys.get(key);
    if (settingAt(pair, key) === undefined)
      return void (yield { value: key, fix: `write ${key} in ${other.field} too`, ...(place && { at: place }) });
  }
};

function* quantities(faults: Iterable<QuantityFault>): Generator<Wrong> {
  for (const { error, fix, at: place } of faults) return void (yield { error, fix, at: place });
}

const suitesFix = (names: readonly string[]) =>
  `write ${meantSuites(names, undefined)?.join(', ') ?? 'names of suites in Go'}`;

const suites: Check<'suites'> = function* (_, field) {
  const value = unknownSuite(itemsOf(field));
  if (value !== undefined) yield { value, fix: suitesFix(itemsOf(field)) };
};

const http2: Check<'http2'> = function* ({ unless }, field, reading) {
  const is13 = hasFlag(reading, unless) || scalarText(at(reading, unless)) === 'VersionTLS13';
  if (!is13 && lacksHttp2Suite(itemsOf(field))) yield { error: http2Error, fix: suitesFix(itemsOf(field)) };
};

/** k8s.io/pod-security-admission api/helpers.go, ParseVersion */
const policyVersion: Check<'policy-version'> = function* (_, field) {
  if (!/^(?:|latest|v1\.(?:0|[1-9][0-9]*))$/.test(scalarText(field)))
    yield { fix: 'write latest, or a version such as v1.30' };
};

const checks: { readonly [Kind in Demand['kind']]: Check<Kind> } = {
  word: plain,
  number: plain,
  fraction: plain,
  duration: plain,
  https: plain,
  list,
  below,
  needs,
  excludes,
  pairs,
  reserved: (_, field) => quantities(reservedFaults(field)),
  thresholds: (_, field) => quantities(thresholdFaults(field)),
  'policy-version': policyVersion,
  suites,
  http2,
};

/** How to turn on the feature gate without which a field must not be set. Its default is on. */
function gateFix(
  { gate }: FieldValueRow,
  { component, document }: Reading,
): Pick<Wrong, 'fix' | 'correction'> | undefined {
  if (gate?.on !== false) return undefined;
  const { name } = gate;
  const flag = allArguments(component, 'feature-gates').findLast((one) => isFlag(one) && one.value?.includes(name));
  if (flag !== undefined) return { fix: `it needs ${name}, so remove ${name}=false from ${flag.spelled}` };
  const setting = settingAt(document, 'featureGates', name);
  const correction = setting === undefined ? undefined : correctionOf(setting, 'true');
  return {
    fix: `it needs featureGates.${name}: true`,
    ...(correction && { correction: { ...correction, key: name } }),
  };
}

function* rowFaults(row: FieldValueRow, reading: Reading): Generator<ValueFault> {
  const own = at(reading, row);
  // A field may be wrong because of another one that is set.
  const field = own ?? (row.takes.kind === 'below' ? at(reading, row.takes.other) : undefined);
  if (field === undefined || hasFlag(reading, row) || !counts(row, reading)) return;
  // Safe because both have the same kind.
  const check = checks[row.takes.kind] as Check<Demand['kind']>;
  const judged: Setting = own ?? { kind: 'scalar', text: '', type: 'string', at: field.at };
  for (const wrong of check(row.takes as never, judged, reading)) {
    const { value = scalarText(own), other = '', error = '', fix, correction } = wrong;
    const said = fill(row.said, { value, quoted: goQuoted(value), other, error });
    const healed = row.fix === undefined ? (gateFix(row, reading) ?? { fix, correction }) : { fix: row.fix };
    yield { path: row.field, at: wrong.at ?? field.at, error: said, ...healed };
  }
}

/** The first stage with faults: the component exits at it, with all of them. */
export function stageFaults(
  kind: string,
  document: Setting,
  context: ValueContext,
): { readonly says: ValueStage['says']; readonly faults: readonly ValueFault[] } | undefined {
  const reading = { ...context, document };
  for (const { says, rows } of valueStages(kind)) {
    const faults = rows.flatMap((row) => [...rowFaults(row, reading)]);
    if (faults.length > 0) return { says, faults };
  }
  return undefined;
}
