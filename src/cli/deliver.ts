/** Handing over what was made: to stdout, and to files. */

import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Reporter, ReporterOptions } from '../report/reporter.ts';
import type { OutputFlags } from './flags.ts';
import type { Destination } from './formats.ts';
import { complain, plainWidth, type Terminal, usesColor, widthOf } from './terminal.ts';

interface Looks extends OutputFlags {
  readonly quiet?: boolean;
}

/** Prints a result on stdout, in the format that was chosen. */
export async function print<Result, Name extends string>(
  formats: Readonly<Record<Name, Reporter<Result>>>,
  result: NoInfer<Result>,
  flags: Looks & { readonly format: NoInfer<Name> },
  terminal: Terminal,
): Promise<void> {
  terminal.stdout.write(await formats[flags.format](result, onScreen(flags, terminal)));
}

/** Whether a file could not be written; what else was asked for is not kept back by it. */
export async function deliver<Name extends string>(
  render: (format: Name, options: ReporterOptions) => string | Promise<string>,
  wanted: readonly Destination<Name>[],
  flags: Looks,
  terminal: Terminal,
): Promise<boolean> {
  let failed = false;
  for (const { format, file } of wanted) {
    if (file === undefined) {
      terminal.stdout.write(await render(format, onScreen(flags, terminal)));
      continue;
    }
    const text = await render(format, {
      ...onScreen(flags, terminal),
      width: plainWidth,
      color: flags.color === 'always',
    });
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

function onScreen({ color, quiet = false, verbose = false }: Looks, terminal: Terminal): ReporterOptions {
  return { quiet, verbose, width: widthOf(terminal), color: usesColor(terminal, color) };
}

/**
 * Writes a text so that others see the old file or the whole new one, mode 0644. A link is followed; what is no regular
 * file (a pipe, a device) is written to as it is. Throws a UserError where that fails.
 */
async function writeReport(path: string, text: string): Promise<void> {
  try {
    const status = await stat(path).catch(() => undefined);
    if (status === undefined) await replace(path, text);
    else if (status.isFile()) await replace(await realpath(path), text);
    else await writeFile(path, text);
  } catch (error) {
    throw new UserError(`cannot write "${path}": ${reason(error)}`);
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const handle = await open(draft, 'wx', 0o644);
  try {
    try {
      await handle.writeFile(text);
      // Whatever the umask took away.
      await handle.chmod(0o644);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** `ENOENT: no such file or directory, open '…'` → `no such file or directory`. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
