/** Checks that a kubeconfig connects to an address of an API server, also that of a kubelet which is to join. */
import { otherApiServer } from '../../model/dialling/api-servers.ts';
import { diallingAround } from '../../model/dialling/index.ts';
import { kubeconfigServer } from '../../model/dialling/kubeconfig-server.ts';
import { rightEnd, wantedServer } from '../../model/dialling/right-end.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { type CheckResult, notApplicable, roleProblem } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';

/** Judges the server of a kubeconfig. */
function* judgeServer(role: KubeconfigRole, pki: Pki, cluster: readonly Pki[]): Generator<CheckResult> {
  const entry = role.kubeconfig?.cluster;
  const [dialled] = kubeconfigServer(role);
  if (!entry?.server || dialled === undefined) return yield notApplicable('it verifies no server of this cluster');
  if (otherApiServer(role, pki) !== undefined) return yield notApplicable('it connects to a different node');
  if (rightEnd(role, pki) !== 'server') return;
  const served = [pki, ...cluster].flatMap(({ roles }) =>
    roles.flatMap(({ id, leaf }) => (id === roleIds.apiServer && leaf) || []),
  );
  // A node that has not joined yet may not count as one of the cluster.
  const [server] = [...served, ...diallingAround(pki).leaves];
  const component = role.row.usedBy;
  const wanted = wantedServer(role, pki);
  const data = {
    role: role.id,
    component,
    [component]: component,
    found: entry.server.value,
    host: dialled.host,
    cluster: entry.name,
    wanted: wanted ?? '',
    expected: wanted ?? 'an address of an API server',
    unknown: wanted === undefined ? 'unknown' : '',
    error: (server && verifyHostname(server, dialled.host)) ?? '',
  };
  yield roleProblem(role, data, { at: entry.server.at, key: dialled.host });
}

export const kubeconfigAddressChecks = {
  /** Where nothing shows which end is right, the certificate is reported (`san/coverage`), with both fixes. */
  'kubeconfig/address': kubeconfigCheck((role, pki, cluster = [pki]) => judgeServer(role, pki, cluster)),
};
