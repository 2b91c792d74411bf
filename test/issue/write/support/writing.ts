/** The writer as `pki-lint issue` uses it, in one call. */
import type { WriteResult } from '../../../../src/core/plan.ts';
import { machineDisk } from '../../../../src/issue/write/disk.ts';
import { storePath } from '../../../../src/issue/write/store.ts';
import { type Batch, openWriter, type WriterOptions } from '../../../../src/issue/write/writer.ts';

/** Opens, writes and closes. */
export async function writeBatch({
  units,
  modes,
  ...options
}: Batch & WriterOptions): Promise<WriteResult & { readonly recovered: readonly string[] }> {
  const writer = openWriter(options);
  try {
    const { swept, ...result } = await writer.write({ units, modes });
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
