/** Dumps of clusters' objects among the PATHs: a file, a folder, an archive, or standard input. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { UserError } from '../../core/errors.ts';
import type { Archive } from '../fs/archive-entries.ts';
import { maxDumpBytes } from '../fs/limits.ts';
import { type ClusterFiles, filesByCluster } from './clusters.ts';
import { isObjectText } from './outside.ts';
import { dumpReader, hasObjects } from './read.ts';

/** Returns the dump that a file is; none if it has no objects that are read. */
export function dumpsInFile(file: string, label: string): readonly ClusterObjects[] {
  const { size } = statSync(file);
  if (size > maxDumpBytes) throw new UserError(`too large for a dump of objects (${size} bytes)`);
  return dumpsInBytes(readFileSync(file), label);
}

/** The same for its bytes. */
export function dumpsInBytes(bytes: Buffer, label: string): readonly ClusterObjects[] {
  return dumpsIn(label, [label], () => bytes);
}

/** Returns the dumps in files of an archive, one for each cluster. */
export function dumpsInArchive(archive: Archive, names: readonly string[], label: string): readonly ClusterObjects[] {
  const places = new Map(names.map((name) => [`${label}!/${name}`, name]));
  return dumpsIn(label, [...places.keys()], (place) => Buffer.from(archive.get(places.get(place) ?? '')?.bytes ?? []));
}

/** The same for files of a folder. */
export function dumpsInFolder(folder: string, names: readonly string[], label: string): readonly ClusterObjects[] {
  const places = new Map(names.map((name) => [path.join(label, name), path.join(folder, name)]));
  return dumpsIn(label, [...places.keys()], (place) => readFileSync(places.get(place) ?? ''));
}

/** @param read returns the bytes of a file, which are not kept, because there may be many */
function dumpsIn(label: string, files: readonly string[], read: (file: string) => Buffer): readonly ClusterObjects[] {
  const isSome = files.some((file) => {
    const bytes = read(file);
    return isObjectText(bytes) && hasObjects(bytes);
  });
  if (!isSome) return [];
  const dumpOf = ({ files: own, place = label, mixed }: ClusterFiles) => {
    const reader = dumpReader(place);
    const [first = label] = own;
    if (mixed !== undefined) reader.reject(first, twoClusters(mixed));
    else for (const file of own) reader.add(file, read(file));
    return { objects: reader.finish(), identities: reader.identities };
  };
  const { objects, identities } = dumpOf({ files });
  const clusters = filesByCluster(files, identities);
  const [{ place, mixed } = {}] = clusters;
  return place === undefined && mixed === undefined ? [objects] : clusters.map((one) => dumpOf(one).objects);
}

const twoClusters = (name: string): string =>
  `${name} is in it with two identities, so it is of two clusters: write each of them to a file of its own`;
