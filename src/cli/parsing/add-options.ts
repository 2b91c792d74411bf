/** Turns the rows of options into options of commander. */
import { type Command, Option } from 'commander';
import type { Rows } from '../../tables/option-table.ts';
import { type CommandOption, flagsOf } from './flags.ts';
import { destination } from './formats.ts';
import { oneOf, type Parse, parsers, repeated } from './parse.ts';

/** Adds an option for each row to a command. */
export function addRows(command: Command, rows: Rows<string, CommandOption>): void {
  for (const row of Object.values(rows)) {
    const { option, help, group, initial, required } = row;
    const parse = optionParser(row);
    const added = new Option(flagsOf(row), help);
    if (parse !== undefined) added.argParser((text, previous) => parse(option, text, previous as never));
    if (initial !== undefined) added.default(initial);
    if (required) added.makeOptionMandatory();
    command.optionsGroup(group).addOption(added);
  }
}

/** Returns the parser of a row's values; undefined for a row without values, and for texts of any form. */
export function optionParser({ type = '', choices = [] }: CommandOption): Parse | undefined {
  if (type === 'choice') return oneOf(choices);
  if (type === 'destinations') return repeated(destination(choices));
  return parsers[type];
}
