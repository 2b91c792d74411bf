/** How exceptions are judged. */
import type { JudgedException } from '../core/exception.ts';
import type { Policy } from '../core/policy.ts';
import type { Matcher } from './excuse.ts';
import type { LintOptions } from './options.ts';

/** What decides about exceptions. */
export interface ExceptionOptions extends Pick<LintOptions, 'rules' | 'trustsComments'> {
  readonly policy: Policy;
  /** The time of judging. */
  readonly at: number;
  /** Whether a root file system is that of this machine. */
  readonly isLive: (rootfs: string) => boolean;
}

/** An exception with what it matches and what became of it. */
export interface JudgedMatcher {
  readonly matcher: Matcher;
  readonly judged: JudgedException;
}
