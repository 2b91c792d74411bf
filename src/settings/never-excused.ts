/** Rules whose findings nothing excuses: no exception, and no baseline. */
import { remember } from '../core/collections.ts';
import { glob } from '../core/glob.ts';
import type { ExceptionPolicy } from './policy.ts';

/**
 * Returns a function that says whether nothing excuses a rule. It is asked for each exception, and for each finding.
 */
export const neverExcused = remember(({ never = [] }: ExceptionPolicy): ((id: string) => boolean) => {
  const patterns = [...new Set(never)].map(glob);
  return (id) => isAboutPolicy(id) || patterns.some((matches) => matches(id));
});

/** Whether a rule is about the policy: it runs only with one. */
export const isAboutPolicy = (id: string): boolean => id.startsWith('policy/');

/**
 * Whether a finding is the first of a report, whatever its severity: the facts of the policy are not those of the node,
 * so the other findings may be wrong.
 */
export const leads = ({ rule }: { readonly rule: string }): boolean => rule === 'policy/facts';
