/** `pki-lint [lint] [PATH…]` */
import { UserError } from '../core/errors.ts';
import { reporters } from '../report/index.ts';
import { deliver } from './deliver.ts';
import type { LintFlags } from './flags.ts';
import { destinations } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import { lintOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

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
  // Of what could not be linted at all stderr has said everything.
  const told = wanted.filter(({ format, file }) => format !== 'table' || file !== undefined || report.nodes.length > 0);
  const undelivered = await deliver((format, options) => reporters[format](report, options), told, flags, terminal);
  return undelivered ? 2 : report.exitCode;
}
