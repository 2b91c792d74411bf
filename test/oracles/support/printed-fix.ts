/** The fixes in the text of a report, as a person copies them from a terminal. */

import { table } from '../../../src/report/terminal/table.ts';
import type { Report } from '../../../src/results/report.ts';

/** Lines that are pasted on one machine. */
export interface Paste {
  /** The nodes to paste them on; empty: a different machine. */
  readonly places: readonly string[];
  readonly lines: readonly string[];
}

/** The first way to fix something: what is pasted where, in order. */
export type PrintedFix = readonly Paste[];

const heading =
  /^ {2}(?:Fix (?<number>\d+)A?(?: \([^)]*\))?|Then, after (?<after>\d+)A\b.*?)(?: - run (?<place>.*))?:$/;
/** What is pasted apart from the lines before, perhaps on another machine. */
const blockHeading = /^ {2}(?:Then|When that is done|Or)(?: on (?<machine>.+))?:$/;
const otherHeading = /^ {2}\S/;

/** Returns the first alternative of each fix of a report that is printed in so many columns. */
export async function printedFixes(report: Report, width: number): Promise<readonly PrintedFix[]> {
  const text = await table(report, { width, color: false, quiet: false, verbose: false });
  const fixes = new Map<string, Paste[]>();
  let open: Paste[] | undefined;
  for (const line of text.split('\n')) {
    const { number, after, place = '' } = heading.exec(line)?.groups ?? {};
    const name = number ?? after;
    if (name !== undefined) {
      open = fixes.get(name) ?? [];
      fixes.set(name, open);
      open.push({ places: placesOf(place), lines: [] });
    } else if (blockHeading.test(line)) addBlock(blockHeading.exec(line)?.groups?.machine, open ?? [], report);
    else if (!line.startsWith('    ') || otherHeading.test(line)) open = undefined;
    else if (open !== undefined) add(line.slice(4), open);
  }
  return [...fixes.values()].map((pastes) => pastes.filter(({ lines }) => lines.length > 0));
}

/** Returns the commands of a fix: the lines that are not comments, without what chains them. */
export const commandsOf = (fix: PrintedFix): readonly string[] =>
  fix.flatMap(({ lines }) => lines.filter(isCommand).map((line) => line.replace(/ &&$/, '')));

/** All that a fix says, as if its comments were not wrapped. */
export const wordsOf = (fix: PrintedFix): string =>
  fix.flatMap(({ lines }) => lines.map((line) => line.replace(/^# /, ''))).join(' ');

export const isCommand = (line: string): boolean => !line.startsWith('#');

/** A heading without a place is for the machine of the block before. */
function addBlock(machine: string | undefined, pastes: Paste[], { nodes }: Report): void {
  const places =
    machine === undefined ? (pastes.at(-1)?.places ?? []) : nodes.flatMap(({ name }) => (name === machine ? name : []));
  pastes.push({ places, lines: [] });
}

function add(line: string, pastes: Paste[]): void {
  const last = pastes.at(-1);
  if (last !== undefined) pastes[pastes.length - 1] = { ...last, lines: [...last.lines, line] };
}

function placesOf(place: string): readonly string[] {
  const [, one] = /^on one of (\S+?),? .*as root$/.exec(place) ?? [];
  if (one !== undefined) return [one];
  const names = /^on (?:each of )?(?<names>.*) as root$/.exec(place)?.groups?.names;
  return names === undefined ? [] : names.split(', ');
}
