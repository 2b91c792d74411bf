/**
 * Gathers facts. The first source that has a value wins, usually in this order: command line, manifests, kubelet
 * configuration and flags, kubeadm configuration, kubeconfigs, certificates.
 */

import { componentNamed, isWithout } from '../../artifact/arguments.ts';
import { inFolder } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import { isNodeName } from '../../core/command/node-name.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { etcdOfImage } from './etcd-release.ts';
import type { Fact, Facts, GivenFacts } from './facts.ts';
import { hostOf, isLoopback, readAddress } from './host.ts';
import { nodeName } from './node-name.ts';
import { isOdd } from './odd-address.ts';
import { defaultServiceRange, oddServiceRange, serviceRangeFlag } from './odd-service-range.ts';
import { readRelease, releaseOfImage, releaseOfProgram } from './release.ts';
import {
  type Candidate,
  type FirstCertificate,
  from,
  fromFlag,
  fromInstaller,
  fromOption,
  installerSource,
  mapped,
  type Sources,
  serverHost,
} from './sources.ts';

/** Gathers the facts of a node. */
export function gatherFacts(node: LaidOutNode, given: GivenFacts, first: FirstCertificate): Facts {
  const sources = { node, given, first };
  const name = settle(nodeName(sources));
  const isPossible = name === undefined || isNodeName(name.value);
  const etcd = componentNamed(node, 'etcd');
  const etcdVersion = settle([
    from('image of etcd', etcdOfImage(etcd?.image ?? ''), etcd?.at),
    from('program of etcd', releaseOfProgram(etcd?.program ?? '', 3), etcd?.at),
  ]);
  return {
    nodeName: isPossible ? name : undefined,
    ...(!isPossible && { impossibleName: { value: name.value, source: name.source } }),
    nodeIps: settle(nodeIps(sources)),
    advertiseAddress: settle(advertiseAddress(sources)),
    serviceCidrs: settle(serviceCidrs(sources)),
    dnsDomain: settle(dnsDomain(sources)),
    controlPlaneEndpoint: settle(controlPlaneEndpoint(sources)),
    sans: settle(certSans(sources)),
    kubernetesVersion: findRelease(node, given),
    etcd: settle(etcdTopology(sources)),
    etcdMembers: settle([fromOption(given, 'etcdMembers')]),
    ...(etcdVersion && { etcdVersion }),
  };
}

function settle<T>(candidates: readonly Candidate<T>[]): Fact<T> | undefined {
  const [winner, ...others] = candidates.filter((candidate) => candidate !== undefined);
  if (!winner) return undefined;
  const text = JSON.stringify(winner.value);
  return { ...winner, disagreeing: others.filter((other) => JSON.stringify(other.value) !== text) };
}

/** A flag with an address of the node, unless everything else on the node shows that the address is wrong. */
function ownAddress(node: LaidOutNode, component: string, flag: string): Candidate<string> {
  return isOdd(node, component, flag) ? undefined : fromFlag(node, component, flag);
}

function nodeIps({ node, given }: Sources): Candidate<readonly string[]>[] {
  const one = (candidate: Candidate<string>) => mapped(candidate, (value) => [value]);
  const etcdUrl = mapped(ownAddress(node, 'etcd', 'advertise-client-urls'), (urls) =>
    urls
      .split(',')
      .flatMap((url) => readAddress(hostOf(url) ?? '') ?? [])
      .find((host) => !isLoopback(host)),
  );
  return [
    fromOption(given, 'nodeIps'),
    one(etcdUrl),
    one(mapped(ownAddress(node, 'kube-apiserver', 'advertise-address'), readAddress)),
    mapped(fromFlag(node, 'kubelet', 'node-ip'), (ips) => ips.split(',').flatMap((ip) => readAddress(ip) ?? [])),
  ];
}

function advertiseAddress({ node, given }: Sources): Candidate<string>[] {
  // A proxy on the node may listen at a loopback address, which says nothing about the node.
  const local = (name: string) =>
    mapped(serverHost(node, name), (host) => (isLoopback(host) ? undefined : readAddress(host)));
  return [
    fromOption(given, 'advertiseAddress'),
    mapped(ownAddress(node, 'kube-apiserver', 'advertise-address'), readAddress),
    mapped(fromInstaller(node, 'advertiseAddress'), readAddress),
    // kubeadm points these two at the local API server: kubeconfig.go, getKubeConfigSpecsBase.
    local(roleIds.controllerManager),
    local(roleIds.scheduler),
  ];
}

