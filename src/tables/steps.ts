/** Converts steps of the tables to steps of a fix. */
import { stepLine } from '../core/fix.ts';
import type { FixStep } from '../core/report.ts';
import { fill } from '../core/text.ts';
import type { CommandRow, ComponentRow, Remedies, RestartRow, StepRow } from './remedies.ts';

/** Values of placeholders. */
export type Values = Readonly<Record<string, string>>;

/** The node for which steps are written. */
export interface StepTarget {
  readonly name: string;
  readonly layout: { readonly remedies: Remedies };
  /** Values that all steps may use. */
  readonly values: Values;
  /** Those of commands that change the copy of the node that was read; null if there is none. */
  readonly copied: Values | null;
}

/** Returns the restart row of a component; undefined if it has none. */
export function restartRowOf(component: string, { restarts }: Remedies): ComponentRow | undefined {
  return restarts.find((row) => row.component === component);
}

/**
 * Converts a step of the tables to the steps for a node: a restart may take several.
 *
 * @param values the values of its placeholders, as words for a shell
 * @param plain the same as people read them, for all that is not a command
 * @throws Error for a placeholder without a value, and for a component without a restart row
 */
export function stepsOf(row: StepRow, values: Values, target: StepTarget, plain = values): readonly FixStep[] {
  const templates = isRestart(row)
    ? restartTemplates(row, target.name, target.layout.remedies)
    : [templateOf(row, target.name)];
  return templates.map((step) => filled(step, values, plain, target));
}

/** Formats a step of the tables as lines, with its placeholders. */
export function rowLines(row: StepRow, remedies: Remedies): readonly string[] {
  const templates = isRestart(row) ? restartTemplates(row, '', remedies) : [templateOf(row, '')];
  return templates.map(stepLine);
}

/** Names what a step of the tables does, in one line: a restart by its component, a command by its introduction. */
export function rowLine(row: StepRow, remedies: Remedies): string {
  if (isCommand(row) && row.intro !== undefined) return row.intro;
  if (!isRestart(row)) return rowLines(row, remedies).join();
  return stepLine({ intro: null, text: `restart ${row.restart}`, comment: row.comment ?? null });
}

const isRestart = (row: StepRow): row is RestartRow => typeof row !== 'string' && 'restart' in row;

/** Whether a step of the tables is a command. */
export const isCommand = (row: StepRow): row is CommandRow => typeof row !== 'string' && 'command' in row;

function templateOf(row: Exclude<StepRow, RestartRow>, on: string): FixStep {
  if (typeof row === 'string') return noteStep(row, on);
  if ('edit' in row) return noteStep(row.edit, on);
  if ('after' in row) return noteStep('then restart what reads it only at start', on);
  const more = row.footnote ? ({ footnote: true } as const) : {};
  if ('note' in row) return { ...noteStep(row.note, on), ...more };
  const { command: text, intro = null, comment = null, elsewhere, once, writes = true } = row;
  const place = { on: elsewhere ? null : on, ...(once && { once }) };
  return { ...place, kind: 'command', text, copy: null, intro, comment, writes, ...more };
}

function filled(step: FixStep, own: Values, ownPlain: Values, { values: shared, copied }: StepTarget): FixStep {
  const [values, plain] = [
    { ...shared, ...own },
    { ...shared, ...ownPlain },
  ];
  const words = (template: string | null) => (template === null ? null : fill(template, plain) || null);
  const template = nameLast(step.text, values);
  const text = fill(template, step.kind === 'note' ? plain : values);
  const copy = step.kind === 'note' || copied === null ? text : fill(template, { ...values, ...copied });
  return { ...step, text, copy: copy === text ? null : copy, intro: words(step.intro), comment: words(step.comment) };
}

const naming = /^(kubectl config set-\w+) (\{(?:cluster|user)\}) (.*)$/;

/** A name in a kubeconfig that begins with `-` is not an option after `--`. Paths on a node are absolute, and need no such care. */
function nameLast(template: string, values: Values): string {
  const [, start, name = '', options] = naming.exec(template) ?? [];
  return /^'?-/.test(values[name.slice(1, -1)] ?? '') ? `${start} ${options} -- ${name}` : template;
}

/** Returns a step that is a note. */
export function noteStep(text: string, on: string | null): FixStep {
  return { on, kind: 'note', text, copy: null, intro: null, comment: null, writes: false };
}

function restartTemplates({ restart, comment }: RestartRow, on: string, remedies: Remedies): readonly FixStep[] {
  const row = restartRowOf(restart, remedies);
  if (row === undefined) throw new Error(`the tables do not say how ${restart} restarts`);
  const steps = row.restart.map((step) => templateOf(step, on));
  return steps.map((step) => (comment !== undefined && steps.length === 1 ? { ...step, comment } : step));
}
