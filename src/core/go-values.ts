/** Reads texts as Go's strconv and time do, and says what they say about a text that they do not take. */

/** A text in quotes, as Go's `%q` writes it. */
export const goQuoted = (text: string): string => JSON.stringify(text);

const problemOf = (reader: string, text: string, problem: 'invalid syntax' | 'value out of range') =>
  `strconv.${reader}: parsing ${goQuoted(text)}: ${problem}`;

/** Reads a bool as `strconv.ParseBool`; undefined if it does not take the text. */
export function readBool(text: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}

/** The error of `strconv.ParseBool`; undefined if it takes the text. */
export function boolError(text: string): string | undefined {
  return readBool(text) === undefined ? problemOf('ParseBool', text, 'invalid syntax') : undefined;
}

interface IntegerKind {
  readonly reader: 'ParseInt' | 'ParseUint' | 'Atoi';
  readonly bits: number;
}

const prefixed = /^(?:0x(?:_?[\da-f])+|0b(?:_?[01])+|0o(?:_?[0-7])+|0(?:_?[0-7])+|[1-9](?:_?\d)*|0)$/i;

/** The digits of an integer in base 0, as BigInt reads them; undefined for invalid syntax. */
function literal(digits: string): string | undefined {
  if (!prefixed.test(digits)) return undefined;
  const plain = digits.replaceAll('_', '');
  return /^0\d/.test(plain) ? `0o${plain.slice(1)}` : plain;
}

/** No integer of Go has more digits than this: BigInt takes long for very long ones. */
const mostDigits = 80;

/** Reads an integer; a text for the error of strconv. Base 0 takes `0x10` and `1_000` as well. */
export function readInteger(text: string, { reader, bits }: IntegerKind, base: 0 | 10 = 0): bigint | string {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const isSigned = reader !== 'ParseUint';
  const found = base === 10 ? (/^\d+$/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : undefined) : literal(digits);
  if (found === undefined || (sign !== '' && !isSigned)) return problemOf(reader, text, 'invalid syntax');
  const size = found.length > mostDigits ? undefined : BigInt(found);
  const value = size === undefined ? undefined : sign === '-' ? -size : size;
  const limit = 1n << BigInt(isSigned ? bits - 1 : bits);
  const isInRange = value !== undefined && value < limit && value >= (isSigned ? -limit : 0n);
  return isInRange ? value : problemOf(reader, text, 'value out of range');
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const namedFloat = /^[+-]?(?:inf|infinity|nan)$/i;

/** The error of `strconv.ParseFloat`; undefined if it takes the text. Hexadecimal numbers are not judged. */
export function floatError(text: string, bits: 32 | 64): string | undefined {
  if (namedFloat.test(text) || /^[+-]?0x/i.test(text)) return undefined;
  if (!decimal.test(text)) return problemOf('ParseFloat', text, 'invalid syntax');
  const most = bits === 32 ? 3.4028235677973366e38 : Number.MAX_VALUE;
  return Math.abs(Number(text)) > most ? problemOf('ParseFloat', text, 'value out of range') : undefined;
}

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** The longest duration in nanoseconds is one less: an int64. */
const beyond = 1n << 63n;

/** Reads a duration in nanoseconds; a text for the error of `time.ParseDuration`. */
export function readDuration(text: string): bigint | string {
  const invalid = `time: invalid duration ${goQuoted(text)}`;
  const isNegative = text.startsWith('-');
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0n;
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === '' && fraction === '') return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return `time: missing unit in duration ${goQuoted(text)}`;
    rest = rest.slice(unit.length);
    const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (size === undefined) return `time: unknown unit ${goQuoted(unit)} in duration ${goQuoted(text)}`;
    const digits = whole.replace(/^0+/, '');
    if (digits.length > 19) return invalid;
    total += BigInt(digits || 0) * size + BigInt(Math.trunc(Number(`0.${fraction || 0}`) * Number(size)));
    if (total > beyond) return invalid;
  }
  if (isNegative) return -total;
  return total === beyond ? invalid : total;
}

/** Formats nanoseconds as Go prints a duration: `1h30m0s`. */
export function goDuration(length: bigint): string {
  if (length < 0n) return `-${goDuration(-length)}`;
  if (length === 0n) return '0s';
  const small = (['ns', 'µs', 'ms'] as const).find((unit) => length < (units[unit] ?? 1n) * 1000n);
  if (small !== undefined) return `${Number(length) / Number(units[small])}${small}`;
  const minutes = length / 60_000_000_000n;
  const seconds = `${Number(length % 60_000_000_000n) / 1e9}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** Returns the value of a number as Go's YAML 1.1 parser reads it (go.yaml.in/yaml/v2, resolve.go). */
export function yamlNumber(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const digits = plain.replace(/^[-+]/, '');
  const octal = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
  const value = digits === '.inf' ? Number.POSITIVE_INFINITY : (octal ?? Number(digits));
  return plain.startsWith('-') ? -value : value;
}
