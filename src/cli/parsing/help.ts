/** The help of the program, which fits two screens. */

import { groupBy } from '../../core/collections.ts';
import { marks } from '../../report/text/paint.ts';
import { labelled } from '../../report/text/width.ts';
import { impactWords } from '../../report/text/words.ts';
import type { OptionRow, Rows } from '../../tables/option-table.ts';
import { flagsOf } from './flags.ts';

const usage = `Usage: pki-lint [PATH...] [options]
       pki-lint COMMAND [options]

Checks the PKI of Kubernetes nodes: certificates, keys, kubeconfigs and flags.
PATH is a PKI directory, /etc/kubernetes, the root of a node's file system, a
tar archive, or - for an archive on stdin (default: this machine).`;

const markWords: Readonly<Record<keyof typeof marks, string>> = {
  ok: 'ok',
  error: 'error',
  warning: 'warning',
  info: 'note',
  skipped: 'not checked',
  'not-applicable': 'does not apply',
};

const exitCodes = 'Exit codes: 0 no findings, 1 findings, 2 usage/input error, 3 nothing to check';

const examples = `Examples:
  pki-lint node.tar.gz --at 2026-12-01   # a copy of a node, as of a date
  pki-lint help lint                     # how to send the files of another node`;

/** A command as the help of the program lists it. */
export interface HelpedCommand {
  readonly name: string;
  readonly description: string;
  readonly group?: string;
  readonly options: () => readonly Rows<string>[];
}

/**
 * Returns the short help of the program: usage, commands, common options, the legend, exit codes and examples.
 *
 * @param commands the first is the default: the common options are its
 * @param width in columns
 */
export function programHelp(commands: readonly HelpedCommand[], width: number): string {
  const options = (commands[0]?.options() ?? []).flatMap((group) => Object.values(group));
  const listed = (rows: readonly (readonly [string, string])[], indent: number) =>
    rows.flatMap(([name, text]) => labelled(`  ${name}`, text, indent, width)).join('\n');
  // Those without a short form are in the column of the long forms.
  const flags = (row: OptionRow) => (row.short === undefined ? `    ${flagsOf(row)}` : flagsOf(row));
  const shown = options.flatMap((row): [string, string][] =>
    row.brief === undefined ? [] : [[flags(row), row.brief]],
  );
  const states = Object.keys(markWords) as (keyof typeof marks)[];
  return `${[
    usage,
    `Commands (all options of one: pki-lint help COMMAND):\n${listed(commandRows(commands), 15)}`,
    `Common options:\n${listed([...shown, ...ownRows], 34)}`,
    `Impacts of findings:\n${listed(Object.entries(impactWords), 15)}\nMarks: ${states.map((state) => `${marks[state]} ${markWords[state]}`).join('  ')}\n${exitCodes}`,
    examples,
  ].join('\n\n')}\n`;
}

/** The rows of commands. Those of a group have one: that of the first, which names the others. */
function commandRows(commands: readonly HelpedCommand[]): readonly [string, string][] {
  const rows = groupBy(commands, ({ group, name }) => group ?? name);
  return [...rows.values()].flatMap(([first, ...others]): [string, string][] => {
    if (first === undefined) return [];
    const also = others.length === 0 ? '' : `; see also ${others.map(({ name }) => name).join(', ')}`;
    return [[first.name, `${first.description}${also}`]];
  });
}

/** The options of the program itself. */
const ownRows: [string, string][] = [['-h, --help', 'print this help; -V: the version']];
