/** `--format`: the format of a result, and its destination. The choices are the keys of the reporters. */
import { UserError } from '../core/errors.ts';

import { reporters } from '../report/index.ts';
import type { ParsedRow } from './flags.ts';
import { didYouMean, oneOf, repeated } from './parse.ts';

export interface Destination<Name extends string = ReportFormat> {
  readonly format: Name;
  /** undefined: stdout. */
  readonly file: string | undefined;
}

export type ReportFormat = keyof typeof reporters.report;
export type GraphFormat = keyof typeof reporters.graph;
/** The formats of connections: lists and graphs. */
export type ConnectionFormat = keyof typeof reporters.connections | GraphFormat;

const namesOf = <Name extends string>(formats: Readonly<Record<Name, unknown>>) => Object.keys(formats) as Name[];

/** `table or json`, `table, json or sarif` */
function either(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}

const option = '--format';
const group = 'Output:';

/** Returns the `--format` row of a command that prints one result. The first format is the default. */
export function formatRows<Name extends string>(formats: Readonly<Record<Name, unknown>>) {
  const names = namesOf(formats);
  const [initial] = names;
  const row: ParsedRow = {
    option,
    metavar: '<format>',
    help: either(names),
    group,
    parse: oneOf(names),
    ...(initial === undefined ? {} : { initial }),
  };
  return { format: row };
}

/** The `--format` row of a command that writes its result in several formats to several destinations. */
function destinationRows<Name extends string>(names: readonly Name[], help: string) {
  const row: ParsedRow = {
    option,
    metavar: '<format[:file]>',
    help,
    group,
    parse: repeated(destination(names)),
  };
  return { format: row };
}

/** Returns the `--format` row of `pki-lint lint`. */
export const reportFormatRows = () => {
  const names = namesOf(reporters.report);
  return destinationRows(names, `${either(names)}, to stdout or a file; repeatable`);
};

/** Returns the `--format` row of `pki-lint connections`. */
export const connectionFormatRows = () => {
  const [names, graphs] = [namesOf(reporters.connections), namesOf(reporters.graph)];
  const help = `${names.join(', ')}, or a graph: ${graphs.join(', ')}; to stdout or a file; repeatable`;
  return destinationRows<ConnectionFormat>([...names, ...graphs], help);
};

/** Returns a parser for `json` or `json:FILE`, which throws a UserError for an unknown format. */
function destination<Name extends string>(
  formats: readonly Name[],
): (option: string, text: string) => Destination<Name> {
  return (option, text) => {
    const [name, ...rest] = text.split(':');
    const format = formats.find((one) => one === name);
    const file = rest.length === 0 ? undefined : rest.join(':');
    if (format === undefined) {
      const hint = `${didYouMean(name ?? '', formats)}it is one of: ${formats.join(', ')}; FORMAT:FILE writes a file`;
      throw new UserError(`${option} is "${text}"`, hint);
    }
    if (file === '') throw new UserError(`${option} is "${text}", without a file`, `try ${format}:report.${format}`);
    return { format, file };
  };
}

/**
 * Returns the destinations from the command line, by default the table on stdout.
 *
 * @throws UserError if two formats have the same destination
 */
export function destinations<Name extends string>(
  requested: readonly Destination<Name>[] = [],
): readonly Destination<Name | 'table'>[] {
  const files = new Set<string | undefined>();
  for (const { file } of requested) {
    if (files.has(file)) throw duplicateDestination(file);
    files.add(file);
  }
  return requested.length === 0 ? [{ format: 'table', file: undefined }] : requested;
}

function duplicateDestination(file: string | undefined): UserError {
  if (file !== undefined) return new UserError(`two formats go to the file "${file}"`, 'give each a file of its own');
  return new UserError('two formats go to stdout', 'send one to a file: --format table --format json:report.json');
}
