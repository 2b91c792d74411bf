/**
 * Names, paths and releases as they are written in `rules/tables/`. `rules/schema/tables.schema.json` is generated from
 * these types.
 */

import type { NonEmptyList } from '../core/formats.ts';

/**
 * The name of a role: a row of the tables.
 *
 * @pattern ^[a-z][a-z0-9._-]*$
 */
export type RoleName = string;

/**
 * A path relative to the PKI root, or absolute.
 *
 * @pattern ^(/|\.\./)?[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$
 */
export type PkiPath = string;

/** The files of a role, and where a layout has further ones. */
export type FilesOfRow<Name extends string> = Readonly<Record<Name, PkiPath>> & {
  readonly also?: NonEmptyList<Readonly<Record<Name, PkiPath>>>;
};

/**
 * The name of a flag, without dashes.
 *
 * @pattern ^[a-z][A-Za-z0-9_-]*$
 */
export type FlagName = string;

/**
 * The name of a component, as its program is called. `components.json` has those that other tables know; a layout can
 * have more.
 *
 * @pattern ^[a-z][a-z0-9-]*$
 */
export type ComponentName = string;

/**
 * A component and one of its flags, without dashes. Identifies a row of the arguments table.
 *
 * @pattern ^[a-z][a-z0-9-]* [a-z][A-Za-z0-9_-]*$
 */
export type ArgumentName = string;

/**
 * A release without a `v`: `1.29.0`.
 *
 * @pattern ^\d+\.\d+\.\d+$
 */
export type ReleaseNumber = string;

/**
 * A release, or '' if the interval is open at that end.
 *
 * @pattern ^(\d+\.\d+\.\d+)?$
 */
export type IntervalBound = string;

/**
 * A minor version: `1.29` stands for 1.29.0 and its patch releases.
 *
 * @pattern ^1\.\d+$
 */
export type MinorVersion = string;
