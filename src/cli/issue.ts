/** `pki-lint issue [PATH]` */

import { json } from '../report/json.ts';
import { planText } from '../report/plan.ts';
import type { IssueFlags } from './flags.ts';
import type { IssueOptions, LoadLibrary } from './library.ts';
import { nodeOptions, withoutUndefined } from './options.ts';
import { complain, type Terminal, usesColor, widthOf } from './terminal.ts';

/** Prints the plan, or what became of it; yields the exit code. */
export async function issueCommand(
  paths: readonly string[],
  flags: IssueFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const { issue } = await load();
  const progress = progressOn(terminal);
  const report = await issue(issueOptions(paths, flags, terminal, progress.tell)).finally(progress.end);
  const text =
    flags.format === 'json'
      ? json(report)
      : planText(report, {
          width: widthOf(terminal),
          color: usesColor(terminal, flags.color),
          verbose: flags.verbose ?? false,
        });
  terminal.stdout.write(text);
  return report.exitCode;
}

/** Whoever waits at a terminal is told at once what takes long; a script's log only where it does take long. */
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

function issueOptions(
  paths: readonly string[],
  flags: IssueFlags,
  terminal: Terminal,
  onProgress: (message: string) => void,
): IssueOptions {
  return {
    ...nodeOptions(paths, flags, terminal),
    ...withoutUndefined({
      at: flags.at,
      profile: flags.profile,
      write: flags.write,
      only: flags.only,
      renew: flags.renew,
      withinDays: flags.within,
      replace: flags.replace,
      keepKey: flags.keepKey,
      fixModes: flags.fixModes,
      yes: flags.yes,
      algorithm: flags.algorithm,
      days: flags.days,
      caDays: flags.caDays,
      backdateMs: flags.backdate === undefined ? undefined : Math.round(flags.backdate * 24 * 60 * 60) * 1000,
      rootCa: flags.rootCa,
      rootDir: flags.rootDir,
      caDir: flags.caDir,
      csr: flags.csr,
      import: flags.import,
    }),
    onProgress,
  };
}
