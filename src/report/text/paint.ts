/** Colours and marks. Colour only repeats what a mark or a word says, so no information is lost without it. */
import type { ChecklistState } from '../../results/checklist.ts';
import type { Severity } from '../../results/finding.ts';

const codes = { red: '31', green: '32', yellow: '33', cyan: '36', bold: '1', dim: '2' } as const;

export type Style = keyof typeof codes;
export type Paint = (style: Style, text: string) => string;

/** Returns a function that colours text with ANSI escapes, or one that returns it unchanged. */
export function painter(color: boolean): Paint {
  return color ? (style, text) => (text === '' ? '' : `\x1b[${codes[style]}m${text}\x1b[0m`) : (_style, text) => text;
}

/** Each is one column wide. */
export const marks: Readonly<Record<ChecklistState, string>> = {
  ok: '✔',
  error: '✖',
  warning: '▲',
  info: '·',
  skipped: '?',
  'not-applicable': '–',
};

export const stateStyles: Readonly<Record<ChecklistState, Style>> = {
  ok: 'green',
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  skipped: 'dim',
  'not-applicable': 'dim',
};

/** Returns the mark of a severity, in its colour. */
export function mark(severity: Severity, paint: Paint): string {
  return paint(stateStyles[severity], marks[severity]);
}
