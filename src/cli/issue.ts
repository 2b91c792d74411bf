/** `pki-lint issue [PATH]` */

import { issueOptions, type OwnIssueOptions } from '../issue/inputs/options.ts';
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';
import { type FormatFlags, valuesOf } from './flags.ts';
import { nodeOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

/** Prints the plan, or what became of it; yields the exit code. */
export async function issueCommand(
  { terminal, load }: CommandContext,
  flags: FormatFlags<keyof typeof reporters.plan>,
  path: string | undefined,
): Promise<number> {
  const { issue } = await load();
  const progress = progressOn(terminal);
  const report = await issue({
    ...nodeOptions(path === undefined ? [] : [path], flags, terminal),
    ...valuesOf<OwnIssueOptions>(issueOptions, flags),
    onProgress: progress.tell,
  }).finally(progress.end);
  await print(reporters.plan, report, flags, terminal);
  return report.exitCode;
}

/** At a terminal, what takes long is announced at once; in the log of a script only where it does take long. */
const patience = 3000;

function progressOn(terminal: Terminal): { readonly tell: (message: string) => void; readonly end: () => void } {
  const timers: NodeJS.Timeout[] = [];
  return {
    tell(message) {
      if (terminal.stderr.isTTY) complain(terminal, message);
      else timers.push(setTimeout(() => complain(terminal, message), patience));
    },
    end() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
