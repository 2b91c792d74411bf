/** Checks that a recommended path has the certificate of its role. */

import { notApplicable, roleProblem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { otherRole } from '../credentials/target.ts';

export const certTargetChecks = {
  /** A file at its recommended path that is the certificate, or the credential, of a different role. */
  'cert/target': certificateCheck(function* (role, pki) {
    if (role.path !== role.recommended) return yield notApplicable('reported by argument/target');
    const found = otherRole(role, pki);
    const kind = role.kind === 'kubeconfig' ? 'credential' : 'certificate';
    if (found !== undefined) yield roleProblem(role, { found, kind });
  }),
};
