/** What alternatives of a fix do, and their order by that. */

import { type Fix, type FixClass, type FixStep, fixClasses } from '../../results/finding.ts';
import { classOf } from '../../results/fix.ts';
import type { Remedies } from '../../tables/layouts/remedies.ts';
import { noteStep } from '../../tables/layouts/steps.ts';

/** Gives a class to the notes that ask for something and do not say what it does. */
export function withNotes(steps: Fix, usual: FixClass): Fix {
  const isAsking = ({ kind, info, footnote }: FixStep) => kind === 'note' && !info && !footnote;
  return steps.map((step) => (isAsking(step) && step.class === undefined ? { ...step, class: usual } : step));
}

/**
 * The place of an alternative in the order: its class, but what a person has to finish comes after what only has to be
 * pasted.
 */
function rankOf(steps: Fix): number {
  const own = fixClasses.indexOf(classOf(steps) ?? 'reads');
  const isPasted = !asksFirst(steps) && !isConditional(steps);
  const reads = fixClasses.indexOf('reads');
  return isPasted || own >= reads ? own : reads - 0.5;
}

/** Whether a person has to do or to find something before the first change: to restore a copy, or to follow a page. */
function asksFirst(steps: Fix): boolean {
  const first = steps.findIndex(({ kind, writes }) => kind === 'command' && writes);
  const before = first < 0 ? steps : steps.slice(0, first);
  return first < 0 || before.some(({ kind, info, footnote }) => kind === 'note' && !info && !footnote);
}

/** Whether a change is right only under a condition that no file answers. */
const isConditional = (steps: Fix): boolean =>
  steps.some(({ kind, writes, intro }) => kind === 'command' && writes && intro?.startsWith('only if'));

/**
 * Returns alternatives in the order of their classes; equal ones keep theirs. What only looks is no fix, and comes
 * after those that are. What destroys comes last, with a warning if there is nothing else.
 */
export function byClass(fix: readonly Fix[], { destroying }: Remedies): readonly Fix[] {
  const all = fix.map((steps) => withNotes(steps, 'edits')).toSorted((one, other) => rankOf(one) - rankOf(other));
  const [first = []] = all.filter((steps) => steps.length > 0);
  if (classOf(first) !== 'destroys') return all;
  const on = first[0]?.on ?? null;
  return all.map((steps) =>
    steps.length === 0 ? steps : [{ ...noteStep(destroying, on), info: true as const }, ...steps],
  );
}
