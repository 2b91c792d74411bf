/** The flags that real components know: `rules/tables/flags.json`. */
import table from '../../rules/tables/flags.json' with { type: 'json' };

type FlagType = 'bool' | 'value';

const components: Readonly<Record<string, { readonly bool: string; readonly value: string }>> = table.components;
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
