/** Dumps of a cluster's objects among the PATHs: a file, a folder, an archive, or standard input. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { UserError } from '../../core/errors.ts';
import type { Archive } from '../fs/archive-entries.ts';
import { maxDumpBytes } from '../fs/limits.ts';
import { isObjectText } from './outside.ts';
import { dumpReader, hasObjects } from './read.ts';

/** Returns the dump that a file is; undefined if it has no objects that are read. */
export function dumpOfFile(file: string, label: string): ClusterObjects | undefined {
  const { size } = statSync(file);
  if (size > maxDumpBytes) throw new UserError(`too large for a dump of objects (${size} bytes)`);
  return dumpOfBytes(readFileSync(file), label);
}

/** The same for its bytes. */
export function dumpOfBytes(bytes: Buffer, label: string): ClusterObjects | undefined {
  return dumpOf(label, [label], () => bytes);
}

/** The same for files of an archive. */
export function dumpInArchive(archive: Archive, names: readonly string[], label: string): ClusterObjects | undefined {
  const places = new Map(names.map((name) => [`${label}!/${name}`, name]));
  return dumpOf(label, [...places.keys()], (place) => Buffer.from(archive.get(places.get(place) ?? '')?.bytes ?? []));
}

/** The same for files of a folder. */
export function dumpInFolder(folder: string, names: readonly string[], label: string): ClusterObjects | undefined {
  const places = new Map(names.map((name) => [path.join(label, name), path.join(folder, name)]));
  return dumpOf(label, [...places.keys()], (place) => readFileSync(places.get(place) ?? ''));
}

/** @param read returns the bytes of a file, which are not kept, because there may be many */
function dumpOf(label: string, files: readonly string[], read: (file: string) => Buffer): ClusterObjects | undefined {
  const isSome = files.some((file) => {
    const bytes = read(file);
    return isObjectText(bytes) && hasObjects(bytes);
  });
  if (!isSome) return undefined;
  const reader = dumpReader(label);
  for (const file of files) reader.add(file, read(file));
  return reader.finish();
}
