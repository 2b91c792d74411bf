/** What each flag takes: `rules/tables/flag-values.json`. */
import table from '../../rules/tables/flag-values.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { ComponentName, FlagName, ReleaseNumber } from './name-types.ts';

/** What parses the value of a flag. */
export type ValueType =
  | 'bool'
  | 'duration'
  | 'float32'
  | 'float64'
  /** `NAME=BOOL`, several separated by commas. */
  | 'gates'
  | 'int32'
  | 'int32-list'
  | 'int64'
  | 'ip'
  /** `KEY=VALUE` */
  | 'pair'
  | 'port-range'
  | 'uint32'
  | 'uint64'
  | 'verbosity';

/** What is checked after a value was parsed. */
export type Takes =
  /** One of the words; letters of another case are only taken if the row says so. */
  | { readonly kind: 'word'; readonly words: NonEmptyList<string>; readonly anyCase?: true }
  /** Words separated by commas. */
  | { readonly kind: 'list'; readonly words: NonEmptyList<string> }
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'fraction'; readonly least: number; readonly most: number }
  | {
      readonly kind: 'duration';
      readonly least?: NonEmptyString;
      readonly most?: NonEmptyString;
      /** 0 stands for no limit. */
      readonly orZero?: true;
    }
  /** A URL with https. */
  | { readonly kind: 'https' };

/** What a component checks of the value of flags, besides their type. */
export interface ValueRow {
  readonly components: NonEmptyList<ComponentName>;
  readonly flags: NonEmptyList<FlagName>;
  readonly takes: Takes;
  /** The error message: `{value}` and `{quoted}` are the value, or the wrong item of a list. */
  readonly said: NonEmptyString;
  /** Whether the flag's own parser says it. */
  readonly parsed?: true;
  /** The flag without which it is not checked. */
  readonly ifSet?: FlagName;
  /** The first release that checks it, if that is not the first in the tables; only for components of Kubernetes. */
  readonly since?: ReleaseNumber;
  /** Where the component checks it. */
  readonly code: NonEmptyString;
}

/** Flags that list names, such as those of admission plugins. Releases and vendors add some, so no list is complete. */
export interface NamesRow {
  readonly component: ComponentName;
  readonly flags: NonEmptyList<FlagName>;
  /** Those that any release knows, separated by spaces. */
  readonly known: NonEmptyString;
  readonly removed: readonly {
    readonly name: NonEmptyString;
    readonly in: ReleaseNumber;
    readonly said: NonEmptyString;
  }[];
  /** The error message: `{quoted}` is the name. */
  readonly said: NonEmptyString;
  /** Where the component checks it, and has its list. */
  readonly code: NonEmptyString;
}

/** `rules/tables/flag-values.json`. */
export interface FlagValueTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** By component and type: names of flags, separated by spaces. */
  readonly types: Readonly<Record<string, { readonly [Type in ValueType]?: NonEmptyString }>>;
  readonly rows: NonEmptyList<ValueRow>;
  readonly names: NonEmptyList<NamesRow>;
}

const { types } = table as FlagValueTable;

/** What is checked after values were parsed. */
export const valueRows = table.rows as unknown as readonly ValueRow[];

/** Flags that list names. */
export const namesRows = table.names as unknown as readonly NamesRow[];

const known = new Map<string, ReadonlyMap<string, ValueType>>();

/** Returns what parses the value of a flag; undefined if that is a text, or not sure. */
export function valueType(component: string, flag: string): ValueType | undefined {
  let flags = known.get(component);
  if (flags === undefined) {
    const rows = Object.entries(types[component] ?? {}) as (readonly [ValueType, string])[];
    flags = new Map(rows.flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)));
    known.set(component, flags);
  }
  return flags.get(flag);
}
