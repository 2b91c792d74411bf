/** The files that components read only once: `rules/tables/read-once.json`, typed. The tests validate its schema. */
import table from '../../rules/tables/read-once.json' with { type: 'json' };
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import { fill } from '../core/text.ts';
import type { ComponentName, FlagName, ReleaseNumber } from './name-types.ts';

/** A flag whose file a component reads once. */
export interface ReadOnceRow {
  readonly component: ComponentName;
  readonly flag: FlagName;
  /** Whether it reads the file when it becomes the leader: up to 20 seconds after it starts, or at any later time. */
  readonly leader?: true;
  /** The first release that reads it again. */
  readonly before?: ReleaseNumber;
  /** The bool flag with which it is read again. */
  readonly unless?: FlagName;
  /** Whether the file is a kubeconfig, of which only what is embedded is read once. */
  readonly embeds?: true;
  /**
   * Whether the file is a kubeconfig that names its certificate by path, of which only the CA that is embedded is read
   * once.
   */
  readonly trusts?: true;
  /** Whether it is the file that the kubeconfig names as its CA. */
  readonly authority?: true;
  /** What the component does as long as the old file is good enough: a template, where `{component}` names it. */
  readonly works: NonEmptyString;
  /** What does not work any more: a template like `works`. */
  readonly fails: NonEmptyString;
  /** Where it reads the file. */
  readonly code: NonEmptyString;
}

/** `rules/tables/read-once.json`. */
export interface ReadOnceTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  readonly rows: NonEmptyList<ReadOnceRow>;
}

/** Returns what a row says about its component: what it does, or what does not work any more. */
export const readOnceWords = (row: ReadOnceRow, what: 'works' | 'fails'): string =>
  fill(row[what], { component: row.component });

export const readOnceRows: readonly ReadOnceRow[] = (table as ReadOnceTable).rows;
