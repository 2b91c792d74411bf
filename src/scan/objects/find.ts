/** Dumps of a cluster's objects among the PATHs: a file, a folder, an archive, or standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { UserError } from '../../core/errors.ts';
import type { Archive } from '../fs/archive-entries.ts';
import type { NestedNode } from '../fs/folders.ts';
import { objectFile } from '../fs/relevance.ts';
import { fromSystem } from '../fs/roots.ts';
import { dumpReader, hasObjects } from './read.ts';
import { beginningOf, isObjectText, maxDumpBytes } from './start.ts';

/** The files in a folder that are looked at. */
const maxDumpFiles = 20_000;

const certificateName = /\.(?:crt|cert|cer|pem|key|pub|conf|kubeconfig)$/i;

/** Returns the dump that a file is; undefined if it has no objects that are read. */
export function dumpOfFile(file: string, label: string): ClusterObjects | undefined {
  const { size } = statSync(file);
  if (size > maxDumpBytes) throw new UserError(`too large for a dump of objects (${size} bytes)`);
  return dumpOfBytes(readFileSync(file), label);
}

/** The same for its bytes. */
export function dumpOfBytes(bytes: Buffer, label: string): ClusterObjects | undefined {
  return hasObjects(bytes) ? dumpOf(label, [[label, bytes]]) : undefined;
}

function dumpOf(label: string, files: Iterable<readonly [name: string, bytes: Buffer]>): ClusterObjects {
  const reader = dumpReader(label);
  for (const [name, bytes] of files) reader.add(name, bytes);
  return reader.finish();
}

/** A folder of certificates can be any; the others have a sign of a node. */
interface FoundNodes<Node extends NestedNode> {
  readonly nodes: readonly Node[];
  /** The path of the usual folder of certificates. */
  readonly pki: string;
}

/**
 * Returns the dump that an archive has outside of its nodes, and those of its nodes that have a certificate, a key or a
 * kubeconfig.
 */
export function dumpInArchive<Node extends NestedNode>(
  archive: Archive,
  { nodes, pki }: FoundNodes<Node>,
  label: string,
): { readonly dump: ClusterObjects | undefined; readonly nodes: readonly Node[] } {
  const names = [...archive].filter(([, { bytes }]) => bytes !== undefined).map(([name]) => name);
  const isIn = (name: string, { folder }: NestedNode) => folder === '' || name.startsWith(`${folder}/`);
  const isNode = (node: Node) =>
    node.base !== pki || names.some((name) => isIn(name, node) && certificateName.test(name));
  const texts = names.filter((name) => objectFile.test(name));
  const outside = texts.filter((name) => !nodes.some((node) => isNode(node) && isIn(name, node)));
  const files = outside.flatMap((name) => {
    const bytes = Buffer.from(archive.get(name)?.bytes ?? []);
    return [[`${label}!/${name}`, bytes] as const];
  });
  if (!files.some(([, bytes]) => isObjectText(bytes) && hasObjects(bytes))) return { dump: undefined, nodes };
  return { dump: dumpOf(label, files), nodes: nodes.filter(isNode) };
}

/** Returns the dump that a folder is, if it contains objects and neither certificates, keys nor kubeconfigs. */
export function dumpInFolder(folder: string, label: string): ClusterObjects | undefined {
  const names = textsBelow(folder);
  const read = (name: string) => readFileSync(path.join(folder, name));
  const isSome = names.some((name) => isObjectText(beginningOf(path.join(folder, name))) && hasObjects(read(name)));
  const files = function* () {
    for (const name of names) yield [path.join(label, name), read(name)] as const;
  };
  return isSome ? dumpOf(label, files()) : undefined;
}

/**
 * Returns the files below a folder that may contain objects, in order; none if a file belongs to a node, if they are
 * too many, or if a folder cannot be read. Links are not followed.
 */
function textsBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const folders = [''];
  let count = 0;
  try {
    for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
      for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
        const name = path.join(below, entry.name);
        count += 1;
        if (count > maxDumpFiles || (entry.isFile() && certificateName.test(name))) return [];
        if (entry.isDirectory()) folders.push(name);
        else if (entry.isFile() && objectFile.test(name)) found.push(name);
      }
    }
  } catch (error) {
    // What a node has there is reported when the folder is linted as one.
    if (fromSystem(error) === undefined) throw error;
    return [];
  }
  return found.sort();
}
