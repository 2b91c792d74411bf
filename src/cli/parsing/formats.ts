/** `--format`: the format of a result, and its destination. */

import { UserError } from '../../core/errors.ts';
import { either } from '../../core/text.ts';
import { allFormats } from '../../report/index.ts';
import type { ReporterRow } from '../../report/text/reporter.ts';
import type { Destination } from '../terminal/destination.ts';
import { fileOf } from '../terminal/report-files.ts';
import { didYouMean, invalid } from './parse.ts';

type Kinds = typeof allFormats;
/** Every format of every result; `yaml` is that of a policy. */
export type AnyFormat = { [Kind in keyof Kinds]: keyof Kinds[Kind] }[keyof Kinds] | 'yaml';

/** What formats of a name have in common, whatever they print. */
export const traitsOf: Readonly<Record<AnyFormat, Omit<ReporterRow<never>, 'write'>>> = Object.assign(
  { yaml: { syntax: 'json' } },
  ...Object.values(allFormats),
);

/** Whether a format can be written to a folder. */
const canBeFolder = (format: string): boolean =>
  Object.entries(traitsOf).some(([name, { toFolder }]) => name === format && toFolder);

/** Returns a parser for `json` or `json:FILE`, which throws a UserError for an unknown format. */
export function destination<Name extends string>(
  formats: readonly Name[],
): (option: string, text: string) => Destination<Name> {
  return (option, text) => {
    const [name, ...rest] = text.split(':');
    const format = formats.find((one) => one === name);
    const file = rest.length === 0 ? undefined : rest.join(':');
    if (format === undefined) throw invalid(option, text, either(formats), didYouMean(name ?? '', formats));
    if (file === '') throw invalid(option, text, `a file after the colon, such as ${format}:report.${format}`);
    if (file?.endsWith('/') && !canBeFolder(format)) throw invalid(option, text, 'a file, not a directory');
    return { format, file };
  };
}

interface DestinationFlags<Name extends string> {
  readonly format?: readonly Destination<Name>[];
  readonly output?: string;
}

/**
 * Returns the destinations from the command line, by default the table on stdout.
 *
 * @throws UserError if two formats have the same destination, or `--output`, the file of the only format, could be that
 *   of either
 */
export function destinations<Name extends AnyFormat>(
  { format: requested = [], output }: DestinationFlags<Name>,
  cwd: string,
): readonly Destination<Name | 'table'>[] {
  const all: readonly Destination<Name | 'table'>[] =
    requested.length === 0 ? [{ format: 'table', file: undefined }] : requested;
  forbidSharedFiles(all, cwd);
  if (output === undefined) return all;
  if (requested.length === 0) forbidFormatAsFile(output);
  const [only, ...others] = all;
  if (only === undefined || others.length > 0 || only.file !== undefined) throw ambiguousOutput(all, output);
  return [{ format: only.format, file: output === '-' ? undefined : output }];
}

/**
 * Asks whether a format was meant: in other programs, `-o json` is one.
 *
 * @throws UserError
 */
export function forbidFormatAsFile(output: string): void {
  if (!Object.hasOwn(traitsOf, output)) return;
  throw new UserError(`--output "${output}" names a file, and is a format`, [
    `for the format: --format ${output}`,
    `for a file of that name: --output ./${output}`,
  ]);
}

/**
 * Forbids two formats in one file, also one that has two names. The files in a folder are known only after linting.
 *
 * @throws UserError
 */
export function forbidSharedFiles(all: readonly Destination<AnyFormat>[], cwd: string): void {
  const files = new Set<string | undefined>();
  const areAnnotated = isAnnotatedText(all);
  for (const destination of all) {
    const file = fileOf(destination, cwd);
    if (files.has(file) && !(file === undefined && areAnnotated)) throw duplicateDestination(destination.file);
    files.add(file);
  }
}

/** Whether stdout gets a text for people and annotations: the log of a job, in which GitHub finds its lines. */
function isAnnotatedText(all: readonly Destination<AnyFormat>[]): boolean {
  const formats = all.flatMap(({ format, file }) => (file === undefined ? [format] : []));
  return formats.length === 2 && formats.includes('github') && formats.some((one) => traitsOf[one].syntax === 'text');
}

function duplicateDestination(file: string | undefined): UserError {
  if (file !== undefined) return new UserError(`two formats go to the file "${file}"`, 'give each a file of its own');
  return new UserError('two formats go to stdout', 'send one to a file: --format table --format json:report.json');
}

function ambiguousOutput(all: readonly Destination[] | readonly Destination<string>[], output: string): UserError {
  const [first] = all;
  const [message, format] =
    all.length > 1
      ? [`--output "${output}" is one file, for ${all.length} formats`, 'json']
      : [`--output "${output}" is a second file for the format ${first?.format}`, first?.format];
  return new UserError(message, `name each file with its format: --format ${format}:report.${format}`);
}
