/** The steps of fixes, as the tables write them. */

import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type { FixClass } from '../results/finding.ts';
import type { ComponentName, ReleaseNumber, RoleName } from './name-types.ts';

/** A step of a fix. A string is a note. All texts are templates. */
export type StepRow = NonEmptyString | NoteRow | CommandRow | WaitRow | RestartRow | AfterRow | EditRow;

/** What notes and commands can say about themselves. */
interface StepFields {
  /** In the fix of a rule: whether it begins another alternative. */
  readonly or?: true;
  /** Whether it explains the other steps, and is the same in many fixes. */
  readonly footnote?: true;
  /**
   * In the fix of a rule: the step is left out if the check has no value of this name; in a restart, if the node has
   * none.
   */
  readonly when?: NonEmptyString;
  /** What an owner restarts with: left out from these releases on, one patch release of each minor, oldest first. */
  readonly before?: NonEmptyList<ReleaseNumber>;
  /** What an owner restarts with: left out unless the certificate of this role has expired. */
  readonly expired?: RoleName;
}

/** A note that is more than a string. */
export interface NoteRow extends StepFields {
  readonly note: NonEmptyString;
  /** Whether it only explains. Any other asks for something that has to be done before the commands after it. */
  readonly info?: true;
  /** What it asks for does this, if the table of classes and its place do not say so. */
  readonly class?: FixClass;
}

/** Repeats a command until it succeeds. After six minutes it fails, and nothing after it is run. */
export interface WaitRow extends StepFields {
  readonly wait: NonEmptyString;
  /** What is said if it never succeeds: what is not so yet, and where to look. */
  readonly late: NonEmptyString;
}

export interface CommandRow extends StepFields {
  readonly command: NonEmptyString;
  /** Printed before the command: where, when or why to run it. */
  readonly intro?: NonEmptyString;
  /** Printed before the command too: a condition, or its effect. */
  readonly comment?: NonEmptyString;
  /** The machine to run it on, in words, if it is not the node of the finding: `a control-plane node`. */
  readonly elsewhere?: NonEmptyString;
  /** Whether it is done on one of the nodes that have the problem, and not on each. */
  readonly once?: true;
  /** Whether it is repeated for every node that the check names, with its name as `{each}`. */
  readonly each?: true;
  /** Whether it changes files or objects of the cluster; true by default. */
  readonly writes?: false;
  /**
   * What it does, if the table of classes does not say so. By default a command that writes edits; a restart has none.
   */
  readonly class?: FixClass;
  /**
   * Whether the installer signs on the node: with the key of the CA, which must be there, and at the recommended paths.
   */
  readonly byInstaller?: true;
  /** A file that it reads and that no node keeps: `configuration` says how to get it. */
  readonly needs?: NonEmptyString;
  /** What `{remote}` stands for, after `ssh` and a machine: a command that a shell there reads. */
  readonly remote?: NonEmptyString;
}

/** Restarts a component, as its row of `restarts` says. */
export interface RestartRow {
  readonly restart: ComponentName;
  /** Why it has to. */
  readonly comment?: NonEmptyString;
  /** As in a command. */
  readonly when?: NonEmptyString;
}

/** What to do after the file of a role has changed, as its row says. Only in fixes of rules that have a remedy. */
export interface AfterRow {
  readonly after: true;
}

/** Changes arguments in manifests: by commands where the check knows how, else by this note. Only in fixes of rules. */
export interface EditRow {
  readonly edit: NonEmptyString;
  /** As in a command. */
  readonly when?: NonEmptyString;
}
