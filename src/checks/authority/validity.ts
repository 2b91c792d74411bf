/** Checks of the validity of CAs at the time of judging, and of how much is left of it. */

import { count, handful } from '../../core/text.ts';
import { dateOf } from '../../core/time.ts';
import { authorityProblem, notApplicable } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import {
  type DateCheck,
  datedAuthority,
  endsSoon,
  expired,
  isExpiringSoon,
  notYetValid,
} from '../credentials/validity.ts';

const ofAuthority = (dateCheck: DateCheck) =>
  authorityCheck(function* (authority, pki) {
    for (const dated of datedAuthority(authority, pki)) yield* dateCheck(dated, pki.judging);
  });

export const authorityValidityChecks = {
  'authority/expired': ofAuthority(expired),
  'authority/not-yet-valid': ofAuthority(notYetValid),
  'authority/ends-soon': ofAuthority(endsSoon('authority/ends-soon')),
  /** Reported once for all leaves of a CA: kubeadm issues them for a year even if the CA expires sooner. */
  'authority/outlived': authorityCheck(function* (authority, pki) {
    const outliving = pki.roles.flatMap((role) => {
      const [leaf, ...above] = role.parent === authority && role.applies.answer === 'yes' ? (role.verified ?? []) : [];
      const first = above.toSorted((one, other) => one.notAfter - other.notAfter)[0];
      return leaf && first && role.inUse && leaf.notAfter > first.notAfter
        ? [{ role, leaf, first, isAnchor: first === above.at(-1) }]
        : [];
    });
    if (outliving.length === 0) return;
    const isReported = ({ first, isAnchor }: (typeof outliving)[number]) =>
      isExpiringSoon(first, pki.judging, isAnchor ? 'authority/ends-soon' : 'cert/ends-soon');
    if (outliving.some(isReported)) {
      return yield notApplicable('reported by authority/ends-soon or cert/ends-soon');
    }
    const related = outliving.map(({ role, leaf, first }) => ({
      path: role.path,
      subject: role.id,
      message: `effectively expires on ${dateOf(first.notAfter)}, not on ${dateOf(leaf.notAfter)}`,
    }));
    const ids = outliving.map(({ role }) => role.id);
    const end = dateOf(Math.min(...outliving.map(({ first }) => first.notAfter)));
    const data = { roles: handful(ids, 3), end, count: count(ids.length, 'certificate') };
    yield authorityProblem(authority, data, { related, parts: ids });
  }),
};
