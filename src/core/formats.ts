/** Strings and numbers in a fixed format. `rules/schema/` is generated from these types and their tags. */

/** @minLength 1 */
export type NonEmptyString = string;

/** @minItems 1 */
export type NonEmptyList<Item> = readonly Item[];

/**
 * RFC 3339, in UTC.
 *
 * @format date-time
 */
export type Timestamp = string;

/**
 * 16 hex digits in lower case.
 *
 * @pattern ^[0-9a-f]{16}$
 */
export type Fingerprint = string;

/**
 * SHA-256, as hex in lower case.
 *
 * @pattern ^[0-9a-f]{64}$
 */
export type Sha256 = string;

/**
 * Id of a rule: subject/quality.
 *
 * @pattern ^[a-z-]+/[a-z0-9-]+$
 */
export type RuleId = string;

/** @asType integer */
export type Integer = number;

/**
 * Counted from 1.
 *
 * @asType integer
 * @minimum 1
 */
export type Ordinal = number;

/**
 * @asType integer
 * @minimum 0
 */
export type Count = number;
