/** Checks of certificates that Go accepts and OpenSSL refuses. */

import { notApplicable, roleProblem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { servesOthers } from '../credentials/openssl.ts';

export const certOpensslChecks = {
  'cert/any-usage': certificateCheck(function* (role) {
    if (!servesOthers(role)) return yield notApplicable('only Go programs verify it');
    const usages = role.leaf.extendedKeyUsage ?? [];
    if (!usages.includes('anyExtendedKeyUsage') || usages.includes('serverAuth')) return;
    yield roleProblem(role, { found: usages.join(', ') });
  }),
};
