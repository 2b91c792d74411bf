/**
 * How values are written to a copy without keys, and read from it: one table for both, so that nothing is written that
 * is not in it, and nothing read that was not checked.
 */
import type { Strictness } from '../../artifact/strictness.ts';
import { keyNotShown, redact } from '../../core/secrets.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What reading needs to know about the node: how strictly its components check certificates. */
export interface CopyReading {
  readonly strictness: Strictness;
  /** Objects that were read, by their JSON. */
  readonly known: Map<string, object>;
  /** How many values the one that is read is in. */
  readonly depth?: number;
}

/** How values of a type are written and read. */
export interface Codec<T> {
  /** Returns undefined for a value that is not there. */
  readonly write: (value: T) => Json | undefined;
  /** @throws FormatError if this is nothing that `write` returns */
  readonly read: (json: Json | undefined, reading: CopyReading) => T;
}

/** What is read was not written by `pki-lint collect`. */
export class FormatError extends Error {
  readonly expected: string;
  readonly place: string;

  /**
   * @param expected what should be there: `a list`
   * @param place where: `.files[3].path`
   */
  constructor(expected: string, place = '') {
    super(`expected ${expected}${place === '' ? '' : ` in ${place}`}`);
    this.name = 'FormatError';
    this.expected = expected;
    this.place = place;
  }
}

/** A type of JSON whose values are written as they are. */
function plain<T extends Json>(isOne: (json: Json | undefined) => json is T, expected: string): Codec<T> {
  return {
    write: (value) => value,
    read(json) {
      if (!isOne(json)) throw new FormatError(expected);
      return json;
    },
  };
}

export const bool = plain((json): json is boolean => typeof json === 'boolean', 'true or false');
export const number = plain((json): json is number => typeof json === 'number', 'a number');

/** Milliseconds since the epoch, with fractions, of which a date can be made. */
export const time = plain(
  (json): json is number => typeof json === 'number' && Math.abs(json) <= 8.64e15,
  'a time in milliseconds',
);

/** A line or a column, from 1. */
export const ordinal = plain(
  (json): json is number => Number.isSafeInteger(json) && Number(json) > 0,
  'a number from 1',
);
/** A count. */
export const natural = plain((json): json is number => Number.isSafeInteger(json) && Number(json) >= 0, 'a count');

const isText = (json: Json | undefined): json is string => typeof json === 'string';

/** A path of a million directories would take gigabytes. A longer value of a node says nothing about its PKI. */
const mostCharacters = 64 * 1024;

/** A text, without private keys. */
export const anyText: Codec<string> = {
  ...plain(
    (json): json is string => isText(json) && json.length <= mostCharacters,
    `a text of at most ${mostCharacters} characters`,
  ),
  write: (value) => (value.length > mostCharacters ? keyNotShown : redact(value)),
};

/** One of a few texts. */
export function wordOf<const T extends string>(...all: readonly T[]): Codec<T> {
  return plain((json): json is T => all.some((one) => one === json), `one of ${all.join(', ')}`);
}

/** One value. */
export function constant<const T extends boolean | number>(value: T): Codec<T> {
  return plain((json): json is T => json === value, String(value));
}

/** A value that may be missing. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    write: (value) => (value === undefined ? undefined : codec.write(value)),
    read: (json, reading) => (json === undefined ? undefined : codec.read(json, reading)),
  };
}

export function items<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    write: (values) => values.flatMap((value) => codec.write(value) ?? []),
    read(json, reading) {
      if (!Array.isArray(json)) throw new FormatError('a list');
      return json.map((one, index) => at(`[${index}]`, () => codec.read(one, reading)));
    },
  };
}

/** A mapping with any keys, as a list of pairs: a key may be `__proto__`. */
export function mapping<T>(codec: Codec<T>): Codec<ReadonlyMap<string, T>> {
  return {
    write: (values) =>
      [...values].flatMap(([key, value]): Json[] => {
        const written = codec.write(value);
        return written === undefined ? [] : [[redact(key), written]];
      }),
    read(json, reading) {
      if (!Array.isArray(json)) throw new FormatError('a list of pairs');
      return new Map(
        json.map((pair, index) => {
          if (!Array.isArray(pair) || !isText(pair[0])) throw new FormatError('a pair', `[${index}]`);
          return [pair[0], at(`[${index}]`, () => codec.read(pair[1], reading))];
        }),
      );
    },
  };
}

