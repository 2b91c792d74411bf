/** Checks that a kubeconfig connects to an address of an API server, also that of a kubelet which is to join. */
import { flagValue } from '../../artifact/arguments.ts';
import { otherApiServer } from '../../model/dialling/api-servers.ts';
import { diallingAround } from '../../model/dialling/index.ts';
import { kubeconfigServer } from '../../model/dialling/kubeconfig-server.ts';
import { rightEnd, wantedServer } from '../../model/dialling/right-end.ts';
import { shownUrl } from '../../model/facts/host.ts';
import { awaitsBootstrap } from '../../model/roles/applicability.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { type CheckResult, check, notApplicable, roleProblem } from '../base/check.ts';

/**
 * The kubeconfig with which a kubelet requests its first certificate, if it has no other yet: it is judged instead of
 * kubelet.conf, which gets its server (k8s.io/kubernetes pkg/kubelet/certificate/bootstrap, LoadClientCert).
 */
function bootstrapping(role: Role, { node }: Pki): KubeconfigRole | undefined {
  if (role.kind !== 'kubeconfig' || role.row.role !== roleIds.kubelet || !awaitsBootstrap({ node })) return undefined;
  const path = flagValue(node, 'kubelet', 'bootstrap-kubeconfig') ?? '';
  const file = node.files.get(path);
  const content = file?.content;
  if (content?.type !== 'kubeconfig') return undefined;
  return { ...role, path, at: { path }, file, slot: undefined, kubeconfig: content.kubeconfig };
}

/** Judges the server of a kubeconfig, which has this name in messages. */
function* judgeServer(role: KubeconfigRole, name: string, pki: Pki, cluster: readonly Pki[]): Generator<CheckResult> {
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
    role: name,
    component,
    [component]: component,
    found: shownUrl(entry.server.value),
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
  'kubeconfig/address': check('role', function* (role, pki, cluster = [pki]) {
    const first = bootstrapping(role, pki);
    if (first !== undefined) return yield* judgeServer(first, first.path, pki, cluster);
    if (role.kind !== 'kubeconfig' || role.kubeconfig === undefined) return yield notApplicable('not a kubeconfig');
    yield* judgeServer(role, role.id, pki, cluster);
  }),
};
