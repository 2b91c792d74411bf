/** Checks that kubeconfigs exist. */

import { sourceOf } from '../../model/roles/source.ts';
import { problem, skipUnseen } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';
import { rolePresent } from '../credentials/presence.ts';

export const kubeconfigPresenceChecks = {
  'kubeconfig/present': rolePresent('kubeconfig', 'outage'),
  'kubeconfig/present-admin': rolePresent('kubeconfig', 'degraded'),
  /** The CA and the client certificate that a kubeconfig names by path. */
  'kubeconfig/file': kubeconfigCheck(function* (role, pki) {
    const reference = role.kubeconfig.cluster?.certificateAuthority;
    const { source: own } = role.servingCa;
    const sources = [
      { source: reference && sourceOf(pki.node, reference), what: 'a CA that the client trusts', ofCa: true },
      { source: role.certificate, what: 'the certificate of its user', ofCa: false },
    ];
    for (const { source, what, ofCa } of sources) {
      if (source?.seen === 'unseen') yield skipUnseen(source);
      if (source?.seen !== 'absent') continue;
      const cluster = role.kubeconfig.cluster?.name ?? '';
      const data = { role: role.id, path: source.path, what, kubeconfig: role.path, cluster, authority: own.path };
      yield problem(source.at, data, ofCa && own.seen === 'present' ? { fix: 'ca' } : {});
    }
  }),
};
