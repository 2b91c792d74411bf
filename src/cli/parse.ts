/** Values of options, from their text; each throws a UserError that shows how the value should look. */

import { UserError } from '../core/errors.ts';
import { type Algorithm, algorithms, noEd25519 } from '../core/plan.ts';
import { nearest } from '../core/text.ts';
import { parseIp } from '../x509/ip-address.ts';
import { extendedKeyUsageNames } from '../x509/oids.ts';

const dateForm = /^\d{4}-\d{2}-\d{2}$/;
// RFC 3339, section 5.6; a leap second has no place in JavaScript's time.
const timeForm =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** `2026-12-01` (00:00 UTC) or an RFC 3339 time. */
export function time(text: string): Date {
  const [, day, clock, zone] = dateForm.test(text) ? ['', text, '00:00:00', 'Z'] : (timeForm.exec(text) ?? []);
  const date = new Date(`${day}T${clock}${zone?.toUpperCase()}`);
  // JavaScript takes 30 February for 2 March; such a day does not survive the way back.
  if (day === undefined || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) {
    throw new UserError(`--at is "${text}", which is no time`, 'try 2026-12-01, or 2026-12-01T08:00:00Z');
  }
  return date;
}

const hoursIn: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24, w: 168 };

/** `30d`, `12h`, `5m` or `2w`, in days. */
export function days(flag: string): (text: string) => number {
  return (text) => {
    const [, number, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
    if (number === undefined) throw new UserError(`${flag} is "${text}", which is no duration`, 'try 30d, 12h or 2w');
    return (Number(number) * (hoursIn[unit] ?? 24)) / 24;
  };
}

/** A number of days from 1 on. */
export function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
    throw new UserError(`${flag} is "${text}", which is no number of days`, 'try 365');
  };
}

/** The algorithm of new keys. */
export function algorithm(text: string): Algorithm {
  if (/^ed-?25519$/i.test(text)) throw new UserError(`--algorithm is "${text}"`, `no keys of that kind: ${noEd25519}`);
  return oneOf('--algorithm', algorithms)(text);
}

/** One word of several. */
export function oneOf<Choice extends string>(flag: string, choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw new UserError(`${flag} is "${text}"`, `${meant(text, choices)}it is one of: ${choices.join(', ')}`);
  };
}

/** `did you mean "x"? ` where something like it exists, else nothing. */
export function meant(text: string, choices: Iterable<string>): string {
  const near = nearest(text, choices);
  return near === undefined ? '' : `did you mean "${near}"? `;
}

/** For options that may be given several times. */
export function repeated<Value>(parse: (text: string) => Value): (text: string, previous?: Value[]) => Value[] {
  return (text, previous = []) => [...previous, parse(text)];
}

/** For options that may be given several times, and with several values at once, separated by commas. */
export function listed(flag: string, parse: (flag: string, text: string) => string) {
  return (text: string, previous: string[] = []): string[] => [
    ...previous,
    ...text.split(',').map((part) => parse(flag, part.trim())),
  ];
}

/** An IP address. */
export function address(flag: string, text: string): string {
  if (parseIp(text) === undefined)
    throw new UserError(`${flag} is "${text}", which is no IP address`, 'try 192.0.2.10');
  return text;
}

/** A range of addresses in CIDR notation. */
export function range(flag: string, text: string): string {
  const [, start = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (parseIp(start) === undefined || Number(bits) > (start.includes(':') ? 128 : 32)) {
    throw new UserError(`${flag} is "${text}", which is no range of addresses`, 'try 10.96.0.0/12');
  }
  return text;
}

/** Any text that is not empty. */
export function word(flag: string, text: string): string {
  if (text === '') throw new UserError(`${flag} is empty`);
  return text;
}

/** A Kubernetes release: `v1.36.2`, `1.36`. */
export function release(text: string): string {
  if (!/^v?\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?$/.test(text)) {
    throw new UserError(`--kubernetes-version is "${text}", which is no release`, 'try v1.36.2');
  }
  return text;
}

/** A release of Go: `1.24`, `go1.24.11`. */
export function goVersion(text: string): string {
  if (!/^(?:go)?1\.\d{1,3}(?:\.\d{1,3})?$/.test(text)) {
    throw new UserError(`--go is "${text}", which is no release of Go`, 'try 1.24, or 1.24.11');
  }
  return text;
}

const shortUsages: Readonly<Record<string, string>> = { server: 'serverAuth', client: 'clientAuth', any: 'any' };

/** `server`, `client`, `any`, the RFC 5280 name of an extended key usage, or its OID. */
export function usage(text: string): string {
  const names = Object.values(extendedKeyUsageNames);
  if (Object.hasOwn(shortUsages, text)) return shortUsages[text] ?? text;
  if (names.includes(text) || /^[0-2](?:\.\d+)+$/.test(text)) return text;
  const hint = `${meant(text, [...Object.keys(shortUsages), ...names])}it is server, client, any, codeSigning … or an OID`;
  throw new UserError(`--usage is "${text}"`, hint);
}
