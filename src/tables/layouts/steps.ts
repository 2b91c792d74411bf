/** Converts steps of the tables to steps of a fix. */
import { type CommandValues, fillCommand, waitLine, wholeTemplate } from '../../core/command/fill.ts';
import { inNote } from '../../core/command/shell.ts';
import { fill } from '../../core/text.ts';
import type { FixClass, FixStep } from '../../results/finding.ts';
import { stepLine } from '../../results/fix.ts';
import type { CommandRow, NoteRow, RestartRow, StepRow } from '../step-rows.ts';
import type { ComponentRow, Remedies } from './remedies.ts';

/** The node for which steps are written. */
export interface StepTarget {
  readonly name: string;
  readonly layout: { readonly remedies: Remedies };
  /** The names of machines, by those of nodes in reports, which values of `{other}`, `{each}` and `{node}` are. */
  readonly machines: ReadonlyMap<string, string>;
  /** The units that start its components, by the names of these. */
  readonly units: ReadonlyMap<string, string>;
  /** Values that all steps may use. */
  readonly values: CommandValues;
  /** Those of commands that change the copy of the node that was read; null if there is none. */
  readonly copied: CommandValues | null;
}

/** Returns the name of the unit that starts a component, for systemctl. Without one the node has the usual one. */
export const unitFor = (component: string, { units }: Pick<StepTarget, 'units'>): string =>
  units.get(component) ?? component;

/** Returns the restart row of a component; undefined if it has none. */
export function restartRowOf(component: string, { restarts }: Remedies): ComponentRow | undefined {
  return restarts.find((row) => row.component === component);
}

/** A step with placeholders, and what its `{remote}` stands for. */
interface Template {
  readonly step: FixStep;
  readonly remote?: string;
  /** What is said if a command that is repeated never succeeds. */
  readonly late?: string;
}

/**
 * Converts a step of the tables to the steps for a node: a restart may take several. A command that cannot be printed
 * becomes a note that says why.
 *
 * @param values the values of its placeholders
 * @throws Error for a placeholder without a value, and for a component without a restart row
 */
export function stepsOf(row: StepRow, values: CommandValues, target: StepTarget): readonly FixStep[] {
  const templates = isRestart(row)
    ? restartTemplates(row, target.name, target.layout.remedies, { ...target.values, ...values })
    : [templateOf(row, target.name)];
  const own = isRestart(row) ? { ...values, unit: unitFor(row.restart, target) } : values;
  return templates.map((template) => classed(filled(template, own, target), template, row, target.layout.remedies));
}

/** Adds the class of a step, by words of its template: a name may have any. Of notes, most have that of their place. */
function classed(step: FixStep, { step: { text }, remote = '' }: Template, row: StepRow, remedies: Remedies): FixStep {
  const own = typeof row === 'object' && 'class' in row ? row.class : undefined;
  if (own === undefined && (step.info || step.footnote || (step.kind === 'command' && !step.writes))) return step;
  const isIn = ({ words }: { readonly words: string }) => ` ${text} ${remote} `.includes(` ${words}`);
  const found: FixClass | undefined = own ?? remedies.classes.find(isIn)?.class;
  const usual = step.kind === 'command' ? 'edits' : undefined;
  const known = found ?? usual;
  return known === undefined ? step : { ...step, class: known };
}

