/** The objects of a cluster that were in the input. */
import type { NonEmptyString, Ordinal, Timestamp } from '../core/formats.ts';

/** A dump of objects. */
export interface ReportedObjects {
  /** The dump, as typed. */
  readonly dump: NonEmptyString;
  /** The nodes of the same cluster in the input. */
  readonly nodes: readonly string[];
  /** The newest time in it: when it was made, as far as that is known. null if it has none. */
  readonly newest: Timestamp | null;
  /** How many objects of the kinds that are read it has. */
  readonly kinds: Readonly<Record<string, Ordinal>>;
  /** How many objects of other kinds it has: they are not read. */
  readonly others: number;
  /** Whether it contains private keys or tokens: then the dump itself must stay secret. */
  readonly hasSecrets: boolean;
}
