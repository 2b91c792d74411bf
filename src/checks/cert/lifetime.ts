/** Checks of how long certificates are valid, if a policy limits that. */

import { limitOf } from '../../model/facts/limits.ts';
import { notApplicable, roleProblem } from '../base/check.ts';
import { anyCertificateCheck } from '../base/guards.ts';
import { excess, lifetimeOf, unlimited } from '../credentials/lifetime.ts';

export const certLifetimeChecks = {
  'cert/lifetime': anyCertificateCheck(function* (one, { judging }) {
    const max = limitOf(judging, 'cert/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    if (!one.inUse) return yield notApplicable('not in use');
    const issuer = one.kind === 'other' ? undefined : one.verified?.[1];
    const data = excess(one.leaf, lifetimeOf(one.leaf, issuer, judging), max);
    if (data !== undefined) yield roleProblem(one, data);
  }),
};
