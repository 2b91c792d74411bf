/** Reads JSON that comes from a file: what it is, and what is wrong with it. Nothing in it is trusted. */
import { UserError } from '../core/errors.ts';

/**
 * Describes values of JSON. A reader returns the value, or throws a `ShapeError` that says where it is not as expected.
 */
export type Reader<T> = (value: unknown, where: string) => T;

/** A value that is not as expected, and where it is: `findings[3].rule`, '' for the whole. */
export class ShapeError extends Error {
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`${where === '' ? 'it' : where} ${problem}`);
    this.where = where;
  }
}

const wrong = (where: string, expected: string): ShapeError => new ShapeError(where, `is not ${expected}`);

export const text: Reader<string> = (value, where) => {
  if (typeof value === 'string') return value;
  throw wrong(where, 'a text');
};

export const whole: Reader<number> = (value, where) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(where, 'a whole number');
};

/** The longest path: what the system allows, behind the path of an archive. */
const longestPath = 2 * 4096;

export const placeText: Reader<string> = (value, where) => {
  if (typeof value === 'string' && value.length <= longestPath) return value;
  throw wrong(where, 'a path');
};

/** A text of some form. */
export function form(pattern: RegExp, expected: string): Reader<string> {
  return (value, where) => {
    if (typeof value === 'string' && value.length <= 100 && pattern.test(value)) return value;
    throw wrong(where, expected);
  };
}

export const fingerprintText = form(/^[0-9a-f]{16}$/, 'a fingerprint of 16 hex digits');

/** One of some words. */
export function word<Word extends string>(words: readonly Word[]): Reader<Word> {
  return (value, where) => {
    const found = words.find((one) => one === value);
    if (found !== undefined) return found;
    throw wrong(where, `one of ${words.join(', ')}`);
  };
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw wrong(where, 'a list');
    return value.map((item, index) => reader(item, `${where}[${index}]`));
  };
}

/** An object; its keys are those of its file, so they are only looked up. */
export function object(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(where, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

/** Reads a field of an object. */
export function field<T>(from: Readonly<Record<string, unknown>>, name: string, reader: Reader<T>, where: string): T {
  const path = where === '' ? name : `${where}.${name}`;
  if (!Object.hasOwn(from, name)) throw new ShapeError(path, 'is missing');
  return reader(from[name], path);
}

/**
 * Parses JSON.
 *
 * @throws UserError with the line of what is wrong
 */
export function parseJson(content: string, name: string): unknown {
  try {
    return JSON.parse(content.replace(/^\ufeff/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? content.length);
    throw new UserError(`${name}:${lineOfOffset(content, offset)}: this is not JSON`);
  }
}

/** The line of a place in a text, from 1. */
export const lineOfOffset = (content: string, offset: number): number => content.slice(0, offset).split('\n').length;
