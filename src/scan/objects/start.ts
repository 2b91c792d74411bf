/** Whether an input may have objects of a cluster, as far as that can be seen without reading them. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Archive } from '../fs/archive-entries.ts';
import type { NestedNode } from '../fs/folders.ts';
import { objectFile } from '../fs/relevance.ts';

/** The bytes of one dump. */
export const maxDumpBytes = 512 * 1024 * 1024;

/** How a file of YAML or JSON with objects begins: neither PEM, nor an archive. */
const textStart = /^\uFEFF?\s*(?:#|---(?:\s|$)|\{|"?(?:apiVersion|kind|items|metadata)"?\s*:)/;

/** Whether bytes from the beginning of an input may be objects. */
export const isObjectText = (first: Uint8Array): boolean =>
  textStart.test(Buffer.from(first.subarray(0, 4096)).toString());

/** Whether an archive has a file outside of its nodes that may contain objects. */
export function mayHaveObjects(archive: Archive, nodes: readonly NestedNode[], pki: string): boolean {
  const roots = nodes.filter(({ base }) => base !== pki).map(({ folder }) => (folder === '' ? '' : `${folder}/`));
  return [...archive].some(
    ([name, { bytes }]) =>
      bytes !== undefined &&
      objectFile.test(name) &&
      !roots.some((root) => name.startsWith(root)) &&
      isObjectText(bytes),
  );
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
