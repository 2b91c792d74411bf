/** Dumps of a cluster's objects among the PATHs: a file, a folder, an archive, or standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import { UserError } from '../../core/errors.ts';
import type { Archive } from '../fs/archive-entries.ts';
import type { NestedNode } from '../fs/folders.ts';
import { dumpReader, hasObjects } from './read.ts';
import { beginningOf, isObjectText, textName } from './start.ts';

/** The bytes of one dump. */
const maxDumpBytes = 512 * 1024 * 1024;

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
  const texts = names.filter((name) => textName.test(name));
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
  const names = filesBelow(folder);
  if (names === undefined || names.some((name) => certificateName.test(name))) return undefined;
  const texts = names.filter((name) => textName.test(name));
  const files = function* () {
    for (const name of texts) yield [path.join(label, name), readFileSync(path.join(folder, name))] as const;
  };
  const isSome = texts.some((name) => {
    const file = path.join(folder, name);
    return isObjectText(beginningOf(file)) && hasObjects(readFileSync(file));
  });
  return isSome ? dumpOf(label, files()) : undefined;
}

/** The regular files below a folder, in order; undefined if they are too many. Links are not followed. */
function filesBelow(folder: string): readonly string[] | undefined {
  const found: string[] = [];
  const folders = [''];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
      const name = path.join(below, entry.name);
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) found.push(name);
      if (found.length + folders.length > maxDumpFiles) return undefined;
    }
  }
  return found.sort();
}
