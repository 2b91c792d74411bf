/** Converts steps of the tables to steps of a fix. */
import { stepLine } from '../core/fix.ts';
import type { FixStep } from '../core/report.ts';
import { fill } from '../core/text.ts';
import type { ComponentRow, Remedies, RestartRow, StepRow } from './remedies.ts';

/** The node for which steps are written: its name, and how to restart its components. */
export interface StepTarget {
  readonly name: string;
  readonly layout: { readonly remedies: Remedies };
  /** Values of placeholders in the steps that restart a component. */
  readonly restarted: (component: string) => Readonly<Record<string, string>>;
}

/** Returns the restart row of a component; undefined if it has none. */
export function restartRowOf(component: string, { restarts }: Remedies): ComponentRow | undefined {
  return restarts.find((row) => row.component === component);
}

/**
 * Converts a step of the tables to the steps for a node: a restart may take several.
 *
 * @param values the values of its placeholders
 * @throws Error for a placeholder without a value, and for a component without a restart row
 */
export function stepsOf(
  row: StepRow,
  values: Readonly<Record<string, string>>,
  { name, layout, restarted }: StepTarget,
): readonly FixStep[] {
  if (!isRestart(row)) return [filled(templateOf(row, name), values)];
  return restartTemplates(row, name, layout.remedies).map((step) => filled(step, restarted(row.restart)));
}

/** Formats a step of the tables as lines, with its placeholders. */
export function rowLines(row: StepRow, remedies: Remedies): readonly string[] {
  const templates = isRestart(row) ? restartTemplates(row, '', remedies) : [templateOf(row, '')];
  return templates.map(stepLine);
}

/** Names what a step of the tables does, in one line: a restart by its component. */
export function rowLine(row: StepRow, remedies: Remedies): string {
  const lines = rowLines(row, remedies);
  if (!isRestart(row) || lines.length === 1) return lines.join();
  return stepLine({ intro: null, text: `restart ${row.restart}`, comment: row.comment ?? null });
}

const isRestart = (row: StepRow): row is RestartRow => typeof row !== 'string' && 'restart' in row;

function templateOf(row: Exclude<StepRow, RestartRow>, on: string): FixStep {
  if (typeof row === 'string') return noteStep(row, on);
  if ('after' in row) return noteStep('then restart what reads it at start only', on);
  const { command: text, intro = null, comment = null, elsewhere, writes = true } = row;
  return { on: elsewhere ? null : on, kind: 'command', text, intro, comment, writes };
}

function filled({ text, intro, comment, ...step }: FixStep, values: Readonly<Record<string, string>>): FixStep {
  const words = (template: string | null) => (template === null ? null : fill(template, values) || null);
  return { ...step, text: fill(text, values), intro: words(intro), comment: words(comment) };
}

/** Returns a step that is a note. */
export function noteStep(text: string, on: string | null): FixStep {
  return { on, kind: 'note', text, intro: null, comment: null, writes: false };
}

function restartTemplates({ restart, comment }: RestartRow, on: string, remedies: Remedies): readonly FixStep[] {
  const row = restartRowOf(restart, remedies);
  if (row === undefined) throw new Error(`the tables do not say how ${restart} restarts`);
  const steps = row.restart.map((step) => templateOf(step, on));
  return steps.map((step) => (comment !== undefined && steps.length === 1 ? { ...step, comment } : step));
}
