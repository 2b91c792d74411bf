/** The flags that real components know: `rules/tables/flags.json`. */
import table from '../../rules/tables/flags.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';

type FlagType = 'bool' | 'value';

/** `rules/tables/flags.json`. */
export interface FlagTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** By component: names separated by blanks. */
  readonly components: Readonly<Record<string, { readonly bool: NonEmptyString; readonly value: NonEmptyString }>>;
}

const { components }: FlagTable = table;
const known = new Map<string, ReadonlyMap<string, FlagType>>();

/**
 * The flags that any release of a component shows in `--help`, by name without dashes; undefined for a component that
 * the table does not hold. `bool` flags take no separate value (pflag's NoOptDefVal, Go flag's IsBoolFlag).
 */
export function knownFlags(component: string): ReadonlyMap<string, FlagType> | undefined {
  const row = components[component];
  if (!row) return undefined;
  let flags = known.get(component);
  if (!flags) {
    const entries = (['bool', 'value'] as const).flatMap((type) =>
      row[type].split(' ').map((flag): [string, FlagType] => [flag, type]),
    );
    flags = new Map(entries);
    known.set(component, flags);
  }
  return flags;
}
