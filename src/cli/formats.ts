/** `--format`: how a result looks, and where it goes. Its choices are the keys of the reporters. */
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
/** Of what connects; some draw it. */
export type ConnectionFormat = keyof typeof reporters.connections | GraphFormat;

const namesOf = <Name extends string>(formats: Readonly<Record<Name, unknown>>) => Object.keys(formats) as Name[];

/** `table or json`, `table, json or sarif` */
function either(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}

const option = '--format';
const group = 'Output:';

/** For a command that prints one result, by default in the first of its formats. */
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

/** For a command that hands over its result in several formats. `help`: what the formats are. */
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

export const reportFormatRows = () => {
  const names = namesOf(reporters.report);
  return destinationRows(names, `${either(names)}, to stdout or a file; repeatable`);
};

export const connectionFormatRows = () => {
  const [names, graphs] = [namesOf(reporters.connections), namesOf(reporters.graph)];
  const help = `${names.join(', ')}, or a graph: ${graphs.join(', ')}; to stdout or a file; repeatable`;
  return destinationRows<ConnectionFormat>([...names, ...graphs], help);
};

/** Reads `json` or `json:FILE`. It throws a UserError for a format that is none of these. */
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

/** The table on stdout, unless others are given. Throws a UserError where two formats go to one place. */
export function destinations<Name extends string>(
  given: readonly Destination<Name>[] = [],
): readonly Destination<Name | 'table'>[] {
  const taken = new Set<string | undefined>();
  for (const { file } of given) {
    if (taken.has(file)) throw twice(file);
    taken.add(file);
  }
  return given.length === 0 ? [{ format: 'table', file: undefined }] : given;
}

function twice(file: string | undefined): UserError {
  if (file !== undefined) return new UserError(`two formats go to the file "${file}"`, 'give each a file of its own');
  return new UserError('two formats go to stdout', 'send one to a file: --format table --format json:report.json');
}
