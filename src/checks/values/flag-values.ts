/** Values of flags that the tables know to be wrong (`rules/tables/flag-values.json`). */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments, isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted, readDuration, readInteger } from '../../core/go-values.ts';
import { either, fill, inAnyCase, nearest } from '../../core/text.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Takes, type ValueRow, valueRows, valueType } from '../../tables/flag-values.ts';
import { isFlag, parserWords, type RefusedValue } from './refusal.ts';
import { wrongValue } from './value-types.ts';

/** The values that the parsers of flags refuse. Each occurrence of a flag is parsed. */
export function* unparsedValues(component: Component): Generator<RefusedValue> {
  for (const argument of component.arguments) {
    const type = valueType(component.name, argument.name);
    if (type === undefined || argument.value === undefined || !isFlag(argument)) continue;
    const wrong = wrongValue(type, argument.value);
    if (wrong === undefined) continue;
    const { error, takes, meant } = wrong;
    yield { argument, error: parserWords(component, argument, error, type), takes, meant };
  }
}

/** A value, or an item of a list, that a row does not allow. */
export interface Forbidden {
  readonly value: string;
  /** What the flag takes instead. */
  readonly takes: string;
  /** The whole value that was probably meant. */
  readonly meant?: string | undefined;
}

/** Words that people write for a version of TLS: `1.2`, `TLSv1.2`, `VersionTLS12`. */
const versionIn = (text: string): string | undefined => /1[._]?([0-3])(?!\d)/.exec(text)?.[1];

/** The word that was probably meant. */
function meantWord(value: string, words: readonly string[]): string | undefined {
  const plain = value.trim().replaceAll(/^["']|["']$/g, '');
  const [first, ...others] = words.filter(Boolean);
  if (others.length === 0) return first;
  const same = inAnyCase(plain, words.filter(Boolean));
  const version = versionIn(plain);
  const ofVersion = version && words.find((word) => /TLS/.test(word) && versionIn(word) === version);
  return same ?? ofVersion ?? (plain.length < 4 ? undefined : nearest(plain, words.filter(Boolean), 2));
}

type Check<Kind extends Takes['kind']> = (
  takes: Extract<Takes, { kind: Kind }>,
  value: string,
  items: readonly string[],
) => Forbidden | undefined;

const word: Check<'word'> = ({ words, anyCase }, value) => {
  if (words.includes(anyCase ? value.toLowerCase() : value)) return undefined;
  return { value, takes: either(words.filter(Boolean)), meant: meantWord(value, words) };
};

const list: Check<'list'> = ({ words }, _, items) => {
  const wrong = items.find((item) => !words.includes(item));
  if (wrong === undefined) return undefined;
  const meant = items.flatMap((item) => item.split(',')).map((item) => meantWord(item, words));
  const isClear = meant.every((item) => item !== undefined);
  const takes = `words of this list, separated by commas without spaces: ${words.join(', ')}`;
  return { value: wrong, takes, meant: isClear ? [...new Set(meant)].join(',') : undefined };
};

/** `from 1 to 65535`, `of at least 0` */
function limits(least: number | string | undefined, most: number | string | undefined): string {
  if (least === undefined) return `of at most ${most}`;
  return most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
}

const number: Check<'number'> = ({ least, most }, value) => {
  const read = readInteger(value, { reader: 'ParseInt', bits: 64 });
  if (typeof read === 'string') return undefined;
  const isAllowed = (least === undefined || read >= BigInt(least)) && (most === undefined || read <= BigInt(most));
  return isAllowed ? undefined : { value, takes: `a number ${limits(least, most)}` };
};

/** A float64, which the parser of the flag has read. */
const fraction: Check<'fraction'> = ({ least, most }, value) => {
  const read = /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
  return read < least || read > most ? { value, takes: `a number ${limits(least, most)}` } : undefined;
};

const duration: Check<'duration'> = ({ least, most, orZero }, value) => {
  const [read, from, to] = [value, least, most].map((text) => (text === undefined ? undefined : readDuration(text)));
  if (typeof read !== 'bigint' || (orZero && read === 0n)) return undefined;
  const isAllowed = (typeof from !== 'bigint' || read >= from) && (typeof to !== 'bigint' || read <= to);
  return isAllowed ? undefined : { value, takes: `a duration ${limits(least, most)}` };
};

const https: Check<'https'> = (_, value) =>
  value === '' || /^https:/i.test(value) ? undefined : { value, takes: 'a URL with https' };

const checks: { readonly [Kind in Takes['kind']]: Check<Kind> } = { word, list, number, fraction, duration, https };

/** Returns the item that is not allowed; undefined if all are. */
export function forbiddenItem(takes: Takes, value: string, items: readonly string[]): Forbidden | undefined {
  // Safe because both have the same kind.
  return (checks[takes.kind] as Check<Takes['kind']>)(takes as never, value, items);
}

function refusalBy(row: ValueRow, component: Component, argument: Argument, items: readonly string[]): RefusedValue[] {
  const found = forbiddenItem(row.takes, argument.value ?? '', items);
  if (found === undefined) return [];
  const { value, takes, meant } = found;
  const error = fill(row.said, { value, quoted: goQuoted(value), flag: argument.name });
  const isOne = allArguments(component, argument.name).length === 1;
  return [
    {
      argument,
      error: row.parsed ? parserWords(component, argument, error) : error,
      takes,
      meant: isOne ? meant : undefined,
    },
  ];
}

/** The values that parsers take, and that the component refuses afterwards. */
export function* forbiddenValues(component: Component, { facts }: Pki): Generator<RefusedValue> {
  const release = facts.kubernetesVersion?.value;
  for (const row of valueRows) {
    if (!row.components.some((name) => name === component.name)) continue;
    if (row.ifSet !== undefined && !isGiven(component, row.ifSet)) continue;
    if (row.since !== undefined && (release === undefined || !isFrom(release, row.since))) continue;
    for (const flag of row.flags) {
      const argument = lastArgument(component, flag);
      if (argument?.value === undefined || !isFlag(argument)) continue;
      yield* refusalBy(row, component, argument, row.takes.kind === 'list' ? listedValues(component, flag) : []);
    }
  }
}
