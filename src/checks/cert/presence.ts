/** Checks that certificates and their keys exist. */

import { inFolder } from '../../artifact/paths.ts';
import { problem, roleProblem, skipUnseen } from '../base/check.ts';
import { anyCertificateCheck } from '../base/guards.ts';
import { namesElsewhere, rolePresent } from '../credentials/presence.ts';

export const certPresenceChecks = {
  'cert/present': rolePresent('certificate', 'outage'),
  'cert/present-minor': rolePresent('certificate', 'degraded'),
  /** The private key of a certificate, at its path or named by a kubeconfig. */
  'cert/key': anyCertificateCheck(function* (role, pki) {
    const { key } = role;
    if (role.kind === 'other') {
      // An argument with a missing file, or with a kubeconfig that names one, is reported by itself.
      const isReported = pki.slots.some(({ row, argument }) => row.role === null && argument?.at === role.namedAt);
      const isMissing = key?.seen === 'absent' && !isReported && role.kubelet === undefined;
      return yield* isMissing ? [roleProblem(role, { path: key.path }, { at: role.namedAt })] : [];
    }
    if (key === undefined) return yield roleProblem(role, {}, { at: role.kubeconfig?.user?.at ?? { path: role.path } });
    if (key.seen === 'unseen') return yield skipUnseen(key);
    const named = role.kind === 'kubeconfig' ? undefined : role.keySlot;
    const recommended = role.kind === 'certificate' ? inFolder(pki.node.pki, role.row.key) : key.path;
    const { path } = key;
    if (key.seen === 'absent' && !namesElsewhere(named, recommended)) yield problem({ path }, { role: role.id, path });
  }),
};
