/** What a rule about a missing file says, and the flags that name it. */

import type { NodeFile } from '../../artifact/file.ts';
import type { Role } from '../../model/roles/role.ts';
import type { Slot } from '../../model/roles/slots.ts';
import type { Without } from '../../tables/tables.ts';
import { bootstrapOf } from '../base/absent-settings.ts';
import { check, notApplicable, roleProblem, skipUnseen } from '../base/check.ts';
import { applies } from '../base/guards.ts';

/** Whether a flag names a path other than the recommended one. Then the flag is at fault, not the file. */
export function namesElsewhere(slot: Slot | undefined, recommended: string): boolean {
  return slot?.path !== undefined && slot.path !== recommended;
}

/** Files of roles, with a rule for each kind and for each effect of their absence. */
export function rolePresent(kind: Role['kind'], without: Without) {
  return check('role', function* (role, pki) {
    if (role.kind !== kind) return yield notApplicable(`no ${kind}`);
    if (!(yield* applies(role, 'presence'))) return;
    if ((role.row.without ?? 'outage') !== without) return yield notApplicable('reported by a different rule');
    const { seen, path, file } = role;
    if (seen === 'unseen') return yield skipUnseen(role);
    if (seen !== 'absent' || namesElsewhere(role.slot, role.recommended)) return;
    const detail = file?.state === 'broken-link' ? ` (${linkTo(file)})` : '';
    const bootstrap = bootstrapOf(role, pki);
    const data = { detail, reader: role.row.usedBy ?? '', hint: '', ...bootstrap?.data };
    yield roleProblem(role, data, { at: { path }, ...bootstrap?.more });
  });
}

/** Where a link that leads nowhere points. */
export const linkTo = ({ detail = 'nothing' }: NodeFile) => `a symbolic link to ${detail}`;
