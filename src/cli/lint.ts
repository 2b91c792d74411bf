/** `pki-lint [lint] [PATH…]` */
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { reporters } from '../report/index.ts';
import type { LintFlags } from './flags.ts';
import { type Destination, destinations } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import { lintOptions } from './options.ts';
import { complain, plainWidth, type Terminal, usesColor, widthOf } from './terminal.ts';

/** Lints, writes every report that was asked for, and yields the exit code. */
export async function lintCommand(
  paths: readonly string[],
  flags: LintFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const wanted = destinations(flags.format);
  if (flags.quiet && flags.verbose) {
    throw new UserError('--quiet and --verbose ask for opposite things', 'leave one of them out');
  }
  const { lint, ruleDocs } = await load();
  const report = await lint(lintOptions(paths, flags, terminal, ruleDocs));
  for (const { path, message, hint } of report.failures) complain(terminal, `${path}: ${message}`, hint);
  const undelivered = await deliver(report, wanted, flags, terminal);
  return undelivered ? 2 : report.exitCode;
}

/** Whether a file could not be written; the other reports are not kept back by it. */
async function deliver(
  report: Report,
  wanted: readonly Destination[],
  flags: LintFlags,
  terminal: Terminal,
): Promise<boolean> {
  const { quiet = false, verbose = false } = flags;
  let failed = false;
  for (const { format, file } of wanted) {
    if (file === undefined) {
      // Of what could not be linted at all stderr has said everything.
      if (format === 'table' && report.nodes.length === 0) continue;
      const options = { quiet, verbose, width: widthOf(terminal), color: usesColor(terminal, flags.color) };
      terminal.stdout.write(await reporters[format](report, options));
      continue;
    }
    const text = await reporters[format](report, {
      quiet,
      verbose,
      width: plainWidth,
      color: flags.color === 'always',
    });
    const { writeReport } = await import('./output.ts');
    try {
      await writeReport(resolve(terminal.cwd, file), text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      failed = true;
    }
  }
  return failed;
}
