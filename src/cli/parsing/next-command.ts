/** The command that lints what `init` read, by the policy that it wrote. */

import { commandOrReason, optionWords, pathArgument } from '../../core/command/shell.ts';
import { timeOf } from '../../core/time.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import { type OptionRow, optionTable } from '../../tables/option-table.ts';
import { valuesOf } from './flags.ts';

/** The options of `init` that say which node it is and how it is judged. */
const repeated: Readonly<Record<string, OptionRow>> = {
  ...optionTable.places,
  ...factOptions,
  at: optionTable.judging.at,
};

/**
 * Returns the command, with the options that a lint of the same files needs.
 *
 * @param config the file of the policy; undefined if it is found by itself
 */
export function nextCommand(paths: readonly string[], flags: object, config: string | undefined): string {
  const values = valuesOf<Readonly<Record<string, string | readonly string[] | Date>>>(repeated, flags);
  const options = Object.entries(values).flatMap(([key, value]) => {
    const option = repeated[key]?.option;
    return option === undefined || value === undefined ? [] : optionWords(option, textOf(value));
  });
  const named = config === undefined ? [] : optionWords('--config', config);
  return commandOrReason(['pki-lint', ...paths.map(pathArgument), ...options, ...named]);
}

/** As it is typed. A day is the beginning of it. */
function textOf(value: string | readonly string[] | Date): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? timeOf(value.getTime()).replace('T00:00:00Z', '') : value.join(',');
}
