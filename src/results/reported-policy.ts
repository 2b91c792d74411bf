/** What a report says about the policy that was in force. */
import type { Ordinal } from '../core/formats.ts';
import { count } from '../core/text.ts';

/** The policy that was in force. */
export interface ReportedPolicy {
  /** Its file. */
  readonly file: string;
  /** Rules that it switches off for at least one node; absent if there are none. */
  readonly off?: Ordinal;
  /** Its exceptions, without those of comments; absent if there are none. */
  readonly exceptions?: Ordinal;
  /**
   * Files that its patterns of ignored paths match, and that were judged nevertheless, because something reads them.
   */
  readonly notIgnored: readonly NotIgnored[];
}

/** A file that cannot be ignored. */
export interface NotIgnored {
  /** Name of the node. */
  readonly node: string;
  /** Path on the node. */
  readonly path: string;
  /** What reads it: a flag, a component or a role. */
  readonly by: string;
}

/**
 * Returns the policy in force as the head of a report names it: `policy: pki-lint.config.yaml, 14 rules off`; ''
 * without one.
 */
export function policyText({ policy }: { readonly policy?: ReportedPolicy }): string {
  if (policy === undefined) return '';
  const { file, off = 0, exceptions = 0 } = policy;
  const counts = [off > 0 ? `${count(off, 'rule')} off` : '', exceptions > 0 ? count(exceptions, 'exception') : ''];
  return `policy: ${[file, ...counts.filter((text) => text !== '')].join(', ')}`;
}
