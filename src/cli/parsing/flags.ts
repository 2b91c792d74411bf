/** The rows of options that commands share, and the values of options by the keys of their rows. */
import { type OptionRow, optionTable, type Rows } from '../../tables/option-table.ts';
import type { ColorChoice } from '../terminal/color.ts';

/** Parsed values, by commander's names of the options. */
export interface OutputFlags {
  readonly color: ColorChoice;
  readonly ascii?: boolean;
  readonly verbose?: boolean;
  /** Only `lint` has this option. */
  readonly quiet?: boolean;
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

/** A row of a command. One without choices of its own has those of its type, if any (`choices.ts`). */
export interface CommandOption extends OptionRow {
  /** The words that it accepts. */
  readonly choices?: readonly string[];
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
