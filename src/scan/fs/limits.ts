/** What is too much for one file or one node: hostile, or nothing that a component could read. */
import type { Content } from '../../core/artifact.ts';

/** PEM blocks of one file; trust bundles of whole operating systems have a tenth of it. */
const maxBlocks = 2000;

/** Of everything that is read of one node. */
const maxOfNode = { bytes: 256 * 1024 * 1024, yamlBytes: 4 * 1024 * 1024, blocks: 10_000, files: 50_000 } as const;

/** Names in one folder: some more than are walked, so that the walk says so itself. */
export const maxNames = 30_000;

/** How many PEM blocks these bytes hold, at most. */
function countBlocks(bytes: Uint8Array): number {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = data.indexOf('-----BEGIN '); at !== -1; at = data.indexOf('-----BEGIN ', at + 1)) count += 1;
  return count;
}

/** Why a file's PEM blocks are too many; undefined where they are not. */
export function tooManyBlocks(bytes: Uint8Array): string | undefined {
  const count = countBlocks(bytes);
  return count > maxBlocks ? `${count} PEM blocks` : undefined;
}

/** What was read of one node. */
export interface Budget {
  /** Why a file of that size must not be read; undefined: it may. */
  refuseSize(size: number): string | undefined;
  /** Why bytes that were read must not be parsed; undefined: they may. */
  refuseBytes(bytes: Uint8Array): string | undefined;
  /** Counts what was parsed. */
  spend(bytes: Uint8Array, content: Content): void;
}

/** Keeps a node that holds too much from taking hours. */
export function budgetOfNode(): Budget {
  const spent = { bytes: 0, yamlBytes: 0, blocks: 0, files: 0 };
  const over = (what: keyof typeof spent, more: number): boolean => spent[what] + more > maxOfNode[what];
  return {
    refuseSize: (size) =>
      over('bytes', size) || over('files', 1) ? `${size} bytes, over what is read of one node` : undefined,
    refuseBytes(bytes) {
      const blocks = countBlocks(bytes);
      if (blocks > maxBlocks) return `${blocks} PEM blocks`;
      if (over('blocks', blocks)) return `${blocks} PEM blocks, over what is read of one node`;
      return blocks === 0 && over('yamlBytes', 0) ? 'over what is read of one node' : undefined;
    },
    spend(bytes, { type }) {
      spent.files += 1;
      spent.bytes += bytes.length;
      if (type === 'pem') spent.blocks += countBlocks(bytes);
      if (type === 'kubeconfig' || type === 'manifest' || type === 'malformed') spent.yamlBytes += bytes.length;
    },
  };
}
