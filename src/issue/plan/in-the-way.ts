/** What keeps files from being written, whatever is to be in them. */
import { linkAmong, sharedWith } from '../../model/issuing.ts';
import type { Pki } from '../../model/pki.ts';
import { sourceAt } from '../../model/source.ts';
import type { Refusal } from '../types.ts';
import { refusal } from './draft.ts';

/** Why a role's files cannot be written: a link, or one file that two play, and what is right for one is wrong for the other. */
export function inTheWay(role: string, files: readonly string[], recommended: string, pki: Pki): Refusal | undefined {
  const odd = files.map((file) => sourceAt(pki.node, file)).find(({ seen }) => seen === 'irregular');
  if (odd) return refusal(role, `${odd.path} is no file that could be replaced: ${odd.reason}`, 'move it away');
  const link = linkAmong(files, pki);
  if (link) return refusal(role, `${link} is a link`, 'put the file itself there, or remove the link');
  const other = sharedWith(files, role, pki);
  if (other === undefined) return undefined;
  return refusal(
    role,
    `a file of ${role} is that of ${other} too`,
    `let an argument name a file of its own: ${recommended}`,
  );
}
