/** Certificates whose own date misleads, because what they chain up to ends earlier. */

import { count, handful } from '../core/text.ts';
import { dateOf } from '../core/time.ts';
import { check, notApplicable, problem } from './check.ts';
import { certificatesOf } from './judged.ts';
import { isEnding } from './validity.ts';

/** Told once for all that an authority signed: kubeadm gives leaves a year, however little its CA has left. */
export const authorityOutlived = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  const outliving = pki.roles.flatMap((role) => {
    const [leaf, ...above] = role.parent === authority && role.applies.answer === 'yes' ? (role.verified ?? []) : [];
    const first = above.toSorted((one, other) => one.notAfter - other.notAfter)[0];
    return leaf && first && role.inUse && leaf.notAfter > first.notAfter ? [{ role, leaf, first }] : [];
  });
  if (outliving.length === 0) return;
  if (outliving.some(({ first }) => isEnding(first, pki.judging))) {
    return yield notApplicable('another rule says that it ends soon');
  }
  const related = outliving.map(({ role, leaf, first }) => ({
    path: role.path,
    subject: role.id,
    message: `ends on ${dateOf(first.notAfter)}, not on ${dateOf(leaf.notAfter)}`,
  }));
  const ids = outliving.map(({ role }) => role.id);
  const end = dateOf(Math.min(...outliving.map(({ first }) => first.notAfter)));
  const data = { role: authority.id, roles: handful(ids, 3), end, count: count(ids.length, 'certificate') };
  yield problem({ path: authority.source.path }, data, { related });
});
