/** `pki-lint exceptions [PATH…]` */
import { UserError } from '../../core/errors.ts';
import { allReporters } from '../../report/index.ts';
import { type OutputFlags, timeRows, valuesOf } from '../parsing/flags.ts';
import { destinations } from '../parsing/formats.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { LintOptions } from '../parsing/library.ts';
import { inWorkTree } from '../parsing/repository.ts';
import type { Destination } from '../terminal/destination.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import { type ExitFlags, exitCodeFor } from './exit-code.ts';

export interface ExceptionFlags extends OutputFlags, ExitFlags {
  readonly format?: Destination<keyof typeof allReporters.exceptions>[];
}

/**
 * Prints the exceptions of the policy, and returns the exit code: 1 if one has expired or is not allowed. Without a
 * node, as where the policy is written, it still says until when they are in force.
 *
 * @throws UserError if there is no policy
 */
export async function exceptionsCommand(
  { terminal, library }: CommandContext,
  flags: ExceptionFlags,
  paths: readonly string[],
): Promise<number> {
  const requested = destinations(flags, terminal.cwd);
  const config = await configOf(paths, flags, terminal);
  const { lint } = library;
  const report = await lint({
    ...nodeOptions(paths, flags, terminal, config),
    ...valuesOf<Pick<LintOptions, 'at'>>(timeRows, flags),
    trustsComments: inWorkTree(terminal),
    failOn: 'never',
  });
  const { exceptions, failures } = report;
  if (exceptions === undefined) throw new UserError('there is no policy', 'exceptions are in pki-lint.config.yaml');
  const isAsked = paths.length > 0 || report.nodes.length > 0;
  const hasFailed = await deliverNodes(
    { nodes: [report], failures: isAsked ? failures : [] },
    (format, style) => allReporters.exceptions[format](report, style),
    requested,
    flags,
    terminal,
  );
  if (hasFailed) return 2;
  const isWrong = exceptions.some(({ state }) => state === 'expired' || state === 'forbidden');
  return exitCodeFor((isAsked && report.exitCode) || (isWrong ? 1 : 0), flags);
}
