/** Which files of a PATH are of one cluster: people collect the dumps of several clusters in one folder. */
import { groupBy } from '../../core/collections.ts';

/** An object in a file, as an API server knows it. */
export interface ObjectIdentity {
  readonly file: string;
  /** `Secret shop/policy-tls` */
  readonly name: string;
  /** `metadata.uid`, which no other object ever has. */
  readonly uid: string;
}

/** Files of one cluster. */
export interface ClusterFiles {
  readonly files: readonly string[];
  /** The file or the folder that they are; undefined if there is no other cluster. */
  readonly place?: string;
  /** The name of an object that a file has of two clusters. */
  readonly mixed?: string;
}

/**
 * Sorts files by clusters. Two objects of one name with different identities are of two clusters, or one was made
 * again: parts that also have an object in common are of one cluster. The parts are the files and folders in the folder
 * in which the differing objects are.
 */
export function filesByCluster(
  files: readonly string[],
  identities: readonly ObjectIdentity[],
): readonly ClusterFiles[] {
  const differing = differingIn(identities);
  const [first] = differing;
  if (first === undefined) return [{ files }];
  if (files.length === 1) return [hasRepeated(identities) ? { files } : { files, mixed: first.name }];
  const folder = commonFolder(differing.map(({ file }) => file));
  const isDeep = files.some((file) => !file.startsWith(folder));
  // A program may have made one object again while a large dump was written.
  if (isDeep && differing.every(({ name }) => name === first.name)) return [{ files }];
  const partOf = joinedParts(identities, (file) => partBelow(folder, file));
  const parts = [...groupBy(files, partOf)];
  if (parts.length === 1) return [{ files }];
  const identitiesIn = groupBy(identities, ({ file }) => partOf(file));
  return parts.flatMap(([place, own]) =>
    filesByCluster(own, identitiesIn.get(place) ?? []).map((one) => ({ place, ...one })),
  );
}

/** The objects of a name that has several identities. */
function differingIn(identities: readonly ObjectIdentity[]): readonly ObjectIdentity[] {
  const first = new Map<string, string>();
  const names = new Set<string>();
  for (const { name, uid } of identities) {
    if ((first.get(name) ?? uid) !== uid) names.add(name);
    first.set(name, uid);
  }
  return names.size === 0 ? [] : identities.filter(({ name }) => names.has(name));
}

/** Whether an object is there twice: then the others may be of two dumps of one cluster. */
const hasRepeated = (identities: readonly ObjectIdentity[]): boolean =>
  new Set(identities.map(({ uid }) => uid)).size < identities.length;

/** Returns the folder that all files are in, with a slash at its end; '' for none. */
function commonFolder(files: readonly string[]): string {
  const [first = '', ...others] = files;
  let folder = first.slice(0, first.lastIndexOf('/') + 1);
  while (others.some((file) => !file.startsWith(folder))) {
    const above = folder.slice(0, -1);
    folder = above.slice(0, above.lastIndexOf('/') + 1);
  }
  return folder;
}

/** Returns the file or the folder in a folder that a file is, or is in; '' if it is elsewhere. */
function partBelow(folder: string, file: string): string {
  if (!file.startsWith(folder)) return '';
  const end = file.indexOf('/', folder.length);
  return end === -1 ? file : file.slice(0, end);
}

/** Returns a function that names the part of a file; parts that have an object in common are named after the first. */
function joinedParts(
  identities: readonly ObjectIdentity[],
  partOf: (file: string) => string,
): (file: string) => string {
  const joined = new Map<string, string>();
  const nameOf = (part: string): string => {
    let name = part;
    for (let next = joined.get(name); next !== undefined; next = joined.get(name)) name = next;
    return name;
  };
  const byUid = new Map<string, string>();
  for (const { file, uid } of identities) {
    const part = nameOf(partOf(file));
    const other = nameOf(byUid.get(uid) ?? part);
    if (part !== other) joined.set(part, other);
    byUid.set(uid, other);
  }
  return (file) => nameOf(partOf(file));
}
