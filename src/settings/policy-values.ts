/**
 * The texts of a policy. What tables know, such as the ids of rules, `scripts/config-schema.mjs` adds to the schema.
 */
import type { NonEmptyString } from '../core/formats.ts';

/** A severity, or `off`. */
export type Level = 'off' | 'error' | 'warning' | 'info';

/**
 * A length of time: a whole number and a unit: m, h, d, w or y (365 days).
 *
 * @pattern ^[1-9][0-9]{0,5}(m|h|d|w|y)$
 */
export type Duration = string;

/**
 * A day in UTC.
 *
 * @format date
 */
export type Day = string;

/**
 * The id of a rule, or a glob of ids: `cert/*`, `key/mode*`, or `*` for all rules.
 *
 * @pattern ^[a-z0-9/*-]+$
 */
export type RulePattern = string;

/**
 * The exact id of a rule, or a group such as `cert/*`.
 *
 * @pattern ^[a-z-]+/([a-z0-9-]+|\*)$
 */
export type RuleOrGroup = string;

/**
 * A text in which `*` stands for any characters, `/` among them, or for none.
 *
 * @minLength 1
 * @maxLength 4096
 */
export type Glob = string;

/**
 * A path of a certificate or a key, absolute or below the PKI directory.
 *
 * @pattern ^[A-Za-z0-9._/-]{1,1024}$
 */
export type OwnPath = string;

/**
 * Printable ASCII.
 *
 * @pattern ^[ -~]{1,200}$
 */
export type PlainText = string;

/** A role of the documented tables. */
export type DocumentedRole = NonEmptyString;

/** A role of the documented tables that is a CA. */
export type DocumentedCa = NonEmptyString;

/**
 * A name that is not that of a documented role.
 *
 * @pattern ^[a-z][a-z0-9.-]*$
 */
export type OwnRole = string;

/** The name of a built-in policy, or the path of a file relative to this one: `./corp.yaml`. */
export type ExtendedPolicy = NonEmptyString;

/** A known release of Kubernetes: `v1.37.0`, `v1.37`, or `latest`. */
export type KnownRelease = NonEmptyString;

/**
 * A release of Kubernetes: `v1.36.2`, `1.36`.
 *
 * @pattern ^v?\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.+-]+)?$
 */
export type Release = string;

/**
 * A format of reports, and after a colon its file: `table`, `sarif:pki-lint.sarif`.
 */
export type FormatAndFile = string;
