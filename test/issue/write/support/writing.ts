/** The writer as `pki-lint issue` uses it, in one call. */

import type { LintedBatch } from '../../../../src/issue/gate/linted-batch.ts';
import { machineDisk } from '../../../../src/issue/write/disk.ts';
import { locateStore } from '../../../../src/issue/write/store.ts';
import { openWriter, type WriterOptions } from '../../../../src/issue/write/writer.ts';
import type { Batch } from '../../../../src/results/issue/batch.ts';
import type { WriteResult } from '../../../../src/results/issue/plan.ts';

/** Opens, writes and closes. The batches of these tests contain no PKI, so they skip the dry run. */
export async function writeBatch({
  units,
  modes,
  ...options
}: Batch & WriterOptions): Promise<WriteResult & { readonly recovered: readonly string[] }> {
  const writer = openWriter(options);
  try {
    const { swept, ...result } = await writer.write({ units, modes } as Batch as LintedBatch);
    return { ...result, recovered: [...writer.recovered, ...swept] };
  } finally {
    writer.close();
  }
}

/** Completes or rolls back what an earlier run left unfinished, if there is a store. */
export function recover(options: WriterOptions): readonly string[] {
  const { path: folder } = locateStore(options.place);
  if ((options.disk ?? machineDisk).lstat(folder) === undefined) return [];
  const writer = openWriter(options);
  writer.close();
  return writer.recovered;
}
