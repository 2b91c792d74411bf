/**
 * Parsers for the values of options. Each receives the name of the option for its messages, and throws a UserError with
 * an example of a valid value.
 */
import { UserError } from '../../core/errors.ts';
import { either, nearest } from '../../core/text.ts';
import { algorithms, type KeyAlgorithm, noEd25519 } from '../../results/issue/plan.ts';
import { parseIp } from '../../x509/ip-address.ts';
import { extendedKeyUsageNames } from '../../x509/oids.ts';
import { choicesOf, shortUsages } from './choices.ts';

/** Parses a value. `previous` is the value so far of an option that can be repeated. */
export type Parse = (option: string, text: string, previous?: never) => unknown;

/** Any text that is not empty. */
function word(option: string, text: string): string {
  if (text === '') throw new UserError(`${option} is empty`);
  return text;
}

/**
 * The error for a value that an option does not accept: `invalid --at "tomorrow": expected a date such as 2026-12-01`.
 */
export function invalid(option: string, text: string, expected: string, hint?: string): UserError {
  return new UserError(`invalid ${option} "${text}": expected ${expected}`, hint === '' ? undefined : hint);
}

/** Returns a parser that accepts one of several words. */
export function oneOf<Choice extends string>(choices: readonly Choice[]): (option: string, text: string) => Choice {
  return (option, text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw invalid(option, text, either(choices), didYouMean(text, choices));
  };
}

/** Returns `did you mean "x"?` if one of the choices is similar to the text, else ''. */
export function didYouMean(text: string, choices: Iterable<string>): string {
  const near = nearest(text, choices);
  return near === undefined ? '' : `did you mean "${near}"?`;
}

type ParseOne<Value> = (option: string, text: string) => Value;
type ParseMore<Value> = (option: string, text: string, previous?: readonly Value[]) => readonly Value[];

/** Returns a parser for an option that can be repeated. */
export function repeated<Value>(parse: ParseOne<Value>): ParseMore<Value> {
  return (option, text, previous = []) => [...previous, parse(option, text)];
}

/** Returns a parser for an option that can be repeated, and accepts several values separated by commas. */
function listed<Value>(parse: ParseOne<Value>): ParseMore<Value> {
  return (option, text, previous = []) => [...previous, ...text.split(',').map((part) => parse(option, part.trim()))];
}

/** Returns a parser that accepts texts of one form. */
function textThat(isValid: (text: string) => boolean, expected: string): ParseOne<string> {
  return (option, text) => {
    if (isValid(text)) return text;
    throw invalid(option, text, expected);
  };
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;
// RFC 3339, section 5.6, without leap seconds, which JavaScript's Date does not support.
const timeForm =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** `2026-12-01` (00:00 UTC), an RFC 3339 time, or a time from now: `+90d`, `-12h`. */
function time(option: string, text: string): Date {
  const later = fromNow(text);
  if (later !== undefined) return expressible(option, text, later);
  const [, day, clock, zone] = dateForm.test(text) ? ['', text, '00:00:00', 'Z'] : (timeForm.exec(text) ?? []);
  const date = new Date(`${day}T${clock}${zone?.toUpperCase()}`);
  // Date turns 30 February into 2 March, so a day that does not exist differs when formatted again.
  if (day === undefined || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) {
    throw invalid(option, text, 'a date such as 2026-12-01', 'or a time such as 2026-12-01T08:00:00Z or +90d');
  }
  return expressible(option, text, date);
}

/** The years of GeneralizedTime, which is in UTC: RFC 5280, section 4.1.2.5.2. RFC 3339 has the same. */
function expressible(option: string, text: string, date: Date): Date {
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999) return date;
  throw invalid(option, text, 'a time in the years 0000 to 9999 (UTC)', 'no certificate can express any other');
}

/** The time of `+90d`; undefined for other texts. */
function fromNow(text: string): Date | undefined {
  if (!/^[+-]\d{1,6}[mhdw]$/.test(text)) return undefined;
  const days = daysIn(text.slice(1)) * (text.startsWith('-') ? -1 : 1);
  return new Date(Math.round(Date.now() / 1000 + days * 86_400) * 1000);
}

const hoursIn: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24, w: 168 };

const daysIn = (text: string) => (Number(text.slice(0, -1)) * (hoursIn[text.slice(-1)] ?? 24)) / 24;

const duration = textThat((text) => /^\d{1,6}[mhdw]$/.test(text), 'a duration such as 30d, 12h or 2w');

/** `30d`, `12h`, `5m` or `2w`, in days. */
const days: ParseOne<number> = (option, text) => daysIn(duration(option, text));

const dayCount = textThat((text) => /^[1-9]\d{0,5}$/.test(text), 'a number of days such as 365');

const address = textThat((text) => parseIp(text) !== undefined, 'an IP address such as 192.0.2.10');

/** Whether a text is a range of addresses in CIDR notation. */
function isRange(text: string): boolean {
  const [, start = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  return parseIp(start) !== undefined && Number(bits) <= (start.includes(':') ? 128 : 32);
}

/** The algorithm of new keys. */
function algorithm(option: string, text: string): KeyAlgorithm {
  if (/^ed-?25519$/i.test(text)) throw invalid(option, text, either(algorithms), noEd25519);
  return oneOf(algorithms)(option, text);
}

/** `server`, `client`, `any`, the RFC 5280 name of an extended key usage, or its OID. */
function usage(option: string, text: string): string {
  const names = Object.values(extendedKeyUsageNames);
  if (Object.hasOwn(shortUsages, text)) return shortUsages[text] ?? text;
  if (names.includes(text) || /^[0-2](?:\.\d+)+$/.test(text)) return text;
  const hint = didYouMean(text, [...Object.keys(shortUsages), ...names]);
  throw invalid(option, text, 'server, client, any, a usage such as codeSigning, or an OID', hint);
}

/** Parsers, by the types in `rules/tables/options.json`. */
export const parsers: Readonly<Record<string, Parse>> = {
  text: word,
  texts: repeated(word),
  list: listed(word),
  address,
  addresses: listed(address),
  cidrs: listed(textThat(isRange, 'a range of addresses such as 10.96.0.0/12')),
  // A Kubernetes release: `v1.36.2`, `1.36`.
  release: textThat((text) => /^v?\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?$/.test(text), 'a release such as v1.36.2'),
  // `1.24`, `go1.24.11`
  'go-release': textThat(
    (text) => /^(?:go)?1\.\d{1,3}(?:\.\d{1,3})?$/.test(text),
    'a release of Go such as 1.24 or 1.24.11',
  ),
  layout: word,
  topology: oneOf(choicesOf.topology),
  profile: oneOf(choicesOf.profile),
  'fail-on': oneOf(choicesOf['fail-on']),
  color: oneOf(choicesOf.color),
  'group-by': oneOf(choicesOf['group-by']),
  preset: oneOf(choicesOf.preset),
  usages: repeated(usage),
  algorithm,
  time,
  days,
  members: oneOf(choicesOf.members),
  'whole-days': (option, text) => Number(dayCount(option, text)),
  milliseconds: (option, text) => Math.round(days(option, text) * 24 * 60 * 60) * 1000,
};
