/** What does not start without a file, and whether the flag that names it is at fault. */

import type { NodeFile } from '../../artifact/file.ts';
import { inFolder } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Use } from '../../model/roles/uses.ts';
import type { Consequence } from './check.ts';

/** Components load all files before they start; etcd also accepts a trust file without certificates. */
export function withoutIt({ user, slot }: Use): Pick<Consequence, 'message' | 'namesSubject'> {
  if (slot === undefined || slot.row.lazy) return { message: `${user} cannot use it`, namesSubject: true };
  const { component, holds } = slot.row;
  const effect = holds === 'etcd-pool' ? 'trusts no client, or does not start' : 'does not start';
  return { message: `${component} ${effect}`, namesSubject: component === user };
}

/** The components that do not start without a file that can be loaded. */
export function stoppedOf(uses: readonly Use[]): readonly string[] {
  const eager = uses.flatMap(({ slot }) => (slot?.row.lazy || slot?.row.holds === 'etcd-pool' ? [] : (slot ?? [])));
  return [...new Set(eager.map(({ row }) => row.component))];
}

/** Whether a file is intact and only one flag names it, instead of the recommended one. Then the flag is at fault. */
export function isMisnamed(file: NodeFile, uses: readonly Use[], pki: Pki): boolean {
  const [use, ...others] = uses;
  const row = use?.slot?.row;
  if (others.length > 0 || row === undefined) return false;
  if (row.path !== null && inFolder(pki.node.pki, row.path) === file.path) return false;
  const pem = file.content?.type === 'pem' ? file.content.pem : undefined;
  return pem !== undefined && pem.oddity === undefined && pem.blocks.every((block) => block.type !== 'malformed');
}
