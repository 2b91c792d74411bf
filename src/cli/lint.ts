/** `pki-lint [lint] [PATH…]` */
import { UserError } from '../core/errors.ts';
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import type { OutputFlags } from './flags.ts';
import { type Destination, destinations } from './formats.ts';
import { lintOptions } from './options.ts';
import { repositoryPaths } from './repository.ts';

export interface LintFlags extends OutputFlags {
  readonly format?: Destination[];
  readonly quiet?: boolean;
  readonly junitPasses?: 'subject' | 'rule';
}

/** The formats that list the checks that passed. They do not change what the others write in the same run. */
const withPasses: readonly string[] = ['junit'];

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
  const options = lintOptions(paths, flags, terminal, ruleDocs);
  const listsPasses = requested.some(({ format }) => withPasses.includes(format));
  const { passes, ...report } = await lint(listsPasses ? { ...options, passes: true } : options);
  const hasFailed = await deliverNodes(
    report,
    (format, style) =>
      reporters.report[format](withPasses.includes(format) && passes ? { ...report, passes } : report, {
        ...style,
        rules: ruleDocs,
        inRepository,
        ...(flags.junitPasses && { junitPasses: flags.junitPasses }),
      }),
    requested,
    flags,
    terminal,
  );
  return hasFailed ? 2 : report.exitCode;
}
