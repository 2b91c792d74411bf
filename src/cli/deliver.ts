/** Writes results to stdout and to files. */

import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { FailedPath } from '../core/outcome.ts';
import { asciiOnly } from '../report/ascii.ts';
import type { Reporter, ReporterOptions } from '../report/reporter.ts';
import type { OutputFlags } from './flags.ts';
import { type Destination, texts } from './formats.ts';
import { withoutCommands } from './github.ts';
import { complain, type Terminal, usesAscii, usesColor, widthOf } from './terminal.ts';

interface StyleFlags extends OutputFlags {
  readonly quiet?: boolean;
}

/**
 * Prints a result in the chosen format, to stdout or to the file of `--output`.
 *
 * @throws UserError if the file cannot be written
 */
export async function print<Result, Name extends string>(
  formats: Readonly<Record<Name, Reporter<Result>>>,
  result: NoInfer<Result>,
  flags: StyleFlags & { readonly format: NoInfer<Name> },
  terminal: Terminal,
): Promise<void> {
  const destination = { format: flags.format, file: flags.output === '-' ? undefined : flags.output };
  await write((format, options) => formats[format](result, options), destination, flags, terminal);
}

type Render<Name extends string> = (
  format: Name,
  options: ReporterOptions,
  node: string | undefined,
) => string | Promise<string>;

/**
 * Writes a result to all its destinations. A file that cannot be written is reported on stderr, and does not stop the
 * others.
 *
 * @returns whether a file could not be written
 */
async function deliver<Name extends string>(
  render: Render<Name>,
  requested: readonly Destination<Name>[],
  flags: StyleFlags,
  terminal: Terminal,
): Promise<boolean> {
  let failed = false;
  for (const destination of requested) {
    try {
      await write(render, destination, flags, terminal);
    } catch (error) {
      if (destination.file === undefined || !(error instanceof UserError)) throw error;
      complain(terminal, error.message, error.hint);
      failed = true;
    }
  }
  return failed;
}

interface NodesReport {
  readonly nodes: readonly unknown[];
  readonly failures: readonly FailedPath[];
}

/** The formats that say by themselves that there is no node. The others would be empty. */
const completeFormats: readonly string[] = [
  'json',
  'csv',
  'sarif',
  'github',
  'markdown',
  'gitlab',
  'junit',
  'ndjson',
  'openmetrics',
  'cyclonedx',
];

/**
 * Reports on stderr what could not be read, and writes the rest to all destinations. If no node could be read, stderr has
 * said why.
 *
 * @returns whether a file could not be written
 */
export async function deliverNodes<Name extends string>(
  { nodes, failures }: NodesReport,
  render: Render<Name>,
  requested: readonly Destination<Name>[],
  flags: StyleFlags,
  terminal: Terminal,
): Promise<boolean> {
  for (const { path, message, hint } of failures) complain(terminal, `${path}: ${message}`, hint);
  const shown = requested.filter(
    ({ format, file }) => file !== undefined || nodes.length > 0 || completeFormats.includes(format),
  );
  return deliver(render, shown, flags, terminal);
}

async function write<Name extends string>(
  render: Render<Name>,
  { format, file, node }: Destination<Name>,
  flags: StyleFlags,
  terminal: Terminal,
): Promise<void> {
  const { quiet = false, verbose = false } = flags;
  const ascii = usesAscii(terminal, flags.ascii);
  const color = file === undefined ? usesColor(terminal, flags.color) : flags.color === 'always';
  const width = widthOf(terminal, file !== undefined);
  const rendered = await render(format, { quiet, verbose, width, color, ascii }, node);
  const isText = texts.includes(format);
  const text = ascii && isText ? asciiOnly(rendered) : rendered;
  if (file !== undefined) writeReport(file, terminal.cwd, text);
  else terminal.stdout.write(isText ? withoutCommands(text, terminal) : text);
}

/** Creates a folder for several files. If that fails, writing them says why. */
export function makeReportFolder(folder: string, cwd: string): void {
  try {
    makeFolder(resolve(cwd, folder));
  } catch {}
}

/** Like mkdir with `recursive`, which Node 20 repeats for ever where the system refuses with ENOENT, as in /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * Appends a text to a file to which other programs append too.
 *
 * @param textFor returns the text for a file of so many bytes
 * @throws UserError if the file cannot be written
 */
export async function append(
  file: string,
  cwd: string,
  textFor: (bytes: number) => string | Promise<string>,
): Promise<void> {
  const path = resolve(cwd, file);
  try {
    appendFileSync(path, await textFor(statSync(path, { throwIfNoEntry: false })?.size ?? 0));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write "${path}": ${reason(error)}`);
  }
}

/**
 * Writes a text atomically, with mode 0644: other processes see the old file or the new one. Symbolic links are
 * followed, also to a file that does not exist yet, as a shell does. A pipe or a device is opened and written to.
 *
 * @throws UserError if the file cannot be written
 */
export function writeReport(file: string, cwd: string, text: string): void {
  let path = file;
  try {
    path = resolve(cwd, file);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) replace(targetOf(path), text);
    else if (status.isFile()) replace(realpathSync(path), text);
    else writeFileSync(path, text);
  } catch (error) {
    throw new UserError(`cannot write "${path}": ${reason(error)}`);
  }
}

/**
 * Writes a text to a new file. One that exists, also a link that leads nowhere, is left as it is.
 *
 * @throws UserError if there is such a file, or it cannot be written
 */
export function writeNewFile(file: string, cwd: string, text: string): void {
  try {
    writeFileSync(resolve(cwd, file), text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) throw new UserError(`cannot write "${file}": ${reason(error)}`);
    throw new UserError(`"${file}" exists already, and is not changed`, 'edit it, or write another one: -o FILE');
  }
}

/** What a path leads to that does not exist: `realpath` follows only links to what exists. The caller excludes loops. */
function targetOf(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink) return path;
  const link = readlinkSync(path);
  const target = isAbsolute(link) ? link : `${dirname(path)}/${link}`;
  // The system resolves `..` after a link to a folder, which `join` would only shorten.
  return targetOf(join(realpathSync.native(dirname(target)), basename(target)));
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
