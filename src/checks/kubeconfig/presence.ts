/** Checks that kubeconfigs exist. */

import { folderOf, hostPath } from '../../artifact/paths.ts';
import type { Placed } from '../../artifact/place.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { seenAt, sourceOf } from '../../model/roles/source.ts';
import { problem, skipUnseen } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';
import { rolePresent } from '../credentials/presence.ts';

/** The file of a token that is not there. In a copy, its folder shows whether it was copied. */
function absentToken({ kubeconfig, slot }: KubeconfigRole, { node }: Pki): Placed<string> | undefined {
  const token = kubeconfig?.user?.tokenFile;
  const path = token && (slot ? hostPath(slot.component, token.value) : token.value);
  if (token === undefined || path === undefined || !path.startsWith('/') || seenAt(node, path) !== 'absent')
    return undefined;
  const isSeen = node.rootfs === '/' || node.files.get(folderOf(path))?.state === 'directory';
  return isSeen ? { ...token, value: path } : undefined;
}

export const kubeconfigPresenceChecks = {
  'kubeconfig/present': rolePresent('kubeconfig', 'outage'),
  'kubeconfig/present-admin': rolePresent('kubeconfig', 'degraded'),
  /** The CA, the client certificate and the token that a kubeconfig names by path. */
  'kubeconfig/file': kubeconfigCheck(function* (role, pki) {
    const reference = role.kubeconfig.cluster?.certificateAuthority;
    const { source: own } = role.servingCa;
    const sources = [
      { source: reference && sourceOf(pki.node, reference), what: 'a CA that the client trusts', ofCa: true },
      { source: role.certificate, what: 'the certificate of its user', ofCa: false },
    ];
    const token = absentToken(role, pki);
    if (token !== undefined)
      yield problem(token.at, { role: role.id, path: token.value, what: 'the token of its user' });
    for (const { source, what, ofCa } of sources) {
      if (source?.seen === 'unseen') yield skipUnseen(source);
      if (source?.seen !== 'absent') continue;
      const cluster = role.kubeconfig.cluster?.name ?? '';
      const data = { role: role.id, path: source.path, what, kubeconfig: role.path, cluster, authority: own.path };
      yield problem(source.at, data, ofCa && own.seen === 'present' ? { fix: 'ca' } : {});
    }
  }),
};
