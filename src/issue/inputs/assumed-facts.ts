/** Completes the facts of the node to issue for with assumptions. */

import { inFolder, isAtOrBelow } from '../../artifact/paths.ts';
import { factOptions } from '../../model/facts/fact-options.ts';
import type { FactName, GivenFacts } from '../../model/facts/facts.ts';
import { buildPki } from '../../model/roles/build-pki.ts';
import type { Judging } from '../../model/roles/pki.ts';
import type { NodeKind } from '../../results/reported-node.ts';
import { isOnWorkers } from '../../tables/layouts/authorities.ts';
import { kubeconfigPath, type LaidOutNode, pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { newestRelease } from '../plan/settings.ts';

/** The defaults of `kubeadm init` (kubeadm v1beta4 defaults.go). */
const newCluster = {
  etcd: ['stacked'],
  serviceCidrs: ['10.96.0.0/12'],
  dnsDomain: ['cluster.local'],
} as const satisfies Partial<Record<FactName, readonly string[]>>;

/**
 * kube-apiserver needs services and its own address in the same address family, so the default range is only for IPv4.
 */
function newClusterFor(address: string | undefined): Partial<typeof newCluster> {
  const { etcd, serviceCidrs, dnsDomain } = newCluster;
  return { etcd, ...(address?.includes(':') ? {} : { serviceCidrs }), dnsDomain };
}

/**
 * The facts of the command line, and assumptions for what neither they nor a file of the node says. `cluster`: what
 * shows that the node belongs to one. Without it, it becomes the first control plane, as `kubeadm init` sets it up; or
 * a worker, if only a kubelet.conf is wanted.
 *
 * @returns `assumed`: each assumption with its option: `--service-cidr 10.96.0.0/12`
 */
export function factsFor(
  node: LaidOutNode,
  given: GivenFacts,
  judging: Judging,
  { cluster, only = [] }: { readonly cluster: string | undefined; readonly only: readonly string[] | undefined },
): { readonly facts: GivenFacts; readonly assumed: readonly string[] } {
  const { facts, kind } = buildPki(node, given, judging);
  const fresh = cluster === undefined;
  const worker = isForWorker(only, node);
  const isControlPlane = fresh || showsControlPlane(node, given, kind, cluster);
  const becomes = fresh && worker ? 'worker' : isControlPlane ? 'control-plane' : undefined;
  // A worker whose files a program makes stays one: pki-lint writes nothing there.
  const isOwned = node.layout.remedies.owner !== undefined;
  const assumed: Partial<Record<FactName, readonly string[]>> = {
    kubernetesVersion: [newestRelease],
    ...(fresh && !worker ? newClusterFor(facts.advertiseAddress?.value) : {}),
    // kubeadm copies that key only to nodes that run a member.
    ...(node.files.get(pemFilesOf(node, roleIds.etcdCa).key)?.state === 'file' ? { etcd: newCluster.etcd } : {}),
  };
  const open = Object.entries(assumed).filter(([name]) => facts[name as FactName] === undefined);
  const address = facts.advertiseAddress?.value;
  return {
    facts: {
      ...(becomes && (kind === 'unknown' || (kind === 'worker' && !isOwned)) ? { kind: becomes } : {}),
      ...(facts.nodeIps === undefined && address !== undefined ? { nodeIps: [address] } : {}),
      ...Object.fromEntries(open.map(([name, values]) => [name, name === 'serviceCidrs' ? values : values[0]])),
      ...given,
    },
    assumed: open.map(([name, values]) => `${factOptions[name as FactName].option} ${values.join(',')}`),
  };
}

function showsControlPlane(node: LaidOutNode, given: GivenFacts, kind: NodeKind, cluster: string): boolean {
  const holds = (rows: readonly { readonly certificate: string }[]) =>
    rows.some(({ certificate }) => node.files.get(inFolder(node.pki, certificate))?.state === 'file');
  const { authorities, certificates } = node.layout;
  const isThere = (role: string) => node.files.get(kubeconfigPath(node.layout, role))?.state === 'file';
  // Files that only control planes have. Lint needs fewer signs: it does not decide what is missing.
  const isOfControlPlanes = holds([
    ...certificates.filter(({ topology, on }) => topology !== 'stacked' && on !== 'worker' && on !== 'any'),
    ...authorities.filter(({ role }) => role === roleIds.frontProxyCa),
  ]);
  if (isOfControlPlanes || isThere(roleIds.controllerManager) || isThere(roleIds.scheduler)) return true;
  // Hosts of etcd have the CA of etcd too, unless an option says that etcd runs elsewhere.
  const ofClusters = authorities.filter(({ topology }) => topology !== 'etcd');
  const { joins = false, advertiseAddress } = node.installerConfig ?? {};
  // An address for an API server to listen on means that there is to be one.
  const isToServe = (given.advertiseAddress ?? advertiseAddress) !== undefined;
  const isAround = !isAtOrBelow(cluster, node.pki);
  const isOfCluster = joins || isAround || holds(given.etcd === 'external' ? authorities : ofClusters);
  return kind === 'unknown' && isToServe && isOfCluster;
}

function isForWorker(only: readonly string[], { layout }: LaidOutNode): boolean {
  return only.includes(roleIds.kubelet) && only.every((role) => role === roleIds.kubelet || isOnWorkers(role, layout));
}
