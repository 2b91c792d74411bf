/** Commands of this program that put a finding right. What decides over them is not known here: it is passed in. */
import type { Failure } from './run.ts';

export interface Command {
  /** As it is typed; a word in capitals stands for what no file shows. */
  readonly text: string;
  /** The node that it acts on. */
  readonly on: string;
  /** What must hold for it to be right, and where to type it. */
  readonly comment: string | null;
  /** The one that does the same for everything else that expires on the node. */
  readonly all?: Command;
}

/** The command for a failure; undefined where none helps. */
export type CommandFor = (failure: Failure) => Command | undefined;

/** Whether a command may help with it at all. */
export function isForCommand({ rule, subject }: Failure): boolean {
  return (rule.remedy !== null || rule.issue !== undefined) && subject.role !== undefined;
}
