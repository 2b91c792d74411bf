/** Converts steps of the tables to steps of a fix. */
import { stepLine } from '../core/fix.ts';
import type { FixStep } from '../core/report.ts';
import { fill } from '../core/text.ts';
import type { ComponentRow, Remedies, StepRow } from './remedies.ts';

/** The node for which steps are written: its name, and how to restart its components. */
interface StepTarget {
  readonly name: string;
  readonly layout: { readonly remedies: Remedies };
}

/** Returns the restart row of a component; undefined if it has none. */
export function restartRowOf(component: string, { restarts }: Remedies): ComponentRow | undefined {
  return restarts.find((row) => row.component === component);
}

/**
 * Converts a step of the tables to a step for a node.
 *
 * @param values the values of its placeholders
 * @throws Error for a placeholder without a value, and for a component without a restart row
 */
export function stepOf(row: StepRow, values: Readonly<Record<string, string>>, { name, layout }: StepTarget): FixStep {
  const { text, intro, comment, ...step } = templateOf(row, name, layout.remedies);
  const filled = (words: string | null) => (words === null ? null : fill(words, values) || null);
  return { ...step, text: fill(text, values), intro: filled(intro), comment: filled(comment) };
}

/** Formats a step of the tables as one line, with its placeholders. */
export const rowLine = (row: StepRow, remedies: Remedies): string => stepLine(templateOf(row, '', remedies));

function templateOf(row: StepRow, on: string, remedies: Remedies): FixStep {
  if (typeof row === 'string') return noteStep(row, on);
  if ('after' in row) return noteStep('then restart what reads it at start only', on);
  if ('restart' in row) return { ...restartStep(row.restart, on, remedies), comment: row.comment ?? null };
  const { command: text, intro = null, comment = null, elsewhere, writes = true } = row;
  return { on: elsewhere ? null : on, kind: 'command', text, intro, comment, writes };
}

/** Returns a step that is a note. */
export function noteStep(text: string, on: string | null): FixStep {
  return { on, kind: 'note', text, intro: null, comment: null, writes: false };
}

function restartStep(component: string, on: string, remedies: Remedies): FixStep {
  const row = restartRowOf(component, remedies);
  if (row === undefined) throw new Error(`the tables do not say how ${component} restarts`);
  const { restart } = row;
  return templateOf(typeof restart === 'string' ? `restart ${component}: ${restart}` : restart, on, remedies);
}
