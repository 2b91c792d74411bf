/** `pki-lint issue [PATH]` */

import { shellWord } from '../core/text.ts';
import { issueOptions, type OwnIssueOptions } from '../issue/inputs/options.ts';
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';
import { type FormatFlags, valuesOf } from './flags.ts';
import { nodeOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

/** Prints the plan, or with `--write` its result, and returns the exit code. */
export async function issueCommand(
  { argv, terminal, load }: CommandContext,
  flags: FormatFlags<keyof typeof reporters.plan>,
  path: string | undefined,
): Promise<number> {
  const { issue } = await load();
  const progress = progressReporter(terminal);
  const report = await issue({
    ...nodeOptions(path === undefined ? [] : [path], flags, terminal),
    ...valuesOf<OwnIssueOptions>(issueOptions, flags),
    onProgress: progress.report,
  }).finally(progress.stop);
  await print(reporters.plan, { report, ...commandLines(argv) }, flags, terminal);
  return report.exitCode;
}

/** The command line as it was typed, and without what selects roles. */
function commandLines(argv: readonly string[]): { readonly typed: string; readonly unselected: string } {
  const line = (words: readonly string[]) => ['pki-lint', ...words].map(shellWord).join(' ');
  const selects = (word = '') => /^--(?:only|replace)$/.test(word);
  const isSelection = (word: string, index: number) =>
    selects(word.split('=')[0]) || (index > 0 && selects(argv[index - 1]));
  return { typed: line(argv), unselected: line(argv.filter((word, index) => !isSelection(word, index))) };
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
