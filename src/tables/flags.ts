/** The flags of the components: `rules/tables/flags.json`. */
import table from '../../rules/tables/flags.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

type FlagType = 'bool' | 'value';

/** `rules/tables/flags.json`. */
export interface FlagTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** By component: names of flags, separated by spaces. */
  readonly components: Readonly<Record<string, { readonly bool: NonEmptyString; readonly value: NonEmptyString }>>;
}

const { components }: FlagTable = table;
const known = new Map<string, ReadonlyMap<string, FlagType>>();

/**
 * Returns the flags that any release of a component lists in `--help`, by name without dashes; undefined for a
 * component that is not in the table. A `bool` flag does not consume the next word (pflag's NoOptDefVal, Go flag's
 * IsBoolFlag).
 */
export function knownFlags(component: string): ReadonlyMap<string, FlagType> | undefined {
  const row = components[component];
  if (!row) return undefined;
  const flagsOf = (type: FlagType) => row[type].split(' ').map((flag) => [flag, type] as const);
  const flags = known.get(component) ?? new Map([...flagsOf('bool'), ...flagsOf('value')]);
  known.set(component, flags);
  return flags;
}
