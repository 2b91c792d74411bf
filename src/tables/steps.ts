/** Steps of the tables as steps of a fix. */
import { stepLine } from '../core/fix.ts';
import type { FixStep } from '../core/report.ts';
import { fill } from '../core/text.ts';
import type { ComponentRow, Remedies, StepRow } from './remedies.ts';

/** A node that steps are for: its name, and what restarts its components. */
interface Place {
  readonly name: string;
  readonly layout: { readonly remedies: Remedies };
}

/** The row of a component; undefined where the tables know none. */
export function restartRowOf(component: string, { restarts }: Remedies): ComponentRow | undefined {
  return restarts.find((row) => row.component === component);
}

/**
 * A step of the tables, for a node.
 *
 * @param values what its placeholders stand for
 * @throws Error for a placeholder without a value, and for a component that no row of the tables restarts
 */
export function stepOf(row: StepRow, values: Readonly<Record<string, string>>, { name, layout }: Place): FixStep {
  const { text, intro, comment, ...step } = templateOf(row, name, layout.remedies);
  const filled = (words: string | null) => (words === null ? null : fill(words, values));
  return { ...step, text: fill(text, values), intro: filled(intro), comment: filled(comment) };
}

/** A step of the tables in one line, with its placeholders. */
export const rowLine = (row: StepRow, remedies: Remedies): string => stepLine(templateOf(row, '', remedies));

function templateOf(row: StepRow, on: string, remedies: Remedies): FixStep {
  if (typeof row === 'string') return noteStep(row, on);
  if ('restart' in row) return { ...restartStep(row.restart, on, remedies), comment: row.comment ?? null };
  const { command: text, intro = null, comment = null, elsewhere, writes = true } = row;
  return { on: elsewhere ? null : on, kind: 'command', text, intro, comment, writes };
}

/** A step that is prose. */
export function noteStep(text: string, on: string | null): FixStep {
  return { on, kind: 'note', text, intro: null, comment: null, writes: false };
}

function restartStep(component: string, on: string, remedies: Remedies): FixStep {
  const row = restartRowOf(component, remedies);
  if (row === undefined) throw new Error(`the tables do not say how ${component} restarts`);
  const { restart } = row;
  return templateOf(typeof restart === 'string' ? `restart ${component}: ${restart}` : restart, on, remedies);
}
