/** `pki-lint issue [PATH]` */

import { lineOfWords, pathArgument } from '../../core/command/shell.ts';
import { UserError } from '../../core/errors.ts';
import { timeOf } from '../../core/time.ts';
import { issueDefaults, issueOptions, type OwnIssueOptions } from '../../issue/inputs/issue-options.ts';
import { allReporters } from '../../report/index.ts';
import { type FormatFlags, valuesOf } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

/**
 * Prints the plan, or with `--write` its result, and returns the exit code.
 *
 * @throws UserError for `--write` as of a time in the future
 */
export async function issueCommand(
  { argv, terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.plan>,
  path: string | undefined,
): Promise<number> {
  const own = valuesOf<OwnIssueOptions>(issueOptions, flags);
  const isPreview = isAhead(own.at, terminal);
  if (own.write && isPreview) throw notYetValid(own.at, terminal);
  const paths = path === undefined ? [] : [path];
  const config = await configOf(paths, flags, terminal);
  const { issue } = library;
  const progress = progressReporter(terminal);
  const report = await issue({
    ...nodeOptions(paths, flags, terminal, config),
    ...own,
    onProgress: progress.report,
  }).finally(progress.stop);
  await print(allReporters.plan, { report, isPreview, ...commandLines(argv, isPreview) }, flags, terminal);
  return report.exitCode;
}

/** Clocks of machines differ by so much; certificates begin as much earlier by default. */
const { backdateMs: clockSkew } = issueDefaults;

function isAhead(at: Date | undefined, { now }: Terminal): at is Date {
  return at !== undefined && at.getTime() > now + clockSkew;
}

/** Every verifier refuses a certificate before its validity begins: the cluster would be down until then. */
function notYetValid(at: Date, { now }: Terminal): UserError {
  const { at: time, write } = issueOptions;
  return new UserError(
    `${write.option} cannot be used with ${time.option} ${timeOf(at.getTime())}: certificates would not be valid before that time, and it is ${timeOf(now)} now`,
    [
      `to write certificates that are valid now, leave ${time.option} out`,
      `to see the plan for that time, leave ${write.option} out`,
      'if the clock of this machine is wrong, correct it first',
    ],
  );
}

/**
 * The command line as it was typed, and without what selects roles.
 *
 * @param isPreview whether to leave out the time as well
 */
function commandLines(
  argv: readonly string[],
  isPreview: boolean,
): { readonly typed: string; readonly unselected: string } {
  const line = (...left: readonly string[]) => lineOfWords(['pki-lint', ...without(beforePaths(argv), left)]);
  const time = isPreview ? [issueOptions.at.option] : [];
  return { typed: line(...time), unselected: line(...time, issueOptions.only.option, issueOptions.replace.option) };
}

/** `-- PATH` without the `--`, so that options can be added at the end. */
function beforePaths(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : [...argv.slice(0, end), ...argv.slice(end + 1).map(pathArgument)];
}

/** Leaves out options with their values. */
function without(argv: readonly string[], options: readonly string[]): readonly string[] {
  const isLeft = (word = '') => options.includes(word);
  return argv.filter((word, index) => !isLeft(word.split('=')[0]) && !isLeft(argv[index - 1]));
}

/**
 * Milliseconds after which progress is reported. On a terminal it is reported at once; in the log of a script it is
 * noise.
 */
const progressDelay = 3000;

function progressReporter(terminal: Terminal): {
  readonly report: (message: string) => void;
  readonly stop: () => void;
} {
  const timers: NodeJS.Timeout[] = [];
  return {
    report(message) {
      if (terminal.stderr.isTTY) complain(terminal, message);
      else timers.push(setTimeout(() => complain(terminal, message), progressDelay));
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
