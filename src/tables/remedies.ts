/** What renews and what restarts: tables of remedies (`rules/tables/remedies.json`), typed. */
import remedyTable from '../../rules/tables/remedies.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';
import type { ComponentName, RoleName } from './names.ts';

/** A step of a fix; a text is a note. Texts are templates. */
export type StepRow = NonEmptyString | CommandRow | RestartRow;

export interface CommandRow {
  readonly command: NonEmptyString;
  /** Words in front of it: where, when, or what for. */
  readonly intro?: NonEmptyString;
  /** Words behind it. */
  readonly comment?: NonEmptyString;
  /** Whether it is for another machine than the node of the finding. */
  readonly elsewhere?: true;
  /** Whether it changes files or objects of the cluster; true where nothing is said. */
  readonly writes?: false;
}

/** How a component is restarted, by its row of `restarts`. */
export interface RestartRow {
  readonly restart: ComponentName;
  readonly comment?: NonEmptyString;
}

/** How a component comes to read what it reads at its start alone. */
export interface ComponentRow {
  readonly component: ComponentName;
  /** What restarts it. */
  readonly restart: NonEmptyString | CommandRow;
  /** What follows once its arguments have changed. */
  readonly changed: NonEmptyString | CommandRow;
}

export interface RemedyRow {
  readonly role: RoleName;
  readonly missing: readonly StepRow[];
  readonly wrong: readonly StepRow[];
  readonly names: readonly StepRow[];
  readonly expired: readonly StepRow[];
  /** In the place of all the others where etcd runs elsewhere. */
  readonly external?: readonly StepRow[];
  /** What must restart, and what reads it by itself. */
  readonly after: StepRow;
  /** In its place on a worker, where it is read by other components. */
  readonly worker?: StepRow;
  /**
   * Components that read it at their start alone.
   *
   * @uniqueItems true
   */
  readonly restarts: readonly ComponentName[];
}

/** What renews and what restarts on the nodes of a layout. */
export interface Remedies {
  /** How to come by the configuration file that its commands take. */
  readonly configuration: StepRow;
  /** In the order of restarting: servers before those who dial them. */
  readonly restarts: readonly ComponentRow[];
  readonly rows: readonly RemedyRow[];
}

/** Tables of remedies by the names that layouts call them by. */
export const remedyTables = remedyTable as Readonly<Record<string, Remedies>>;
