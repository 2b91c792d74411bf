/** Writes results to stdout and to files. */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Reporter, ReporterOptions } from '../report/reporter.ts';
import type { OutputFlags } from './flags.ts';
import type { Destination } from './formats.ts';
import { complain, plainWidth, type Terminal, usesColor, widthOf } from './terminal.ts';

interface StyleFlags extends OutputFlags {
  readonly quiet?: boolean;
}

/** Prints a result to stdout, in the chosen format. */
export async function print<Result, Name extends string>(
  formats: Readonly<Record<Name, Reporter<Result>>>,
  result: NoInfer<Result>,
  flags: StyleFlags & { readonly format: NoInfer<Name> },
  terminal: Terminal,
): Promise<void> {
  terminal.stdout.write(await formats[flags.format](result, styleOf(flags, terminal)));
}

/**
 * Writes a result to all its destinations. A file that cannot be written is reported on stderr, and does not stop the
 * others.
 *
 * @returns whether a file could not be written
 */
export async function deliver<Name extends string>(
  render: (format: Name, options: ReporterOptions) => string | Promise<string>,
  requested: readonly Destination<Name>[],
  flags: StyleFlags,
  terminal: Terminal,
): Promise<boolean> {
  let failed = false;
  for (const { format, file } of requested) {
    if (file === undefined) {
      terminal.stdout.write(await render(format, styleOf(flags, terminal)));
      continue;
    }
    const text = await render(format, {
      ...styleOf(flags, terminal),
      width: plainWidth,
      color: flags.color === 'always',
    });
    try {
      writeReport(file, terminal.cwd, text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      failed = true;
    }
  }
  return failed;
}

function styleOf({ color, quiet = false, verbose = false }: StyleFlags, terminal: Terminal): ReporterOptions {
  return { quiet, verbose, width: widthOf(terminal), color: usesColor(terminal, color) };
}

/**
 * Writes a text atomically, with mode 0644: other processes see the old file or the new one. Symbolic links are
 * followed. A pipe or a device is opened and written to.
 *
 * @throws UserError if the file cannot be written
 */
function writeReport(file: string, cwd: string, text: string): void {
  let path = file;
  try {
    path = resolve(cwd, file);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) replace(path, text);
    else if (status.isFile()) replace(realpathSync(path), text);
    else writeFileSync(path, text);
  } catch (error) {
    throw new UserError(`cannot write "${path}": ${reason(error)}`);
  }
}

function replace(path: string, text: string): void {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = openSync(draft, 'wx', 0o644);
  try {
    try {
      writeFileSync(file, text);
      // The umask may have cleared bits of the mode passed to `openSync`.
      fchmodSync(file, 0o644);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** `ENOENT: no such file or directory, open '…'` → `no such file or directory`. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
