/** Certificates that the program of a node makes at its next start: until then they are not missing. */
import type { NodeLayout } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';

type Place = { readonly layout: NodeLayout; readonly pki: readonly string[] };

/** Returns the files of a node, in which those are unseen that its program is about to make. */
export function withAwaited(files: ScannedNode['files'], { layout, pki }: Place): ScannedNode['files'] {
  const { regenerates } = layout;
  if (regenerates === undefined || files.get(regenerates)?.state !== 'file') return files;
  const detail = `made at the next start, because of ${regenerates}`;
  const isAwaited = (path: string) => pki.some((folder) => path.startsWith(`${folder}/`));
  return new Map(
    [...files].map(([path, file]) =>
      file.state === 'absent' && isAwaited(path) ? [path, { ...file, state: 'outside', detail }] : [path, file],
    ),
  );
}
