/** The `--format` of each command. The choices are the names of the formats. */
import { either } from '../../core/text.ts';
import { allFormats } from '../../report/index.ts';
import type { CommandOption } from './flags.ts';

export type GraphFormat = keyof typeof allFormats.graph;
/** The formats of connections: lists and graphs. */
export type ConnectionFormat = keyof typeof allFormats.connections | GraphFormat;

const namesOf = <Name extends string>(formats: Readonly<Record<Name, unknown>>) => Object.keys(formats) as Name[];

const shared = { option: '--format', short: '-f', group: 'Output:' } as const;

/** Returns the `--format` row of a command that prints one result. The first format is the default. */
export function formatRows<Name extends string>(formats: Readonly<Record<Name, unknown>>) {
  const names = namesOf(formats);
  const [initial] = names;
  const row: CommandOption = {
    ...shared,
    metavar: '<format>',
    help: either(names),
    choices: names,
    type: 'choice',
    ...(initial === undefined ? {} : { initial }),
  };
  return { format: row };
}

/** The `--format` row of a command that writes its result in several formats to several destinations. */
function destinationRows<Name extends string>(names: readonly Name[], help: string) {
  const row: CommandOption = {
    ...shared,
    metavar: '<format[:file]>',
    help,
    choices: names,
    type: 'destinations',
  };
  return { format: row };
}

/** The formats of `pki-lint lint`. */
export const reportFormats = namesOf(allFormats.report);

/** Returns the `--format` row of `pki-lint lint`. */
export const reportFormatRows = () => {
  const names = reportFormats;
  const { format } = destinationRows(names, `${either(names)}, to stdout or a file; repeatable`);
  const junitPasses: CommandOption = {
    option: '--junit-passes',
    metavar: '<each>',
    help: 'in junit, a passing case for each subject (default) or, for fleets, for each rule',
    group: shared.group,
    choices: ['subject', 'rule'],
    type: 'choice',
  };
  // The help of the program has one line for it; that of the command lists all.
  const [first, second, third, ...others] = names;
  return {
    format: { ...format, brief: `${[first, second, third].join(', ')} and ${others.length} more: help lint` },
    junitPasses,
  };
};

/** Returns the `--format` row of `pki-lint expiry`. */
export const expiryFormatRows = () => {
  const names = namesOf(allFormats.expiry);
  return destinationRows(names, `${either(names)}, to stdout or a file; repeatable`);
};

/** Returns the `--format` row of `pki-lint exceptions`. */
export const exceptionFormatRows = () => {
  const names = namesOf(allFormats.exceptions);
  return destinationRows(names, `${either(names)}, to stdout or a file; repeatable`);
};

/** Returns the `--format` row of `pki-lint connections`. */
export const connectionFormatRows = () => {
  const [names, graphs] = [namesOf(allFormats.connections), namesOf(allFormats.graph)];
  const help = `${names.join(', ')}, or a graph: ${graphs.join(', ')}; to stdout or a file; repeatable`;
  return destinationRows<ConnectionFormat>([...names, ...graphs], help);
};
