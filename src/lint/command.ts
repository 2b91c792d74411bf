/** Commands of pki-lint that fix a finding. The planner decides on them, and is passed in. */
import type { Failure } from './run.ts';

export interface Command {
  /** The command line. A word in capitals is a placeholder for what no file contains. */
  readonly text: string;
  /** The node that it changes. */
  readonly on: string;
  /** What must be true for it to be right, and where to run it. */
  readonly comment: string | null;
  /** What follows if it only makes requests: the CAs that sign them elsewhere, and the command that installs the result. */
  readonly signed?: { readonly by: readonly string[]; readonly folder: string; readonly install: Command };
  /** The command that does the same for everything that expires on the node. */
  readonly all?: Command;
}

/**
 * Returns the command for a failure; undefined if none fixes it.
 *
 * @param others failures of the same node that the command must fix as well
 */
export type CommandFor = (failure: Failure, others?: readonly Failure[]) => Command | undefined;

/** Whether a command can fix a failure at all. */
export function mayHaveCommand({ rule, subject }: Failure): boolean {
  return (rule.remedy !== null || rule.issue !== undefined) && subject.role !== undefined;
}
