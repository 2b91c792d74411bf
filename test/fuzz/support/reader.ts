/** What a fuzz reads, and how inputs for it are made. */
import type { Dice } from '../../support/random.ts';

/** One reader, or a group of readers of the same input. Everything depends only on the bytes of the input. */
export interface Fuzzed {
  /** Makes an input. */
  readonly make: (dice: Dice) => Uint8Array | Promise<Uint8Array>;
  /** Reads it. The result is compared with that of a second reading, and searched for private keys. */
  readonly read: (input: Uint8Array) => unknown;
  /** Whether a reader may throw this error. */
  readonly documented?: (error: unknown) => boolean;
  /** How long one reading may take, in milliseconds of CPU; by default `readerLimit`. */
  readonly limit?: number;
}

/** Every reader is much faster for a file of ordinary size. */
export const readerLimit = 200;

/** A choice that depends on an input only. */
export function choice<T>(input: Uint8Array, list: readonly T[], salt = 0): T {
  let sum = salt;
  for (const byte of input.subarray(0, 4096)) sum = (Math.imul(sum, 31) + byte) | 0;
  return list[Math.abs(sum) % list.length] as T;
}

export const textOf = (input: Uint8Array): string =>
  Buffer.from(input.buffer, input.byteOffset, input.length).toString();
