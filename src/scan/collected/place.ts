/** Places of values in a copy without keys. */
import type { Place, Placed, SetBy } from '../../artifact/place.ts';
import { anyText, bool, type Codec, optional, ordinal, record, shared } from './codec.ts';
import { eitherOf, hasField } from './either.ts';

/** A value that may be null. */
function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    write: (value) => (value === null ? null : codec.write(value)),
    read: (json, reading) => (json === null ? null : codec.read(json, reading)),
  };
}

export const place: Codec<Place> = shared(
  record<Place>({
    path: anyText,
    line: optional(ordinal),
    column: optional(ordinal),
    endLine: optional(ordinal),
    endColumn: optional(ordinal),
    source: optional(nullable(anyText)),
    field: optional(anyText),
    begin: optional(anyText),
  }),
);

export const placedText: Codec<Placed<string>> = record<Placed<string>>({ value: anyText, at: place });
export const placedBool: Codec<Placed<boolean>> = record<Placed<boolean>>({ value: bool, at: place });

type InWords = Exclude<SetBy, Place>;

export const setBy: Codec<SetBy> = eitherOf(
  record<InWords>({ words: anyText }),
  place,
  (one): one is InWords => 'words' in one,
  (json) => hasField(json, 'words'),
);