/** A codec for each field; for those that may be missing, one that reads undefined. */
export type Fields<T> = { readonly [Key in keyof T]-?: Codec<T[Key]> };

/** An object. What is undefined is left out. */
export function record<T extends object>(fields: Fields<T>): Codec<T> {
  const all = Object.entries(fields) as [string & keyof T, Codec<unknown>][];
  return {
    write(value) {
      const written = all.map(([key, codec]) => [key, codec.write(value[key])] as const);
      return Object.fromEntries(written.flatMap(([key, json]) => (json === undefined ? [] : [[key, json]])));
    },
    read(json, reading) {
      const object = objectOf(json);
      const read = all.map(([key, codec]) => {
        const one = Object.hasOwn(object, key) ? object[key] : undefined;
        return [key, at(`.${key}`, () => codec.read(one, reading))] as const;
      });
      return Object.fromEntries(read.filter(([, one]) => one !== undefined)) as T;
    },
  };
}

/** The fields of each of several objects, which a field distinguishes. */
type Kinds<T extends Readonly<Record<Tag, string>>, Tag extends string> = {
  readonly [Name in T[Tag]]: Fields<Omit<Extract<T, Readonly<Record<Tag, Name>>>, Tag>>;
};

/** One of several objects, which a field distinguishes. */
export function tagged<T extends Readonly<Record<Tag, string>>, Tag extends string>(
  tag: Tag,
  kinds: Kinds<T, Tag>,
): Codec<T> {
  const codecs = new Map(
    Object.entries(kinds).map(([name, fields]) => [name, record(fields as Fields<object>)] as const),
  );
  const codecOf = (name: Json | undefined) => {
    const codec = typeof name === 'string' ? codecs.get(name) : undefined;
    if (codec === undefined) throw new FormatError(`one of ${[...codecs.keys()].join(', ')}`, `.${tag}`);
    return codec;
  };
  return {
    write: (value) => ({ [tag]: value[tag], ...objectOf(codecOf(value[tag]).write(value)) }),
    read(json, reading) {
      const name = objectOf(json)[tag];
      return { [tag]: name, ...codecOf(name).read(json, reading) } as T;
    },
  };
}

/** An object that is read once for equal JSON: checks know some objects by their identity, as a scan leaves them. */
export function shared<T extends object>(codec: Codec<T>): Codec<T> {
  return {
    write: codec.write,
    read(json, reading) {
      const key = JSON.stringify(json) ?? '';
      const read = (reading.known.get(key) as T | undefined) ?? codec.read(json, reading);
      reading.known.set(key, read);
      return read;
    },
  };
}

/** As in YAML. */
const maxDepth = 100;

/** A type whose values contain further ones of it. */
export function nested<T>(codec: () => Codec<T>): Codec<T> {
  return {
    write: (value) => codec().write(value),
    read(json, { depth = 0, ...reading }) {
      if (depth > maxDepth) throw new FormatError(`at most ${maxDepth} values in each other`);
      return codec().read(json, { ...reading, depth: depth + 1 });
    },
  };
}

/** A value that is written as one of a different type. */
export function converted<T, Written>(
  codec: Codec<Written>,
  to: (value: T) => Written,
  from: (written: Written, reading: CopyReading) => T,
): Codec<T> {
  return {
    write: (value) => codec.write(to(value)),
    read: (json, reading) => from(codec.read(json, reading), reading),
  };
}

function objectOf(json: Json | undefined): { readonly [key: string]: Json } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new FormatError('an object');
  return json as { readonly [key: string]: Json };
}

/** Reads a part, and adds its place to an error. */
function at<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(error.expected, place + error.place) : error;
  }
}
