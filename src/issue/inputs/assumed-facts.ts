/** What is known of the node that is issued for, and what is assumed where nothing says otherwise. */

import { inFolder } from '../../core/paths.ts';
import type { NodeKind } from '../../core/report.ts';
import type { FactName, GivenFacts } from '../../model/facts/facts.ts';
import { factOptions } from '../../model/facts/options.ts';
import { buildPki, type Judging } from '../../model/roles/pki.ts';
import { type LaidOutNode, pemFilesOf } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { newestRelease } from '../plan/settings.ts';

export interface Known {
  readonly facts: GivenFacts;
  /** What nothing has said, with the option that says it: `--service-cidr 10.96.0.0/12`. */
  readonly assumed: readonly string[];
}

/** What `kubeadm init` takes where nothing says otherwise (kubeadm v1beta4 defaults.go), and the newest release. */
const newCluster = {
  etcd: ['stacked'],
  serviceCidrs: ['10.96.0.0/12'],
  dnsDomain: ['cluster.local'],
} as const satisfies Partial<Record<FactName, readonly string[]>>;

/** kube-apiserver wants services and its own address in one family of addresses, so that range is for IPv4 alone. */
function newClusterFor(address: string | undefined): Partial<typeof newCluster> {
  const { etcd, serviceCidrs, dnsDomain } = newCluster;
  return { etcd, ...(address?.includes(':') ? {} : { serviceCidrs }), dnsDomain };
}

/**
 * The facts of the command line, with what they leave open and no file of the node tells. `fresh`: it shows nothing yet, and
 * becomes the first control plane of a cluster as `kubeadm init` makes one, or, where a kubelet.conf alone is wanted, a worker.
 */
export function factsFor(
  node: LaidOutNode,
  given: GivenFacts,
  judging: Judging,
  { fresh, only = [] }: { readonly fresh: boolean; readonly only: readonly string[] | undefined },
): Known {
  const { facts, kind } = buildPki(node, given, judging);
  const worker = isForWorker(only);
  const becomes =
    fresh && worker ? 'worker' : fresh || showsControlPlane(node, given, kind) ? 'control-plane' : undefined;
  const assumed: Partial<Record<FactName, readonly string[]>> = {
    kubernetesVersion: [newestRelease],
    ...(fresh && !worker ? newClusterFor(facts.advertiseAddress?.value) : {}),
    // kubeadm copies that key to the nodes that run a member alone.
    ...(node.files.get(pemFilesOf(node, roleIds.etcdCa).key)?.state === 'file' ? { etcd: newCluster.etcd } : {}),
  };
  const open = Object.entries(assumed).filter(([name]) => facts[name as FactName] === undefined);
  const address = facts.advertiseAddress?.value;
  return {
    facts: {
      ...(becomes && (kind === 'unknown' || kind === 'worker') ? { kind: becomes } : {}),
      ...(facts.nodeIps === undefined && address !== undefined ? { nodeIps: [address] } : {}),
      ...Object.fromEntries(open.map(([name, values]) => [name, name === 'serviceCidrs' ? values : values[0]])),
      ...given,
    },
    assumed: open.map(([name, values]) => `${factOptions[name as FactName].option} ${values.join(',')}`),
  };
}

function showsControlPlane(node: LaidOutNode, given: GivenFacts, kind: NodeKind): boolean {
  const holds = (rows: readonly { readonly certificate: string }[]) =>
    rows.some(({ certificate }) => node.files.get(inFolder(node.pki, certificate))?.state === 'file');
  const { authorities, certificates } = node.layout;
  // Files that no other node has; lint is content with less, for it need not tell what is missing from what is none.
  const isOfControlPlanes = holds([
    ...certificates.filter(({ topology }) => topology !== 'stacked'),
    ...authorities.filter(({ role }) => role === roleIds.frontProxyCa),
  ]);
  if (isOfControlPlanes) return true;
  // The CA of etcd lies on hosts of etcd too, unless an option says that etcd is not here.
  const ofClusters = authorities.filter(({ topology }) => topology !== 'etcd');
  const { joins = false, advertiseAddress } = node.kubeadmConfig ?? {};
  // An address for an API server to listen on says that there is to be one.
  const isToServe = (given.advertiseAddress ?? advertiseAddress) !== undefined;
  const isOfCluster = joins || holds(given.etcd === 'external' ? authorities : ofClusters);
  return kind === 'unknown' && isToServe && isOfCluster;
}

function isForWorker(only: readonly string[]): boolean {
  return only.includes(roleIds.kubelet) && only.every((role) => role === roleIds.kubelet || role === roleIds.clusterCa);
}
