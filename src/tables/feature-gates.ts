/** The feature gates of Kubernetes by release: `rules/tables/feature-gates.json`. */
import table from '../../rules/tables/feature-gates.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { IntervalBound, MinorVersion, ReleaseNumber } from './name-types.ts';

/** Feature gates with the same history. */
export interface GateRow {
  /** Names, separated by spaces. */
  readonly gates: NonEmptyString;
  /** The first release that knows them, if that was looked up. */
  readonly since?: ReleaseNumber;
  /** The first release in which only one value may be given. */
  readonly locked?: ReleaseNumber;
  /** That value, if it is not true. */
  readonly to?: false;
  /** The first release that refuses them. */
  readonly removedIn?: ReleaseNumber;
  /** The first release that may have refused them, if that is not known exactly. */
  readonly maybe?: IntervalBound;
  readonly said: NonEmptyString;
}

/** `rules/tables/feature-gates.json`. */
export interface GateTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  /** The newest minor of Kubernetes whose gates are known. */
  readonly knownUpTo: MinorVersion;
  readonly rows: NonEmptyList<GateRow>;
}

const { rows, knownUpTo } = table as unknown as GateTable;

/** The newest minor of Kubernetes whose gates are known: `1.37`. */
export const gatesKnownUpTo = knownUpTo;

let byName: ReadonlyMap<string, GateRow> | undefined;

/** Every gate of the table, by name. */
export function knownGates(): ReadonlyMap<string, GateRow> {
  byName ??= new Map(rows.flatMap((row) => row.gates.split(' ').map((gate) => [gate, row] as const)));
  return byName;
}
