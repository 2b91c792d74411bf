/** `pki-lint expiry [PATH…]` */
import { reporters } from '../report/index.ts';
import { optionTable } from '../tables/options.ts';
import type { CommandContext } from './context.ts';
import { deliver } from './deliver.ts';
import { type OutputFlags, timeRows, valuesOf } from './flags.ts';
import { type Destination, destinations } from './formats.ts';
import type { ExpiryOptions } from './library.ts';
import { nodeOptions } from './options.ts';
import { complain } from './terminal.ts';

export interface ExpiryFlags extends OutputFlags {
  readonly format?: Destination<keyof typeof reporters.expiry>[];
}

/** Prints what expires on the nodes, and returns the exit code: 1 if something expires within the time of `--within`. */
export async function expiryCommand(
  { terminal, load }: CommandContext,
  flags: ExpiryFlags,
  paths: readonly string[],
): Promise<number> {
  const requested = destinations(flags.format, flags.output);
  const { expiry } = await load();
  const report = await expiry({
    ...nodeOptions(paths, flags, terminal),
    ...valuesOf<Pick<ExpiryOptions, 'at'>>(timeRows, flags),
    ...valuesOf<Pick<ExpiryOptions, 'withinDays'>>(optionTable.expiry, flags),
  });
  for (const { path, message, hint } of report.failures) complain(terminal, `${path}: ${message}`, hint);
  // If no node could be read, stderr already says why, and a table would be empty.
  const shown = requested.filter(
    ({ format, file }) => format !== 'table' || file !== undefined || report.nodes.length > 0,
  );
  const hasFailed = await deliver((format, style) => reporters.expiry[format](report, style), shown, flags, terminal);
  return hasFailed ? 2 : report.exitCode;
}
