/** Commands for the same node and facts as those of a run, to be typed in the same folder. */

import { optionWords, pathArgument } from '../../core/command/shell.ts';
import { factNames, factOptions } from '../../model/facts/fact-options.ts';
import { optionTable } from '../../tables/option-table.ts';
import type { Again } from '../plan/settings.ts';
import type { IssueOptions } from './issue-options.ts';

type Place = keyof typeof optionTable.places;

/** The first words of commands that issue and lint as these options do. */
export function commandsAgain({ paths = [], facts = {}, profile, ...places }: IssueOptions): Again {
  const place = Object.entries(optionTable.places).flatMap(([name, { option }]) => {
    const value = places[name as Place];
    return value === undefined ? [] : optionWords(option, value);
  });
  const node = [...paths.map(pathArgument), ...place];
  const known = factNames.flatMap((name) => {
    const value: string | readonly string[] | undefined = facts[name];
    return value === undefined || value.length === 0
      ? []
      : optionWords(factOptions[name].option, [value].flat().join(','));
  });
  const names = profile === undefined ? [] : ['--profile', profile];
  return {
    issue: ['pki-lint', 'issue', ...node, ...known, ...names],
    lint: ['pki-lint', ...node, ...names],
  };
}
