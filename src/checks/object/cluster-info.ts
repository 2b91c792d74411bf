/** Rules about ConfigMap `cluster-info`, by which `kubeadm join` finds a cluster, and about that of kube-proxy. */

import { flagValue } from '../../artifact/arguments.ts';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { PublishedCluster } from '../../artifact/objects/published.ts';
import { hostOf } from '../../model/facts/host.ts';
import { errorOfEnds, errorOfName, errorOfTrust, servingChains } from '../../model/objects/api-servers.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { isStopped } from '../../model/objects/leases.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, type Problem, problem, skip } from '../base/check.ts';
import { checkEach, withoutControlPlane } from './published.ts';

const infoName = 'ConfigMap kube-public/cluster-info';

const infosOf = ({ clusterInfos }: ClusterObjects) => clusterInfos;

export const clusterInfoChecks = {
  'object/cluster-info': checkEach(infosOf, function* (info, dump) {
    const { ca, at } = info;
    if (servingChains(dump).length === 0) {
      const ended = ca && errorOfEnds(ca, dump);
      return yield ended === undefined
        ? withoutControlPlane
        : problem(at, { error: ended }, { object: infoName, fix: 'admin' });
    }
    const error = ca === undefined ? 'it contains no CA' : errorOfTrust(ca, dump);
    // kubeadm writes it from admin.conf, so that one must be right.
    if (error !== undefined) yield problem(at, { error }, { object: infoName, ...repairs(info, dump) });
  }),
  'object/cluster-info-server': checkEach(infosOf, (info, dump) =>
    serverOf(info, dump, { object: infoName, ...repairs(info, dump) }),
  ),
  'object/cluster-info-signature': checkEach(infosOf, function* (info, dump) {
    const { bootstrapTokens, newest } = dump.objects;
    if (newest === undefined) return yield skip('nothing shows when the dump was made');
    for (const { id, expires = newest + 1, signs = true, created = 0 } of bootstrapTokens) {
      const isNew = newest - created < signerDelay;
      if (!signs || expires <= newest || isNew || info.signedFor.includes(id)) continue;
      const cause = causeOf(dump);
      yield problem(info.at, { id, cause }, { object: infoName, key: id });
    }
  }),
  'object/kube-proxy-server': checkEach(
    ({ kubeProxies }) => kubeProxies,
    (proxy, dump) => serverOf(proxy, dump, { object: 'ConfigMap kube-system/kube-proxy' }),
  ),
} as const;

/** In what time a new token is signed for; measured: at once. */
const signerDelay = 5000;

function* serverOf(
  { at, server = '', tlsServerName }: PublishedCluster,
  dump: JudgedDump,
  more: Partial<Problem>,
): Iterable<CheckResult> {
  if (servingChains(dump).length === 0) return yield withoutControlPlane;
  const host = tlsServerName ?? hostOf(server);
  if (host === undefined) return yield skip('it has no server');
  const error = errorOfName(host, dump);
  if (error !== undefined) yield problem(at, { server, error }, more);
}

/** kubeadm writes cluster-info again from admin.conf, which heals it if that one is right. */
function repairs({ server }: PublishedCluster, dump: JudgedDump): Pick<Problem, 'fix'> {
  const administrators = dump.nodes.flatMap(({ roles }) =>
    roles.flatMap((role) =>
      role.id === roleIds.admin && role.kind === 'kubeconfig' ? [role.kubeconfig?.cluster] : [],
    ),
  );
  const isRight = (cluster: (typeof administrators)[number]) => {
    const { certificateAuthority: ca, tlsServerName } = cluster ?? {};
    const host = tlsServerName?.value ?? hostOf(cluster?.server?.value ?? '');
    if (ca?.embedded === undefined || host === undefined) return false;
    return errorOfTrust({ pem: ca.embedded }, dump) === undefined && errorOfName(host, dump) === undefined;
  };
  return server !== undefined && administrators.some(isRight) ? {} : { fix: 'admin' };
}

/** Why nothing signs cluster-info: bootstrapsigner is off by default, and kubeadm turns it on. */
function causeOf({ objects, nodes }: JudgedDump): string {
  if (isStopped('kube-controller-manager', objects)) return 'kube-controller-manager does not run, by its Lease';
  const controllers = nodes.flatMap(({ node }) => flagValue(node, 'kube-controller-manager', 'controllers') ?? []);
  const isOff = controllers.length > 0 && controllers.every((list) => !list.split(',').includes('bootstrapsigner'));
  return isOff ? 'kube-controller-manager runs without bootstrapsigner' : 'kube-controller-manager has not signed it';
}
