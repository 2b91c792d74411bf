/** When components read a replaced file again. This depends on their release. */
import type { ReloadRow } from '../../tables/layouts/remedies.ts';
import { roleOfId } from '../../tables/role-ids.ts';
import { isFrom } from '../facts/release.ts';
import type { Pki } from '../roles/pki.ts';

/**
 * Returns what to do on a node after the files of a role were replaced; undefined if the tables do not have the role. A
 * node with an unknown release may be of any: what every release needs is enough for it.
 *
 * @param role the id of its files; undefined for certificates that play no role
 * @param isKey whether only the private key was replaced, for which some roles have rows of their own
 */
export function reloadOf({ layout, kind, facts }: Pki, role: string | undefined, isKey = false): ReloadRow | undefined {
  const release = facts.kubernetesVersion?.value;
  const name = role === undefined ? undefined : roleOfId(role);
  return layout.remedies.reloads.findLast(
    (row) =>
      row.role === name &&
      (!row.worker || kind === 'worker') &&
      (!row.keyAlone || isKey) &&
      isReached(row.from, release),
  );
}

/** Whether a release has a change that was first released in `from`: one patch release for each minor that got it. */
export function isReached(from: ReloadRow['from'], release: string | undefined): boolean {
  if (from === undefined) return true;
  const first = release && from.findLast((one) => minorOf(one) <= minorOf(release));
  return !!first && isFrom(release, first);
}

const minorOf = (release: string): number => Number(release.split('.')[1]);
