/** Formats the fixes of a report: numbered, each printed once, with every command whole and alone on its line. */

import { copyable, count, printable } from '../../core/text.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import { chainLines, type FixLine, fixBlocks, fixLabel, fixTitle, stepLine } from '../../results/fix.ts';
import { placeOf } from '../message/place.ts';
import type { NumberedFix, Shown } from '../message/shown.ts';
import { type Paint, painter } from '../text/paint.ts';
import { textWidth, wrap } from '../text/width.ts';

interface Layout {
  readonly width: number;
  readonly paint: Paint;
  /** Whether to print what changes the copy that was read. */
  readonly verbose?: boolean;
}

/**
 * Returns the lines of a fix: `Fix 1A - run on cp-1 as root:` and its commands, then the other alternatives, then what
 * all of them have last. Notes are comments of a shell, so that a block can be pasted as a whole.
 */
export function fixText(shown: Shown, layout: Layout): string[] {
  return fixParts(shown).flatMap(({ title, steps }) => {
    const end = steps.length === 0 ? '' : ':';
    return [head(`${title}${end}`, 2, layout.paint), ...stepLines(steps, 4, layout)];
  });
}

/**
 * A part of a fix: its title, with the place where to do it, and its steps; without steps it is that of a different
 * finding.
 */
export interface FixPart {
  readonly title: string;
  readonly steps: Fix;
  /** Whether it is done instead of the first one. */
  readonly isOther: boolean;
}

/** Returns the alternatives of a fix, and what all of them have last. */
export function fixParts({ fix, nodes, finding }: Shown): readonly FixPart[] {
  if (fix === undefined) return [];
  const { number, alternatives, isFirst } = fix;
  const names = alternatives.map((_, index) => nameOf(number, index, alternatives.length));
  if (!isFirst) return [{ title: `Fix: as ${listed(names)}`, steps: [], isOther: false }];
  const own = alternatives.map((steps) => steps.filter((step) => !step.footnote));
  const common = commonEnd(own);
  const titles = new Set(own.map(fixTitle));
  const blocks = own.map((steps, index) => ({
    title: `Fix ${names[index]}${fixLabel(alternatives[index] ?? steps, titles.size > 1)}`,
    steps: steps.slice(0, steps.length - common),
    isOther: index > 0,
  }));
  const end = { title: `Then, after ${listed(names)}`, steps: own[0]?.slice(-common) ?? [], isOther: false };
  return (common === 0 ? blocks : [...blocks, end]).map(({ title, steps, isOther }) => {
    const place = placeOf(steps, finding.node, nodes);
    return { title: `${title}${place === '' ? '' : ` - ${place}`}`, steps, isOther };
  });
}

/** Returns the steps that explain those of several fixes, each once; '' if there are none. */
export function footnotes(shown: readonly Shown[], layout: Layout): string {
  const steps = shown
    .flatMap(({ fix }) => (fix?.isFirst ? fix.alternatives.flat() : []))
    .filter((step) => step.footnote);
  const each = [...new Map(steps.map((step) => [stepLine(step), step])).values()];
  if (each.length === 0) return '';
  return [
    head('Notes on the fixes:', 2, layout.paint),
    ...each.flatMap((step) => shellLines(chainLines([step]), 4, layout)),
  ].join('\n');
}

/** A fix of so few rows of a screen is repeated at the end of a report. */
const mostRepeated = 10;

/**
 * Returns the first alternative if it takes few rows, or else how it begins: its first command, and how many follow.
 * Without commands it is the first note.
 */
export function firstCommands({ number, alternatives }: NumberedFix, layout: Layout): string[] {
  const steps = (alternatives[0] ?? []).filter((step) => !step.footnote);
  const linesOf = (end: number, { width, paint } = layout) => stepLines(steps.slice(0, end), 2, { width, paint });
  const rows = rowsOf(linesOf(steps.length, { ...layout, paint: painter(false) }), layout.width);
  const isShort = rows <= mostRepeated && fixBlocks(steps).length === 1;
  const more = steps.filter(isCommand).length - 1;
  if (more < 0) return linesOf(1);
  if (isShort) return linesOf(steps.length);
  const end = steps.findIndex(isCommand) + 1;
  const left = more > 0 ? count(more, 'more command') : 'more';
  const text = `then ${left}: see Fix ${nameOf(number, 0, alternatives.length)} above`;
  return [...linesOf(end), ...(end < steps.length ? commentLines(text, 2, layout.width, layout.paint) : [])];
}

/** How many rows of a screen lines take. */
const rowsOf = (lines: readonly string[], width: number): number =>
  lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(textWidth(line) / width)), 0);

const isCommand = ({ kind }: FixStep): boolean => kind === 'command';

function head(text: string, indent: number, paint: Paint): string {
  return `${' '.repeat(indent)}${paint('bold', printable(text))}`;
}

function nameOf(number: number, index: number, all: number): string {
  return all === 1 ? `${number}` : `${number}${String.fromCharCode(65 + index)}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** How many steps all alternatives have in common at their ends. At least one step of each is its own. */
function commonEnd([first, ...others]: readonly Fix[]): number {
  if (first === undefined || others.length === 0) return 0;
  const most = Math.min(first.length, ...others.map((steps) => steps.length)) - 1;
  const isSame = (back: number) =>
    others.every((steps) => JSON.stringify(steps.at(-back)) === JSON.stringify(first.at(-back)));
  let common = 0;
  while (common < most && isSame(common + 1)) common++;
  return common;
}

/** Returns steps as lines. What is pasted apart from the lines before has a heading. */
export function stepLines(steps: Fix, indent: number, layout: Layout): string[] {
  const copies = steps.flatMap(({ copy }) => (layout.verbose && copy !== null ? [copy] : []));
  const titled = (title: string, lines: readonly FixLine[]) => [
    ...(title === '' ? [] : [head(`${title}:`, indent - 2, layout.paint)]),
    ...shellLines(lines, indent, layout),
  ];
  return [
    ...fixBlocks(steps).flatMap(({ start, lines }) => titled(start, lines)),
    ...copies.flatMap((text) => titled('Or, to change the copy that was read', [{ text, isCommand: true }])),
  ];
}

/**
 * Notes are comments of a shell, wrapped to the width. Commands are not wrapped: half a command may be a command too.
 */
function shellLines(lines: readonly FixLine[], indent: number, { width, paint }: Layout): string[] {
  return lines.flatMap(({ text, isCommand }) =>
    isCommand ? [' '.repeat(indent) + copyable(text)] : commentLines(text, indent, width, paint),
  );
}

/** Returns words as comments of a shell, wrapped to the width. */
function commentLines(text: string, indent: number, width: number, paint: Paint): string[] {
  return wrap(printable(text), width - indent - 2).map((line) => `${' '.repeat(indent)}${paint('dim', `# ${line}`)}`);
}
