/** What components refuse in the values of their configuration files: `rules/tables/configuration-values.json`. */
import table from '../../rules/tables/configuration-values.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { Takes } from './flag-values.ts';
import type { FlagName, ReleaseNumber } from './name-types.ts';

/** A field by its path, `memorySwap.swapBehavior`, and the flag that takes precedence over it. */
export interface FieldRow {
  readonly field: NonEmptyString;
  readonly flag?: FlagName;
}

/** What a field must be. */
export type Demand =
  | Takes
  /** A number or a duration below that of another field. */
  | {
      readonly kind: 'below';
      readonly default: NonEmptyString;
      readonly other: FieldRow;
      readonly otherDefault: NonEmptyString;
      readonly orEqual?: true;
    }
  /** With one of these words, one of the other fields is needed. */
  | { readonly kind: 'needs'; readonly when: NonEmptyList<NonEmptyString>; readonly one: NonEmptyList<FieldRow> }
  /** A value that cannot be combined with those of other fields. */
  | { readonly kind: 'excludes'; readonly others: NonEmptyList<FieldRow> }
  /** A map whose keys are those of another one. */
  | { readonly kind: 'pairs'; readonly other: FieldRow }
  /** Quantities by resource. */
  | { readonly kind: 'reserved' }
  /** Quantities and percentages by eviction signal. */
  | { readonly kind: 'thresholds' }
  /** `latest` or `v1.30`. */
  | { readonly kind: 'policy-version' }
  | { readonly kind: 'suites' }
  /** Suites that HTTP/2 can use, unless the minimum version is TLS 1.3. */
  | { readonly kind: 'http2'; readonly unless: FieldRow };

/** A field that a component checks. */
export interface FieldValueRow extends FieldRow {
  readonly takes: Demand;
  /** The error: `{value}`, `{quoted}`, `{other}`, `{error}`. */
  readonly said: NonEmptyString;
  /** What to write instead, if `takes` does not say it. */
  readonly fix?: NonEmptyString;
  /** The first release that checks it so. */
  readonly since?: ReleaseNumber;
  /** The first release that does not. */
  readonly until?: ReleaseNumber;
  /** It is checked only while this feature gate is on, or off. */
  readonly gate?: {
    readonly name: NonEmptyString;
    readonly on: boolean;
    /** The first release in which it is on without being set; none: in every release. */
    readonly since?: ReleaseNumber;
  };
}

/** What a component checks at once. It exits with all errors of the first stage that has some. */
export interface ValueStage {
  readonly kind: NonEmptyString;
  /** What it prints before the errors. */
  readonly says: string;
  /** Where it does. */
  readonly code: NonEmptyString;
  readonly rows: NonEmptyList<FieldValueRow>;
}

/** `rules/tables/configuration-values.json`. */
export interface ConfigurationValueTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  readonly stages: NonEmptyList<ValueStage>;
}

const { stages } = table as unknown as ConfigurationValueTable;

/** Returns what is checked of a kind of configuration, in the order in which its component does. */
export function valueStages(kind: string): readonly ValueStage[] {
  return stages.filter((stage) => stage.kind === kind);
}
