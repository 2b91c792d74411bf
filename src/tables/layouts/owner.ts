/**
 * The program of a distribution that makes and renews the files of its nodes: then neither a person nor pki-lint writes
 * them.
 */

import type { NonEmptyList, NonEmptyString } from '../../core/formats.ts';
import { glob } from '../../core/glob.ts';
import type { StepRow } from '../step-rows.ts';

/** Files of which the owner says how a fault in them heals. */
export interface OwnedFiles {
  /** Absolute paths, in which `*` stands for any characters, `/` too. */
  readonly paths: NonEmptyList<NonEmptyString>;
  /** Whether the owner recreates one that is not there: then a bad one is moved into the backup folder first. */
  readonly moved?: true;
  /**
   * Whether the owner brings back CAs and the keys of tokens as well. Without it the rules and rows for those stay as
   * they are: a program that makes a new CA instead would end the cluster.
   */
  readonly authorities?: true;
  /**
   * What heals a fault instead of `restart`: how a setting is changed that the owner writes into the file, `{path}`.
   * `{change}` is what the rule says to do; a step whose `when` is `change` is left out where it says nothing.
   */
  readonly fix?: readonly StepRow[];
  /** What `{change}` calls the place to edit: `the spec of the cluster`. None: as the rule calls it. */
  readonly place?: NonEmptyString;
}

/** What makes the files of a node, and by which commands. */
export interface FilesOwner {
  /** Its name in sentences: `k0s`. */
  readonly name: NonEmptyString;
  /**
   * Lets the owner recreate its files and use them. It ends each fix of a role, after the steps of the row, unless the
   * row has `last`.
   */
  readonly restart: NonEmptyList<StepRow>;
  /** Replaces it on workers. */
  readonly onWorkers?: readonly StepRow[];
  /**
   * What is to do about a certificate or a key, `{named}`, that a person gave to it by a setting: `{setting}` says
   * where that is.
   */
  readonly given?: readonly StepRow[];
  /**
   * The first entry that fits a path counts. It replaces what a rule says about a file without a row of remedies, but
   * for its mode and owner.
   */
  readonly files: readonly OwnedFiles[];
}

/** Whether the owner of a layout brings back a file that all nodes share, such as a CA. */
export const bringsBack = (path: string, owner: FilesOwner | undefined): boolean =>
  filesOfOwner(path, owner)?.authorities === true;

/** Returns what the owner says about a file; undefined if it does not make it. */
export function filesOfOwner(path: string, owner: FilesOwner | undefined): OwnedFiles | undefined {
  return owner?.files.find(({ paths }) => paths.some((one) => glob(one)(path)));
}
