/** `--format`: how a report looks, and where it goes. */
import { UserError } from '../core/errors.ts';
import { type Format, reporters } from '../report/index.ts';
import { meant } from './parse.ts';

export interface Destination<Name extends string = Format> {
  readonly format: Name;
  /** undefined: stdout. */
  readonly file: string | undefined;
}

/** The formats of a report. */
export const reportFormats = Object.keys(reporters) as Format[];

/** The formats of what connects. */
export const connectionFormats = ['table', 'json', 'mermaid', 'dot'] as const;
export type ConnectionFormat = (typeof connectionFormats)[number];

/** Reads `json` or `json:FILE`. It throws a UserError for a format that is none of these. */
export function destination<Name extends string>(formats: readonly Name[]): (text: string) => Destination<Name> {
  return (text) => {
    const [name, ...rest] = text.split(':');
    const format = formats.find((one) => one === name);
    const file = rest.length === 0 ? undefined : rest.join(':');
    if (format === undefined) {
      const hint = `${meant(name ?? '', formats)}it is one of: ${formats.join(', ')}; FORMAT:FILE writes a file`;
      throw new UserError(`--format is "${text}"`, hint);
    }
    if (file === '') throw new UserError(`--format is "${text}", without a file`, `try ${format}:report.${format}`);
    return { format, file };
  };
}

/** The table on stdout, unless told otherwise. Throws a UserError where two formats go to one place. */
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
