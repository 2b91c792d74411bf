/** Limits for one file and for one node. Input beyond them is hostile, or no component could read it. */
/** PEM blocks in one file. The trust bundles of operating systems have a tenth of that. */
const maxBlocks = 2000;

const mebibyte = 1024 * 1024;

/**
 * The limits for one node. A report repeats the names of certificates, so their bytes are bounded too; 8 MiB are 5,000
 * certificates.
 */
const maxOfNode = {
  bytes: 256 * mebibyte,
  yamlBytes: 4 * mebibyte,
  pemBytes: 8 * mebibyte,
  blocks: 10_000,
  files: 50_000,
} as const;

/** Names in one folder. This is more than `walk` visits, so that `walk` reports the excess. */
export const maxNames = 30_000;

/** Returns how often bytes have a text. Above `most` it does not matter how often. */
export function countOf(bytes: Uint8Array, text: string, most: number): number {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = data.indexOf(text); at !== -1 && count <= most; at = data.indexOf(text, at + 1)) count += 1;
  return count;
}

/** Returns an upper bound for the number of PEM blocks. */
const countBlocks = (bytes: Uint8Array): number => countOf(bytes, '-----BEGIN ', maxOfNode.blocks);

/** Returns a message if a file has too many PEM blocks. */
export function tooManyBlocks(bytes: Uint8Array, count = countBlocks(bytes)): string | undefined {
  if (count <= maxBlocks) return undefined;
  return count > maxOfNode.blocks ? `more than ${maxOfNode.blocks} PEM blocks` : `${count} PEM blocks`;
}

/** What a file is parsed as. */
export type Parsed = 'yaml' | 'pem' | 'nothing';

/** Counts what is read of one node, so that huge input does not take hours. */
export function budgetOfNode() {
  const spent = { bytes: 0, yamlBytes: 0, pemBytes: 0, blocks: 0, files: 0 };
  const over = (what: keyof typeof spent, more: number): boolean => spent[what] + more > maxOfNode[what];
  return {
    /** Returns a message if a file of that size must not be read. */
    refuseSize: (size: number): string | undefined =>
      over('bytes', size) || over('files', 1) ? `${size} bytes, more than pki-lint reads of one node` : undefined,
    /** Counts a file that was read, whether it is parsed or not. */
    spendRead(bytes: Uint8Array): void {
      spent.files += 1;
      spent.bytes += bytes.length;
    },
    /** Returns a message if bytes must not be parsed. Otherwise it counts them. */
    refuseParsing(bytes: Uint8Array, as: Parsed): string | undefined {
      if (as === 'nothing') return undefined;
      const blocks = countBlocks(bytes);
      const tooMany = tooManyBlocks(bytes, blocks);
      if (tooMany !== undefined) return tooMany;
      if (over('blocks', blocks)) return `${blocks} PEM blocks, more than pki-lint reads of one node`;
      const kind = as === 'yaml' ? 'yamlBytes' : 'pemBytes';
      if (over(kind, 0)) return 'more than pki-lint reads of one node';
      spent[kind] += bytes.length;
      if (as === 'pem') spent.blocks += blocks;
      return undefined;
    },
  };
}

/** The bytes of one dump of objects. */
export const maxDumpBytes = 512 * 1024 * 1024;
