/** The flags of the components: `rules/tables/flags.json`, `flag-releases.json`, `conflicting-arguments.json`. */
import conflictTable from '../../rules/tables/conflicting-arguments.json' with { type: 'json' };
import releaseTable from '../../rules/tables/flag-releases.json' with { type: 'json' };
import table from '../../rules/tables/flags.json' with { type: 'json' };
import type { FlagType } from '../artifact/layout.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { ComponentName, FlagName, IntervalBound, MinorVersion, ReleaseNumber } from './name-types.ts';

/** `rules/tables/flags.json`. */
export interface FlagTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** By component: names of flags, separated by spaces. */
  readonly components: Readonly<Record<string, FlagsOfComponent>>;
}

interface FlagsOfComponent {
  readonly bool: NonEmptyString;
  readonly value: NonEmptyString;
  /** Those of `value` that have a secret, or a URL that gives access. */
  readonly secret?: NonEmptyString;
}

/** Flags that a release added or removed. */
export interface FlagReleaseRow {
  readonly components: NonEmptyList<ComponentName>;
  readonly flags: NonEmptyList<FlagName>;
  /** The first release that knows them; of several minors, if patch releases of them brought it. */
  readonly since?: ReleaseNumber | NonEmptyList<ReleaseNumber>;
  /** The first release that refuses them. */
  readonly removedIn?: ReleaseNumber;
  /** The first release that may have refused them, if that is not known exactly; '' if none is known to have them. */
  readonly maybe?: IntervalBound;
  readonly said: NonEmptyString;
  /** The value that kubeadm itself set in some releases before the flags were removed. */
  readonly written?: string;
  /** Whether `kubeadm upgrade` removes them from the kubelet's flags that it wrote itself. */
  readonly cleaned?: true;
}

/** `rules/tables/flag-releases.json`. */
export interface FlagReleaseTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** The newest minor of Kubernetes whose flags are known. */
  readonly knownUpTo: MinorVersion;
  readonly rows: NonEmptyList<FlagReleaseRow>;
}

/** Flags that must not be set together. */
export interface ConflictRow {
  readonly component: ComponentName;
  readonly flags: NonEmptyList<FlagName>;
  readonly with: NonEmptyList<FlagName>;
  /** Whether those of `with` count even if their value is empty (pflag's Changed, component-base's NewTracker). */
  readonly evenEmpty?: true;
  /** They exclude each other only if the file that the flag of `flags` names has this field. */
  readonly ifFileHas?: NonEmptyString;
  /** The error message of the component. */
  readonly said: NonEmptyString;
}

export const conflictRows = conflictTable.rows as readonly ConflictRow[];

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

/** Returns the flags of a component whose values are not shown. */
export const secretFlags = (component: string): ReadonlySet<string> =>
  new Set(components[component]?.secret?.split(' '));

const releases = releaseTable as unknown as FlagReleaseTable;

/** The oldest minor of Kubernetes all of whose flags are known: the note of `rules/tables/flags.json`. */
export const flagsKnownFrom = '1.20';

/** The newest minor of Kubernetes whose flags are known: `1.36`. */
export const flagsKnownUpTo = releases.knownUpTo;

let dated: ReadonlyMap<string, FlagReleaseRow> | undefined;

/** Returns the row of a flag that not every release of a component has; undefined for all other flags. */
export function flagRelease(component: string, flag: string): FlagReleaseRow | undefined {
  dated ??= new Map(
    releases.rows.flatMap((row) =>
      row.components.flatMap((name) => row.flags.map((one) => [`${name} ${one}`, row] as const)),
    ),
  );
  return dated.get(`${component} ${flag}`);
}
