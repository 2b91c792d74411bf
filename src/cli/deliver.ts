/** Handing over what was made: to stdout, and to files. */
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { ReporterOptions } from '../report/reporter.ts';
import type { OutputFlags } from './flags.ts';
import type { Destination } from './formats.ts';
import { complain, plainWidth, type Terminal, usesColor, widthOf } from './terminal.ts';

interface DeliveryFlags extends OutputFlags {
  readonly quiet?: boolean;
}

/** Whether a file could not be written; what else was asked for is not kept back by it. */
export async function deliver<Name extends string>(
  render: (format: Name, options: ReporterOptions) => string | Promise<string>,
  wanted: readonly Destination<Name>[],
  flags: DeliveryFlags,
  terminal: Terminal,
): Promise<boolean> {
  const { quiet = false, verbose = false } = flags;
  let failed = false;
  for (const { format, file } of wanted) {
    if (file === undefined) {
      const options = { quiet, verbose, width: widthOf(terminal), color: usesColor(terminal, flags.color) };
      terminal.stdout.write(await render(format, options));
      continue;
    }
    const text = await render(format, { quiet, verbose, width: plainWidth, color: flags.color === 'always' });
    const { writeReport } = await import('./output.ts');
    try {
      await writeReport(resolve(terminal.cwd, file), text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      failed = true;
    }
  }
  return failed;
}
