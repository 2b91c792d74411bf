/** How exceptions are judged. */
import type { JudgedException } from '../../results/exception.ts';
import type { Policy } from '../../settings/policy.ts';
import type { JudgedObjects } from '../findings/off-node.ts';
import type { LintOptions } from '../rules/lint-options.ts';
import type { Matcher } from './apply.ts';

/** What decides about exceptions. */
export interface ExceptionOptions extends Pick<LintOptions, 'rules' | 'trustsComments'> {
  readonly policy: Policy;
  /** The time of judging. */
  readonly at: number;
  /** Whether a root file system is that of this machine. */
  readonly isLive: (rootfs: string) => boolean;
  /** Only if there is a dump. */
  readonly objects?: JudgedObjects;
}

/** An exception with what it matches and what became of it. */
export interface JudgedMatcher {
  readonly matcher: Matcher;
  readonly judged: JudgedException;
}