/** Formats a step of the tables as lines, with its placeholders. */
export function rowLines(row: StepRow, remedies: Remedies): readonly string[] {
  const templates = isRestart(row) ? restartTemplates(row, '', remedies) : [templateOf(row, '')];
  return templates.map(({ step, remote, late }) => {
    const text = wholeTemplate(step.text, remote);
    return stepLine({ ...step, text: late === undefined ? text : waitLine(text, late) });
  });
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

function templateOf(row: Exclude<StepRow, RestartRow>, on: string): Template {
  if (typeof row === 'string') return { step: noteStep(row, on) };
  if ('edit' in row) return { step: noteStep(row.edit, on) };
  if ('after' in row) return { step: noteStep('then restart what reads it only at start', on) };
  const more = 'footnote' in row ? ({ footnote: true } as const) : {};
  if ('note' in row) return { step: { ...noteStep(row.note, on), ...more, ...(row.info && { info: true }) } };
  if ('wait' in row) {
    const { wait: text, late } = row;
    return { step: { on, kind: 'command', text, copy: null, intro: null, comment: null, writes: false }, late };
  }
  const { command, intro = null, comment = null, elsewhere, once, remote, writes = true } = row;
  const text = numbered(command);
  const place = { ...(elsewhere === undefined ? { on } : { on: null, place: elsewhere }), ...(once && { once }) };
  const step = { ...place, kind: 'command', text, copy: null, intro, comment, writes, ...more } as const;
  return remote === undefined ? { step } : { step, remote };
}

/**
 * Backups never replace each other: the fixes of a report share a folder, and the first backup of a file is the only
 * one from before all of them.
 */
function numbered(command: string): string {
  return command.endsWith('{backup}/') ? command.replace(/^(?:cp|mv)(?: -\S+)*/, '$& --backup=numbered') : command;
}

function filled({ step, remote, late }: Template, own: CommandValues, target: StepTarget): FixStep {
  const { values: shared, copied } = target;
  const values = { ...shared, ...own };
  const texts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, inNote([value].flat().join(' '))]),
  );
  const words = (template: string | null) => (template === null ? null : fill(template, texts) || null);
  const place = step.place && { place: fill(step.place, texts) };
  const said = { ...step, ...place, intro: words(step.intro), comment: words(step.comment) };
  if (step.kind === 'note') return { ...said, text: fill(step.text, texts) };
  const machines = machinesIn(step.text, values, target);
  if (machines === undefined) return { ...said, kind: 'note', text: unknownMachine, copy: null };
  const { line, instead } = fillCommand(step.text, { ...values, ...machines }, remote);
  if (instead !== undefined) return { ...said, kind: 'note', text: instead, copy: null };
  const copy = copied === null ? undefined : fillCommand(step.text, { ...values, ...machines, ...copied }, remote).line;
  if (late !== undefined) return { ...said, text: waitLine(line, fill(late, texts)) };
  return { ...said, text: line, copy: copy === undefined || copy === line ? null : copy };
}

const unknownMachine = 'a command is left out here, because the name of the other node is not known';

/**
 * The names of the machines that a command connects to or names, where reports give nodes of one name different ones;
 * undefined if one to connect to is not known.
 */
function machinesIn(template: string, values: CommandValues, { machines }: StepTarget): CommandValues | undefined {
  const names = ['other', 'each'].filter((name) => template.includes(`{${name}}`));
  const known = names.flatMap((name) => {
    const machine = machines.get(String(values[name]));
    return machine === undefined ? [] : [[name, machine] as const];
  });
  const own = machines.get(String(values.node));
  if (known.length < names.length) return undefined;
  return { ...Object.fromEntries(known), ...(own !== undefined && { node: own }) };
}

/** Returns a step that is a note. */
export function noteStep(text: string, on: string | null): FixStep {
  return { on, kind: 'note', text, copy: null, intro: null, comment: null, writes: false };
}

function restartTemplates(
  { restart, comment }: RestartRow,
  on: string,
  remedies: Remedies,
  values?: CommandValues,
): readonly Template[] {
  const row = restartRowOf(restart, remedies);
  if (row === undefined) throw new Error(`the tables do not say how ${restart} restarts`);
  const isWanted = ({ when }: NoteRow | CommandRow) => values === undefined || when === undefined || when in values;
  const templates = row.restart.filter(isWanted).map((step) => templateOf(step, on));
  if (comment === undefined || templates.length !== 1) return templates;
  return templates.map((template) => ({ ...template, step: { ...template.step, comment } }));
}
