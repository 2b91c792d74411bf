/** What does not start without a file, and whether the flag that names it is at fault. */

import type { NodeFile } from '../../artifact/file.ts';
import { inFolder } from '../../artifact/paths.ts';
import { groupBy } from '../../core/collections.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { slotFlag } from '../../model/roles/slots.ts';
import type { Use } from '../../model/roles/uses.ts';
import type { Consequence } from './check.ts';

/** What does not work without a file, for its users: each effect once, with the flags that name the file. */
export function withoutFile(uses: readonly Use[]): readonly Consequence[] {
  return [...groupBy(uses, effectWithout)].flatMap(([effect, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const flags = same.flatMap(({ slot }) => (slot === undefined || slot.row.lazy ? [] : slotFlag(slot)));
    const named = flags.length === 0 ? '' : ` (${flags.join(', ')})`;
    return [{ path: first.at.path, subject: first.user, message: `${effect}${named}`, namesSubject: true }];
  });
}

/**
 * What does not work for a user of a file without it. Components load all files before they start; etcd also accepts a
 * trust file without certificates.
 */
export function effectWithout({ user, slot }: Use): string {
  if (slot === undefined || slot.row.lazy) return `${user} cannot use it`;
  const { component, holds } = slot.row;
  return `${component} ${holds === 'etcd-pool' ? 'trusts no client, or does not start' : 'does not start'}`;
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
