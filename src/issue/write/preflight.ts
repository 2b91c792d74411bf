/** Inspects the targets of a batch before anything is written. */
import { dirname } from 'node:path';
import { filledOrReason } from '../../core/command/fill.ts';
import { UserError } from '../../core/errors.ts';
import type { FileWrite, ModeChange, WriteUnit } from '../../results/issue/batch.ts';
import type { DiskRoot } from '../../scan/fs/roots.ts';
import type { Disk } from './disk.ts';
import { attempt, digest, withOpen } from './files.ts';
import type { JournalStep } from './journal.ts';
import { locate, locateBehindLinks } from './locate.ts';

/** A file that can be written. */
export interface TargetState {
  readonly write: FileWrite;
  readonly step: JournalStep;
  /** Missing parent folders, outermost first. */
  readonly missing: readonly string[];
}

/** The files of one role. */
export interface InspectedUnit {
  readonly role: string;
  readonly files: readonly TargetState[];
}

/**
 * Only reads.
 *
 * @throws UserError for the first file that cannot be written to its target
 */
export function inspectTargets(disk: Disk, root: DiskRoot, units: readonly WriteUnit[]): readonly InspectedUnit[] {
  const taken = new Set<string>();
  const inspect = (write: FileWrite): TargetState => {
    const { path, missing } = locate(root, write.target);
    if (taken.has(path)) throw new UserError(`"${path}" would be written twice`, 'name one role at a time: --only');
    taken.add(path);
    refuseOpenFolders(disk, missing[0] ?? path);
    const old = inspectOld(disk, path, write);
    const { target, bytes, mode } = write;
    return { write, step: { target, ...old, after: digest(bytes), mode }, missing };
  };
  return units.map(({ role, files }) => ({ role, files: files.map(inspect) }));
}

/** Others could put a link or a key of their own in place of what is written. */
function refuseOpenFolders(disk: Disk, path: string): void {
  const own = dirname(path);
  for (let folder = own; ; folder = dirname(folder)) {
    const mode = attempt('look at', folder, () => disk.lstat(folder))?.mode ?? 0;
    // Where the sticky bit is set, others cannot rename what is in it: /tmp.
    const isOpen = (mode & 0o002) !== 0 && (folder === own || (mode & 0o1000) === 0);
    if (isOpen) {
      throw new UserError(
        `everyone can write to the directory "${folder}"`,
        `check that what is in it is yours, then: ${filledOrReason('chmod o-w {folder}', { folder })}`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

/** The file that is replaced, as it is now. */
function inspectOld(disk: Disk, path: string, { replaces }: FileWrite): Pick<JournalStep, 'before' | 'owner'> {
  const status = attempt('look at', path, () => disk.lstat(path));
  if (status === undefined) return { before: null, owner: null };
  if (status.isSymbolicLink()) {
    throw new UserError(`"${path}" is a link, where a file is needed`, 'replace it with the file itself, or remove it');
  }
  if (!status.isFile()) throw new UserError(`"${path}" exists, and is not a regular file`, 'move it away');
  if (!replaces) throw new UserError(`"${path}" exists already`, 'existing files are changed only with --replace');
  const { uid, gid } = status;
  return { before: digest(attempt('read', path, () => disk.readFile(path))), owner: { uid, gid } };
}

/** A change of mode, with the path on this machine. */
export interface Change {
  readonly path: string;
  readonly mode: number;
  /** The current mode. */
  readonly before: number;
}

/** @throws UserError for the first mode that cannot be changed */
export function inspectModes(disk: Disk, root: DiskRoot, modes: readonly ModeChange[]): readonly Change[] {
  return modes.map(({ target, mode }) => {
    const path = locateBehindLinks(root, target);
    const status = attempt('look at', path, () => disk.lstat(path));
    if (!status?.isFile() && !status?.isDirectory()) {
      throw new UserError(`"${path}" is neither a file nor a directory`, 'check what is there');
    }
    const user = process.geteuid?.() ?? 0;
    if (user !== 0 && user !== status.uid) {
      throw new UserError(
        `cannot change the mode of "${path}": it belongs to user ${status.uid}`,
        'run it as root (sudo)',
      );
    }
    return { path, mode, before: status.mode & 0o7777 };
  });
}

/** Does not follow a link that was created meanwhile. */
export function changeMode(disk: Disk, { path }: Change, mode: number): void {
  attempt('change the mode of', path, () => {
    withOpen(disk, disk.open(path), (descriptor) => {
      const status = disk.fstat(descriptor);
      if (!status.isFile() && !status.isDirectory()) throw Object.assign(new Error(path), { code: 'EFTYPE' });
      disk.fchmod(descriptor, mode);
      disk.fsync(descriptor);
    });
  });
}
