/**
 * Options as data: the command line, its help, messages and remedies read one row for each. Below, the parsers that a row
 * can name: each takes the option, for its messages, and the text behind it, and throws a UserError that shows how the value
 * should look.
 */
import { UserError } from './errors.ts';
import { nearest } from './text.ts';

interface NamedOption {
  /** `--node-ip` */
  readonly option: string;
  /** The heading that it stands under in the help, with its colon. */
  readonly group: string;
  readonly help: string;
}

/** An option without a value: given or not. */
interface Switch extends NamedOption {
  readonly metavar?: undefined;
  readonly parse?: undefined;
}

/** An option with a value. */
export interface ValueOption<Value> extends NamedOption {
  /** What stands for the value in the help: `<ip,…>`. */
  readonly metavar: string;
  /** `previous`: the value so far of an option that is given several times. */
  parse(option: string, text: string, previous?: Value): Value;
  readonly required?: boolean;
  /** The value where the option is not given, for which commander writes `(default: …)`. */
  readonly initial?: Value;
}

export type OptionRow<Value> = [Value] extends [boolean] ? Switch : ValueOption<Value>;

/** A row for each of some values, by their keys: a missing row is a compile error. */
export type OptionRows<Values> = {
  readonly [Key in keyof Values]-?: OptionRow<NonNullable<Values[Key]>>;
};

/** Rows, whatever their values. */
export type AnyOptionRows = Readonly<Record<string, Switch | ValueOption<unknown>>>;

/** Any text that is not empty. */
export function word(option: string, text: string): string {
  if (text === '') throw new UserError(`${option} is empty`);
  return text;
}

/** One word of several. */
export function oneOf<Choice extends string>(choices: readonly Choice[]): (option: string, text: string) => Choice {
  return (option, text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw new UserError(`${option} is "${text}"`, `${didYouMean(text, choices)}it is one of: ${choices.join(', ')}`);
  };
}

/** `did you mean "x"? ` where something like it exists, else nothing. */
export function didYouMean(text: string, choices: Iterable<string>): string {
  const near = nearest(text, choices);
  return near === undefined ? '' : `did you mean "${near}"? `;
}

type ParseOne<Value> = (option: string, text: string) => Value;
type ParseMore<Value> = (option: string, text: string, previous?: readonly Value[]) => readonly Value[];

/** For options that may be given several times. */
export function repeated<Value>(parse: ParseOne<Value>): ParseMore<Value> {
  return (option, text, previous = []) => [...previous, parse(option, text)];
}

/** For options that may be given several times, and with several values at once, separated by commas. */
export function listed<Value>(parse: ParseOne<Value>): ParseMore<Value> {
  return (option, text, previous = []) => [...previous, ...text.split(',').map((part) => parse(option, part.trim()))];
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;
// RFC 3339, section 5.6; a leap second has no place in JavaScript's time.
const timeForm =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** `2026-12-01` (00:00 UTC) or an RFC 3339 time. */
export function time(option: string, text: string): Date {
  const [, day, clock, zone] = dateForm.test(text) ? ['', text, '00:00:00', 'Z'] : (timeForm.exec(text) ?? []);
  const date = new Date(`${day}T${clock}${zone?.toUpperCase()}`);
  // JavaScript takes 30 February for 2 March; such a day does not survive the way back.
  if (day === undefined || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) {
    throw new UserError(`${option} is "${text}", which is no time`, 'try 2026-12-01, or 2026-12-01T08:00:00Z');
  }
  return date;
}

const hoursIn: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24, w: 168 };

/** `30d`, `12h`, `5m` or `2w`, in days. */
export function days(option: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (number === undefined) throw new UserError(`${option} is "${text}", which is no duration`, 'try 30d, 12h or 2w');
  return (Number(number) * (hoursIn[unit] ?? 24)) / 24;
}

/** A number of days from 1 on. */
export function wholeDays(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UserError(`${option} is "${text}", which is no number of days`, 'try 365');
}
