/** Turns the rows of options into options of commander, and its values into options of the library. */
import { type Command, Option } from 'commander';
import { type OptionRow, optionTable, type Rows } from '../../tables/option-table.ts';
import type { ColorChoice } from '../terminal/color.ts';
import { parsers } from './parse.ts';

/** Parsed values, by commander's names of the options. */
export interface OutputFlags {
  readonly color: ColorChoice;
  readonly ascii?: boolean;
  readonly verbose?: boolean;
  /** The file for the only format; `-` is stdout. */
  readonly output?: string;
}

export interface FormatFlags<Name extends string> extends OutputFlags {
  readonly format: Name;
}

/** Options for the policy, for the paths of a node's files, and for facts that the files do not contain. */
export const nodeRows = { ...optionTable.config, ...optionTable.places, ...optionTable.facts };

/** The option for the time of judging. */
export const timeRows = { at: optionTable.judging.at };

/** A row that may have its own parser, instead of the one of its type. */
export interface ParsedRow extends OptionRow {
  /** The words that it accepts. */
  readonly choices?: readonly string[];
  readonly parse?: (option: string, text: string, previous?: never) => unknown;
}

/** Adds an option for each row to a command. */
export function addRows(command: Command, rows: Rows<string, ParsedRow>): void {
  for (const row of Object.values(rows)) {
    const { option, help, group, type, initial, required, parse = parsers[type ?? ''] } = row;
    const added = new Option(flagsOf(row), help);
    if (parse !== undefined) added.argParser((text, previous) => parse(option, text, previous as never));
    if (initial !== undefined) added.default(initial);
    if (required) added.makeOptionMandatory();
    command.optionsGroup(group).addOption(added);
  }
}

/** `-f, --format <format>`: how the help writes an option. */
export function flagsOf({ short, option, metavar }: OptionRow): string {
  return [...(short === undefined ? [] : [`${short},`]), option, ...(metavar === undefined ? [] : [metavar])].join(' ');
}

/** `--node-ip` → `nodeIp`, as commander calls it. */
const attributeOf = (option: string) =>
  option.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Returns the values of the options on the command line, by the keys of the rows. */
export function valuesOf<Values>(rows: Rows<Extract<keyof Values, string>>, flags: object): Partial<Values> {
  const given = flags as Readonly<Record<string, unknown>>;
  const values = Object.entries<OptionRow>(rows).flatMap(([key, { option }]) => {
    const value = given[attributeOf(option)];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(values);
}
