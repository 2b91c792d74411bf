/** Values of one of two types in a copy without keys. */
import { anyText, type Codec, type Json, record } from './codec.ts';

export const hasField = (json: Json | undefined, field: string): boolean =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, field);

/** One of two types. */
export function eitherOf<One, Other>(
  one: Codec<One>,
  other: Codec<Other>,
  isOne: (value: One | Other) => value is One,
  isWrittenAsOne: (json: Json | undefined) => boolean,
): Codec<One | Other> {
  return {
    write: (value) => (isOne(value) ? one.write(value) : other.write(value as Other)),
    read: (json, reading) => (isWrittenAsOne(json) ? one : other).read(json, reading),
  };
}

const failed = record<{ readonly error: string }>({ error: anyText });

/** A value, or why there is none. */
export const orError = <T extends object>(codec: Codec<T>): Codec<T | { readonly error: string }> =>
  eitherOf(
    failed,
    codec,
    (one): one is { readonly error: string } => 'error' in one,
    (json) => hasField(json, 'error'),
  );
