/** Rules about Nodes: their kubelets must fit the API servers. */
import type { ClusterNode } from '../../artifact/objects/published.ts';
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { notApplicable, problem } from '../base/check.ts';
import { oldestKubelet } from '../base/component-release.ts';
import { checkEach, withoutControlPlane } from './published.ts';

export const skewChecks = {
  'object/kubelet-skew': checkEach(
    ({ nodes }) => versionsOf(nodes),
    function* ({ version, all }, dump) {
      const minor = minorOf(version);
      if (minor === undefined) return yield notApplicable('the version of the kubelet is not known');
      const servers = serversOf(dump);
      const [oldest, newest] = [servers[0], servers.at(-1)];
      if (oldest === undefined || newest === undefined) return yield withoutControlPlane;
      const least = minorOf(oldestKubelet(newest.release)) ?? 0;
      const isNewer = minor > oldest.minor;
      if (!isNewer && minor >= least) return;
      const { name, release } = isNewer ? oldest : newest;
      const [first, ...others] = all;
      if (first === undefined) return;
      const nodes = handful(
        all.map((one) => one.name),
        3,
      );
      const values = {
        nodes,
        version,
        server: name,
        release: `v${release}`,
        wanted: `v1.${least} to v1.${oldest.minor}`,
      };
      const object = others.length === 0 ? { object: `Node ${first.name}` } : { object: 'Node' };
      yield problem(first.at, values, { ...object, key: version, ...(isNewer && { fix: 'newer' }) });
    },
  ),
} as const;

/** Nodes by the version of their kubelet: `v1.36.2`, `v1.33.5-eks-3025e55`. */
const versionsOf = (nodes: readonly ClusterNode[]) =>
  [...groupBy(nodes, ({ kubeletVersion }) => kubeletVersion)].map(([version, all]) => ({ version, all }));

function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d+)\./.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** The API servers of the input, the oldest first. */
const serversOf = ({ nodes }: JudgedDump) =>
  nodes
    .flatMap(({ kind, name, facts }) => {
      const release = kind === 'control-plane' ? facts.kubernetesVersion?.value : undefined;
      const minor = minorOf(release ?? '');
      return release === undefined || minor === undefined ? [] : [{ name, release, minor }];
    })
    .sort((one, other) => one.minor - other.minor);
