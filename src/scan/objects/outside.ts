/** Files next to the nodes of a PATH that may contain objects of a cluster, by their names and how they begin. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Archive } from '../fs/archive-entries.ts';
import type { NestedNode } from '../fs/folders.ts';
import { foldersAbove } from '../fs/names.ts';
import { objectFile } from '../fs/relevance.ts';
import { fromSystem } from '../fs/roots.ts';

/** A folder of certificates can be any; the others have a sign of a node. */
interface FoundNodes<Node extends NestedNode> {
  readonly nodes: readonly Node[];
  /** The path of the usual folder of certificates. */
  readonly pki: string;
}

/** What is outside of the nodes of a PATH. */
export interface Outside<Node extends NestedNode> {
  /** Names of files, in order; none if none of them begins as objects do. */
  readonly texts: readonly string[];
  /** The nodes that have a certificate, a key or a kubeconfig; all if there are no such files. */
  readonly nodes: readonly Node[];
}

/** The files and folders below a PATH that are looked at: a must-gather of a large cluster has tens of thousands. */
const maxEntries = 200_000;

const certificateName = /\.(?:crt|cert|cer|pem|key|pub|conf|kubeconfig)$/i;

/** How a file of YAML or JSON with objects begins: neither PEM, nor an archive. */
const textStart = /^\uFEFF?\s*(?:#|---(?:\s|$)|[{[]|(?:-[ \t]+)?"?(?:apiVersion|kind|items|metadata)"?\s*:)/;

/** Whether bytes from the beginning of an input may be objects. */
export const isObjectText = (first: Uint8Array): boolean =>
  textStart.test(Buffer.from(first.subarray(0, 4096)).toString());

/** Returns what an archive has outside of its nodes. */
export function outsideInArchive<Node extends NestedNode>(archive: Archive, found: FoundNodes<Node>): Outside<Node> {
  const search = searchOf(found);
  for (const [name, { bytes }] of archive) if (bytes !== undefined) search.add(name);
  return search.result((name) => archive.get(name)?.bytes ?? new Uint8Array());
}

/**
 * Returns what a folder of this machine has outside of its nodes; nothing if it has too many files, or if a folder
 * cannot be read. Links are not followed.
 */
export function outsideInFolder<Node extends NestedNode>(folder: string, found: FoundNodes<Node>): Outside<Node> {
  const search = searchOf(found);
  const folders = [''];
  let count = 0;
  try {
    for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
      if (search.isOfNode(`${below}/`)) continue;
      for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
        const name = path.join(below, entry.name);
        count += 1;
        if (count > maxEntries) return { texts: [], nodes: found.nodes };
        if (entry.isDirectory()) folders.push(name);
        else if (entry.isFile()) search.add(name);
      }
    }
    return search.result((name) => beginningOf(path.join(folder, name)));
  } catch (error) {
    // What a node has there is reported when the folder is linted as one.
    if (fromSystem(error) === undefined) throw error;
    return { texts: [], nodes: found.nodes };
  }
}

/** Sorts names into those of nodes and others. A folder is a node as soon as a certificate is found in it. */
function searchOf<Node extends NestedNode>({ nodes, pki }: FoundNodes<Node>) {
  const all = new Set(nodes.map(({ folder }) => folder));
  const sure = new Set(nodes.flatMap(({ folder, base }) => (base === pki ? [] : folder)));
  const texts: string[] = [];
  const isOfNode = (name: string) => foldersAbove(name).some((folder) => sure.has(folder));
  return {
    isOfNode,
    add(name: string): void {
      if (objectFile.test(name)) texts.push(name);
      if (certificateName.test(name)) for (const folder of foldersAbove(name)) if (all.has(folder)) sure.add(folder);
    },
    result(first: (name: string) => Uint8Array): Outside<Node> {
      const outside = texts.filter((name) => !isOfNode(name)).sort();
      return outside.some((name) => isObjectText(first(name)))
        ? { texts: outside, nodes: nodes.filter(({ folder }) => sure.has(folder)) }
        : { texts: [], nodes };
    },
  };
}

/** Returns the first bytes of a file. */
export function beginningOf(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
