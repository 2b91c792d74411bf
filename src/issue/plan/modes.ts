/** Modes that lint calls wrong, put right with `--fix-modes`. */
import type { Pki } from '../../model/pki.ts';
import type { Action } from '../types.ts';
import { actionFor, on } from './draft.ts';

const secret = /\.(?:key|conf|pem)$/;
const forOthers = 0o077;
const writableByOthers = 0o022;

/** A file that holds a secret is for its owner alone; what is trusted is written by its owner alone. */
export function planModes(pki: Pki): readonly Action[] {
  const actions: Action[] = [];
  for (const [path, file] of [...pki.node.files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    // A link is mended where it leads.
    const isLink = file.realPath !== path && pki.node.files.has(file.realPath ?? '');
    if (file.state !== 'file' || file.mode === undefined || isLink) continue;
    const hasKey = file.content?.type === 'pem' && file.content.pem.blocks.some(({ type }) => type === 'private-key');
    if (!hasKey && !pki.uses.has(path)) continue;
    const holdsKey = hasKey || secret.test(path);
    const wanted = file.mode & ~(holdsKey ? forOthers : writableByOthers);
    if (wanted === file.mode) continue;
    const why = [
      `mode ${octal(file.mode)} lets others ${holdsKey ? 'read or write a secret' : 'write what is trusted'}`,
    ];
    actions.push(actionFor({ kind: 'chmod', role: path, why, target: on(path), mode: wanted }));
  }
  return actions;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
