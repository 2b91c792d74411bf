/** Renders results, and passes them on to stdout and to files. */

import { UserError } from '../../core/errors.ts';
import { asciiOnly } from '../../report/text/ascii.ts';
import type { Reporter, ReporterOptions } from '../../report/text/reporter.ts';
import type { FailedPath } from '../../results/outcome.ts';
import { joinedPaths } from '../../results/read/failed-paths.ts';
import type { OutputFlags } from '../parsing/flags.ts';
import { type AnyFormat, traitsOf } from '../parsing/formats.ts';
import type { Destination } from '../terminal/destination.ts';
import { withoutCommands } from '../terminal/job-log.ts';
import { isStream, writeReport } from '../terminal/report-files.ts';
import {
  complain,
  eraseProgress,
  type Terminal,
  usesAscii,
  usesColor,
  widthOf,
  writeOut,
} from '../terminal/terminal.ts';

/**
 * Prints a result in the chosen format, to stdout or to the file of `--output`.
 *
 * @throws UserError if the file cannot be written
 */
export async function print<Result, Name extends AnyFormat>(
  formats: Readonly<Record<Name, Reporter<Result>>>,
  result: NoInfer<Result>,
  flags: OutputFlags & { readonly format: NoInfer<Name> },
  terminal: Terminal,
  more: Partial<ReporterOptions> = {},
): Promise<void> {
  const destination = { format: flags.format, file: flags.output === '-' ? undefined : flags.output };
  await write((format, options) => formats[format](result, { ...options, ...more }), destination, flags, terminal);
}

type Render<Name extends AnyFormat> = (
  format: Name,
  options: ReporterOptions,
  node: string | undefined,
) => string | Promise<string>;

/**
 * Writes a result to all its destinations. One that cannot be written is reported on stderr, and does not stop the
 * others.
 *
 * @returns whether one could not be written
 */
async function deliver<Name extends AnyFormat>(
  render: Render<Name>,
  requested: readonly Destination<Name>[],
  flags: OutputFlags,
  terminal: Terminal,
): Promise<boolean> {
  let failed = false;
  for (const destination of requested) {
    try {
      await write(render, destination, flags, terminal);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      failed = true;
    }
  }
  return failed;
}

/** Reports on stderr what could not be read; alike paths once, unless all are asked for. */
export function complainOf(failures: readonly FailedPath[], terminal: Terminal, verbose?: boolean): void {
  for (const { path, message, hint } of joinedPaths(failures, verbose)) complain(terminal, `${path}: ${message}`, hint);
}

interface NodesReport {
  readonly nodes: readonly unknown[];
  readonly objects?: readonly unknown[];
  readonly failures: readonly FailedPath[];
}

/**
 * Reports on stderr what could not be read, and writes the rest to all destinations. If no node could be read, stderr
 * has said why.
 *
 * @returns whether a file could not be written
 */
export async function deliverNodes<Name extends AnyFormat>(
  { nodes, objects = [], failures }: NodesReport,
  render: Render<Name>,
  requested: readonly Destination<Name>[],
  flags: OutputFlags,
  terminal: Terminal,
): Promise<boolean> {
  complainOf(failures, terminal, flags.verbose);
  const shown = requested.filter(
    ({ format, file }) => file !== undefined || nodes.length + objects.length > 0 || !traitsOf[format].needsNodes,
  );
  return deliver(render, shown, flags, terminal);
}

async function write<Name extends AnyFormat>(
  render: Render<Name>,
  { format, file, node }: Destination<Name>,
  flags: OutputFlags,
  terminal: Terminal,
): Promise<void> {
  const { quiet = false, verbose = false } = flags;
  const ascii = usesAscii(terminal, flags.ascii);
  const color = file === undefined ? usesColor(terminal, flags.color) : flags.color === 'always';
  const width = widthOf(terminal, file !== undefined);
  const rendered = await render(format, { quiet, verbose, width, color, ascii }, node);
  const { syntax } = traitsOf[format];
  const text = ascii && syntax === 'text' ? asciiOnly(rendered) : rendered;
  if (file === undefined) return writeOut(terminal, text, syntax, format);
  // Such as /dev/stdout.
  const isLog = isStream(file, terminal.cwd);
  if (isLog) eraseProgress(terminal);
  const written = isLog ? withoutCommands(text, syntax, terminal, format) : text;
  writeReport(file, terminal.cwd, written, node !== undefined);
}
