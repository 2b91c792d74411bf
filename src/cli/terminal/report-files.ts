/** Files to which results are written. Nothing else of the program but the writer of `issue` changes files. */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { systemReason, UserError } from '../../core/errors.ts';
import type { Destination } from './destination.ts';

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
 * Appends a text to a file to which other programs append too. Symbolic links are followed, as a shell does. A pipe or
 * a device is refused: to open it could wait for a reader for ever.
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
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error('not a regular file');
    const open = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644);
    try {
      writeFileSync(open, await textFor(fstatSync(open).size));
    } finally {
      closeSync(open);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write "${path}": ${systemReason(error)}`);
  }
}

/**
 * Writes a text atomically, with mode 0644: other processes see the old file or the new one. Symbolic links are
 * followed, also to a file that does not exist yet, as a shell does. A pipe or a device is opened and written to.
 *
 * @param isOwn whether the name is ours, in a folder: what is there under that name is replaced, and no link is
 *   followed
 * @throws UserError if the file cannot be written
 */
export function writeReport(file: string, cwd: string, text: string | Uint8Array, isOwn: boolean): void {
  let path = file;
  try {
    path = resolve(cwd, file);
    const status = isOwn ? undefined : statSync(path, { throwIfNoEntry: false });
    if (isOwn) replace(path, text);
    else if (status === undefined) replace(targetOf(path), text);
    else if (!status.isFile()) writeFileSync(path, text);
    else if (isInput(path, typeof text === 'string')) throw inputAt(path);
    else replace(realpathSync(path), text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write "${path}": ${systemReason(error)}`);
  }
}

/** The beginning of a file that is looked at, in bytes: the mark of a tar archive is in its first 512. */
const beginning = 4096;

/**
 * Whether a file is what pki-lint reads and not what it writes: PEM, an object of Kubernetes, or an archive. A copy
 * replaces an earlier one.
 */
function isInput(path: string, isText: boolean): boolean {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(beginning);
    const text = bytes.toString('latin1', 0, readSync(file, bytes, 0, beginning, 0));
    const isArchive = text.startsWith('\x1f\x8b') || text.startsWith('ustar', 257);
    return (isText && isArchive) || /^(?:-----BEGIN |apiVersion:)/m.test(text);
  } finally {
    closeSync(file);
  }
}

const inputAt = (path: string) =>
  new UserError(`"${path}" exists and is not a report: it is not replaced`, 'choose another name for the report');

/** Whether a path is a pipe or a device, which /dev/stdout may be. */
export function isStream(file: string, cwd: string): boolean {
  try {
    return !statSync(resolve(cwd, file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Returns the file that a destination leads to, through links if they are followed; as typed if that cannot be known.
 */
export function fileOf({ file, node }: Pick<Destination<string>, 'file' | 'node'>, cwd: string): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  try {
    if (node !== undefined) return join(realpathSync.native(dirname(path)), basename(path));
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
    const target = targetOf(path);
    return join(realpathSync.native(dirname(target)), basename(target));
  } catch {
    return path;
  }
}

/**
 * What a path leads to that does not exist: `realpath` follows only links to what exists. The caller excludes loops.
 */
function targetOf(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink) return path;
  const link = readlinkSync(path);
  const target = isAbsolute(link) ? link : `${dirname(path)}/${link}`;
  // The system resolves `..` after a link to a folder, which `join` would only shorten.
  return targetOf(join(realpathSync.native(dirname(target)), basename(target)));
}

function replace(path: string, text: string | Uint8Array): void {
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
    if (!isThere) throw new UserError(`cannot write "${file}": ${systemReason(error)}`);
    throw new UserError(`"${file}" exists already, and is not changed`, 'edit it, or write another one: -o FILE');
  }
}
