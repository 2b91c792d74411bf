/** The writer as `pki-lint issue` uses it, in one call. */
import type { Batch } from '../../../../src/core/batch.ts';
import type { WriteResult } from '../../../../src/core/plan.ts';
import type { LintedBatch } from '../../../../src/issue/gate/linted-batch.ts';
import { machineDisk } from '../../../../src/issue/write/disk.ts';
import { storePath } from '../../../../src/issue/write/store.ts';
import { openWriter, type WriterOptions } from '../../../../src/issue/write/writer.ts';

/** Opens, writes and closes. The batches of these tests hold no PKI: they are written without the gate. */
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

/** Finishes or takes back what an earlier run has left half done, where there is anything of ours. */
export function recover(options: WriterOptions): readonly string[] {
  const { folder } = storePath(options.place);
  if ((options.disk ?? machineDisk).lstat(folder) === undefined) return [];
  const writer = openWriter(options);
  writer.close();
  return writer.recovered;
}
