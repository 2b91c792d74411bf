/** `pki-lint expiry [PATH…]` */
import { allReporters } from '../../report/index.ts';
import { optionTable } from '../../tables/option-table.ts';
import { type OutputFlags, timeRows, valuesOf } from '../parsing/flags.ts';
import { destinations } from '../parsing/formats.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { ExpiryOptions } from '../parsing/library.ts';
import type { Destination } from '../terminal/destination.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import { type ExitFlags, exitCodeFor, withEmptiness } from './exit-code.ts';

export interface ExpiryFlags extends OutputFlags, ExitFlags {
  readonly format?: Destination<keyof typeof allReporters.expiry>[];
}

/**
 * Prints what expires on the nodes, and returns the exit code: 1 if something expires within the time of `--within`.
 */
export async function expiryCommand(
  { terminal, library }: CommandContext,
  flags: ExpiryFlags,
  paths: readonly string[],
): Promise<number> {
  const requested = destinations(flags, terminal.cwd);
  const config = await configOf(paths, flags, terminal);
  const { expiry } = library;
  const expiring = await expiry({
    ...nodeOptions(paths, flags, terminal, config),
    ...valuesOf<Pick<ExpiryOptions, 'at'>>(timeRows, flags),
    ...valuesOf<Pick<ExpiryOptions, 'withinDays'>>(optionTable.expiry, flags),
  });
  const report = withEmptiness(expiring, flags);
  const hasFailed = await deliverNodes(
    report,
    (format, style) => allReporters.expiry[format](report, style),
    requested,
    flags,
    terminal,
  );
  return hasFailed ? 2 : exitCodeFor(report.exitCode, flags);
}
