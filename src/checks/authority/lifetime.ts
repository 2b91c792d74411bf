/** Checks of how long a CA is valid, if a policy limits that. */

import { limitOf } from '../../model/facts/limits.ts';
import { authorityProblem } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { excess, lifetimeOf, unlimited } from '../credentials/lifetime.ts';

export const authorityLifetimeChecks = {
  /** A CA that signs: an old one that is only trusted any more does no harm by its length. */
  'authority/lifetime': authorityCheck(function* (authority, { judging }) {
    const max = limitOf(judging, 'authority/lifetime', 'max');
    if (max === undefined) return yield unlimited;
    const [certificate] = authority.loaded.value;
    const data = excess(certificate, lifetimeOf(certificate, undefined, judging), max);
    if (data !== undefined) yield authorityProblem(authority, data, { certificate });
  }),
};