function serviceCidrs({ node, given }: Sources): Candidate<readonly string[]>[] {
  const list = (text: string) => text.split(',').map((cidr) => cidr.trim());
  const server = componentNamed(node, 'kube-apiserver');
  // It says nothing about the cluster, as an odd address says nothing about the node.
  const isOdd = oddServiceRange(node) !== undefined;
  const byDefault: Candidate<readonly string[]> =
    server && !isOdd && isWithout(server, serviceRangeFlag)
      ? { value: [defaultServiceRange], source: `default of kube-apiserver, ${setByText(server.at)}` }
      : undefined;
  const named = mapped(fromFlag(node, 'kube-controller-manager', serviceRangeFlag), list);
  return [
    fromOption(given, 'serviceCidrs'),
    isOdd ? undefined : mapped(fromFlag(node, 'kube-apiserver', serviceRangeFlag), list),
    // An installer writes the flag, so that it was lost. Kubernetes The Hard Way never had it, and means the other
    // range.
    ...(node.layout.installer === undefined ? [named, byDefault] : [byDefault, named]),
    mapped(fromInstaller(node, 'serviceSubnet'), list),
  ];
}

function dnsDomain({ node, given }: Sources): Candidate<string>[] {
  const issuer = fromFlag(node, 'kube-apiserver', 'service-account-issuer');
  return [
    fromOption(given, 'dnsDomain'),
    mapped(issuer, (url) => /^https:\/\/kubernetes\.default\.svc\.([^/:]+)/.exec(url)?.[1]),
    fromFlag(node, 'kubelet', 'cluster-domain'),
    fromInstaller(node, 'dnsDomain'),
  ];
}

function controlPlaneEndpoint({ node, given }: Sources): Candidate<string>[] {
  return [
    mapped(fromOption(given, 'controlPlaneEndpoint'), hostOf),
    mapped(fromInstaller(node, 'controlPlaneEndpoint'), hostOf),
    serverHost(node, roleIds.admin),
    serverHost(node, roleIds.superAdmin),
    serverHost(node, roleIds.kubelet),
  ];
}

function certSans({ node, given }: Sources): Candidate<readonly string[]>[] {
  const config = node.installerConfig;
  const listed = config?.certSans.map((san) => san.value) ?? [];
  return [
    given.sans?.length ? fromOption(given, 'sans') : undefined,
    node.sans && from(node.sans.at.path, node.sans.names, node.sans.at),
    config && listed.length > 0 ? from(installerSource(config), listed) : undefined,
  ];
}

/** Returns the Kubernetes release of a node. It needs only manifests and the kubeadm configuration, no certificates. */
export function findRelease(
  node: Pick<LaidOutNode, 'components' | 'installerConfig' | 'shownRelease'>,
  given: GivenFacts,
): Fact<string> | undefined {
  const image = (name: string) => from(`image of ${name}`, releaseOfImage(componentNamed(node, name)?.image ?? ''));
  const program = (name: string) =>
    from(`program of ${name}`, releaseOfProgram(componentNamed(node, name)?.program ?? '', 1));
  return settle([
    mapped(fromOption(given, 'kubernetesVersion'), readRelease),
    image('kube-apiserver'),
    image('kube-controller-manager'),
    image('kube-scheduler'),
    mapped(fromInstaller(node, 'kubernetesVersion'), readRelease),
    node.shownRelease && from(node.shownRelease.path, node.shownRelease.release),
    image('kube-proxy'),
    program('kube-apiserver'),
    program('kube-controller-manager'),
    program('kube-scheduler'),
    program('kubelet'),
  ]);
}

function etcdTopology({ node, given }: Sources): Candidate<'stacked' | 'external'>[] {
  const etcd = componentNamed(node, 'etcd');
  const config = node.installerConfig;
  const leaf = node.layout.certificates
    .filter(({ topology }) => topology === 'stacked')
    .map(({ certificate }) => inFolder(node.pki, certificate))
    .find((path) => node.files.get(path)?.state === 'file');
  const elsewhere = mapped(fromFlag(node, 'kube-apiserver', 'etcd-servers'), (urls) => {
    const hosts = urls.split(',').flatMap((url) => hostOf(url) ?? []);
    // The etcd of a unit may be dialled at any address of the node.
    const isOwn = etcd !== undefined && etcd.mounts === undefined;
    return hosts.length > 0 && !isOwn && !hosts.some(isLoopback) ? ('external' as const) : undefined;
  });
  return [
    fromOption(given, 'etcd'),
    etcd && {
      value: 'stacked',
      source: `${etcd.mounts === undefined ? '' : 'manifest '}${setByText(etcd.at)}`,
      at: etcd.at,
    },
    config?.externalEtcd ? from(installerSource(config), 'external' as const) : undefined,
    leaf === undefined ? elsewhere : { value: 'stacked', source: leaf },
  ];
}
