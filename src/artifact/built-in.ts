/** Flags that a program gives to the components that it starts: none of a node's files has them. */
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { Place } from './place.ts';

/**
 * A setting of the program, and what it must be: `spec.storage.type=kine` in its configuration, `--single` among its flags, a file
 * of the node that starts with `/`; `operand` is the first word of its command line that is not a flag. With a `!`: it is not so.
 */
export type BuiltInCondition = NonEmptyString;

/** Flags of one component. */
export interface BuiltInFlags {
  readonly component: NonEmptyString;
  /** All must hold. */
  readonly when?: NonEmptyList<BuiltInCondition>;
  /**
   * By name. `{spec.api.address}` is the value of a setting; a flag whose settings have no values is left out. `{/run/ca.crt}` is a
   * file that copies of a node may be without: then the value is unknown.
   */
  readonly flags: Readonly<Record<string, string>>;
}

/** Values of settings that nothing sets. */
export interface BuiltInDefaults {
  readonly when?: NonEmptyList<BuiltInCondition>;
  readonly values: Readonly<Record<string, string>>;
}

/** A program that starts the components of a node with flags of its own. */
export interface BuiltInRow {
  /** Its name as a component, which a unit starts. */
  readonly by: NonEmptyString;
  /** Its configuration, unless its flag `--config` names a different one. */
  readonly config: NonEmptyString;
  /** Its settings that have names for the certificate of kube-apiserver. */
  readonly sans: NonEmptyList<NonEmptyString>;
  /** The first value of a setting whose conditions hold counts. */
  readonly defaults: readonly BuiltInDefaults[];
  /** Later ones win. A component of which no row applies does not run. */
  readonly rows: NonEmptyList<BuiltInFlags>;
  /** Where its configuration has a mapping of flags for a component, which replace its own. */
  readonly extra: Readonly<Record<string, NonEmptyString>>;
  /** The flag whose value has flags for a component. */
  readonly extraWords: Readonly<Record<string, NonEmptyString>>;
}

/** Names in a configuration, and the place of the first. */
export interface NamesIn {
  readonly names: readonly string[];
  readonly at: Place;
}
