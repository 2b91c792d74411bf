/** `pki-lint [lint] [PATH…]` */
import { UserError } from '../core/errors.ts';
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import { type ExitFlags, exitCodeFor } from './exit-code.ts';
import type { OutputFlags } from './flags.ts';
import { type Destination, destinations } from './formats.ts';
import { lintOptions } from './options.ts';
import { repositoryPaths } from './repository.ts';

export interface LintFlags extends OutputFlags, ExitFlags {
  readonly format?: Destination[];
  readonly quiet?: boolean;
}

/** Lints, writes the report to each destination, and returns the exit code. */
export async function lintCommand(
  { terminal, load }: CommandContext,
  flags: LintFlags,
  paths: readonly string[],
): Promise<number> {
  const requested = destinations(flags.format, flags.output);
  if (flags.quiet && flags.verbose) {
    throw new UserError('--quiet and --verbose cannot be combined', 'leave one of them out');
  }
  const { lint, ruleDocs } = await load();
  const inRepository = repositoryPaths(terminal);
  const report = await lint(lintOptions(paths, flags, terminal, ruleDocs));
  const hasFailed = await deliverNodes(
    report,
    (format, style) => reporters.report[format](report, { ...style, rules: ruleDocs, inRepository }),
    requested,
    flags,
    terminal,
  );
  return hasFailed ? 2 : exitCodeFor(report.exitCode, flags);
}
