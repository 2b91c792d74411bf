/** Checks that a component uses its own kubeconfig, and not that of an administrator. */

import { notApplicable, roleProblem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';
import { isAdministrator } from '../credentials/target.ts';

export const kubeconfigTargetChecks = {
  'kubeconfig/administrator': certificateCheck(function* (role, pki) {
    if (role.kind !== 'kubeconfig' || role.row.usedBy === 'kubectl')
      return yield notApplicable('not used by a component');
    if (!isAdministrator(role, pki)) return;
    const at = role.path === role.recommended ? role.at : (role.slot?.argument?.at ?? role.at);
    const data = { component: role.row.usedBy, user: role.leaf.subject.commonName, wanted: role.recommended };
    yield roleProblem(role, { ...data, name: role.row.cn }, { at });
  }),
};
