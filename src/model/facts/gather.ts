/**
 * Gathering facts. The first source wins, in the order of the architecture page: command line, manifests, kubelet
 * configuration and flags, kubeadm configuration, kubeconfigs, certificates.
 */
import { componentNamed } from '../../core/arguments.ts';
import { inFolder } from '../../core/paths.ts';
import { type LaidOutNode, pemFilesOf, usualKubeletFile } from '../../tables/layouts.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Fact, Facts, GivenFacts } from './facts.ts';
import { hostOf, isLoopback, readAddress } from './host.ts';
import { readRelease, releaseOfImage } from './release.ts';
import {
  type Candidate,
  type FirstCertificate,
  fromFlag,
  fromKubeadm,
  fromOption,
  kubeconfigOf,
  mapped,
  type Sources,
  serverHost,
} from './sources.ts';

/** Gathers the facts of a node. */
export function gatherFacts(node: LaidOutNode, given: GivenFacts, first: FirstCertificate): Facts {
  const sources = { node, given, first, component: (name: string) => componentNamed(node, name) };
  return {
    nodeName: settle(nodeName(sources)),
    nodeIps: settle(nodeIps(sources)),
    advertiseAddress: settle(advertiseAddress(sources)),
    serviceCidrs: settle(serviceCidrs(sources)),
    dnsDomain: settle(dnsDomain(sources)),
    controlPlaneEndpoint: settle(controlPlaneEndpoint(sources)),
    sans: settle(certSans(sources)),
    kubernetesVersion: findRelease(node, given),
    etcd: settle(etcdTopology(sources)),
  };
}

function settle<T>(candidates: readonly Candidate<T>[]): Fact<T> | undefined {
  const known = candidates.filter((candidate) => candidate !== undefined);
  const [winner, ...others] = known;
  if (!winner) return undefined;
  const text = JSON.stringify(winner.value);
  return { ...winner, disagreeing: others.filter((other) => JSON.stringify(other.value) !== text) };
}

const hostName = (name: string) => name.trim().toLowerCase();

function nodeName({ node, given, first, component }: Sources): Candidate<string>[] {
  const etcd = component('etcd');
  const credential = mapped(certificateName(first, usualKubeletFile(node.layout, 'client')), nodeOfUser);
  return [
    fromOption(given, 'nodeName'),
    // In small letters: k8s.io/component-helpers node/util/hostname.go, GetHostname.
    mapped(fromFlag(component('kubelet'), 'hostname-override'), hostName),
    // The name of an etcd member is kubeadm's node name, but only if no other was chosen: its certificate shows that.
    mapped(fromFlag(etcd, 'name'), (name) => (isNamedInEtcd(node, first, name) ? name : undefined)),
    mapped(fromKubeadm(node.kubeadmConfig?.nodeName), hostName),
    mapped(kubeletUser(node), nodeOfUser),
    credential,
  ];
}

function isNamedInEtcd(node: LaidOutNode, first: FirstCertificate, name: string): boolean {
  const fileOf = (role: string) => pemFilesOf(node, role).certificate;
  const certificate = first(fileOf(roleIds.etcdServer)) ?? first(fileOf(roleIds.etcdPeer));
  return certificate?.subject.commonName === name;
}

function kubeletUser(node: LaidOutNode): Candidate<string> {
  const block = kubeconfigOf(node, roleIds.kubelet)?.user?.certificate?.embedded?.blocks.find(
    (one) => one.type === 'certificate',
  );
  return block?.type === 'certificate'
    ? { value: block.certificate.subject.commonName, source: roleIds.kubelet }
    : undefined;
}

function certificateName(first: FirstCertificate, path: string): Candidate<string> {
  const certificate = first(path);
  return certificate && { value: certificate.subject.commonName, source: path };
}

function nodeOfUser(user: string): string | undefined {
  return /^system:node:(.+)$/.exec(user)?.[1];
}

function nodeIps({ given, component }: Sources): Candidate<readonly string[]>[] {
  const one = (candidate: Candidate<string>) => mapped(candidate, (value) => [value]);
  const etcdUrl = mapped(fromFlag(component('etcd'), 'advertise-client-urls'), (urls) => {
    const hosts = urls.split(',').flatMap((url) => readAddress(hostOf(url) ?? '') ?? []);
    return hosts.find((host) => !isLoopback(host));
  });
  return [
    fromOption(given, 'nodeIps'),
    one(etcdUrl),
    one(mapped(fromFlag(component('kube-apiserver'), 'advertise-address'), readAddress)),
    mapped(fromFlag(component('kubelet'), 'node-ip'), (ips) => ips.split(',').flatMap((ip) => readAddress(ip) ?? [])),
  ];
}

function advertiseAddress({ node, given, component }: Sources): Candidate<string>[] {
  const local = (name: string) => mapped(serverHost(node, name), readAddress);
  return [
    fromOption(given, 'advertiseAddress'),
    mapped(fromFlag(component('kube-apiserver'), 'advertise-address'), readAddress),
    mapped(fromKubeadm(node.kubeadmConfig?.advertiseAddress), readAddress),
    // kubeadm points these two at the local API server: kubeconfig.go, getKubeConfigSpecsBase.
    local(roleIds.controllerManager),
    local(roleIds.scheduler),
  ];
}

function serviceCidrs({ node, given, component }: Sources): Candidate<readonly string[]>[] {
  const list = (text: string) => text.split(',').map((cidr) => cidr.trim());
  return [
    fromOption(given, 'serviceCidrs'),
    mapped(fromFlag(component('kube-apiserver'), 'service-cluster-ip-range'), list),
    mapped(fromFlag(component('kube-controller-manager'), 'service-cluster-ip-range'), list),
    mapped(fromKubeadm(node.kubeadmConfig?.serviceSubnet), list),
  ];
}

function dnsDomain({ node, given, component }: Sources): Candidate<string>[] {
  const issuer = fromFlag(component('kube-apiserver'), 'service-account-issuer');
  return [
    fromOption(given, 'dnsDomain'),
    mapped(issuer, (url) => /^https:\/\/kubernetes\.default\.svc\.([^/:]+)/.exec(url)?.[1]),
    fromFlag(component('kubelet'), 'cluster-domain'),
    fromKubeadm(node.kubeadmConfig?.dnsDomain),
  ];
}

function controlPlaneEndpoint({ node, given }: Sources): Candidate<string>[] {
  const host = (candidate: Candidate<string>) => mapped(candidate, hostOf);
  return [
    host(fromOption(given, 'controlPlaneEndpoint')),
    host(fromKubeadm(node.kubeadmConfig?.controlPlaneEndpoint)),
    serverHost(node, roleIds.admin),
    serverHost(node, roleIds.superAdmin),
    serverHost(node, roleIds.kubelet),
  ];
}

function certSans({ node, given }: Sources): Candidate<readonly string[]>[] {
  const config = node.kubeadmConfig;
  const listed = config?.certSans.length
    ? { value: config.certSans.map((san) => san.value), source: `kubeadm config ${config.at.path}` }
    : undefined;
  return [given.sans?.length ? fromOption(given, 'sans') : undefined, listed];
}

/** The Kubernetes release of a node: what its manifests and the kubeadm configuration say, before any certificate is read. */
export function findRelease(
  node: Pick<LaidOutNode, 'components' | 'kubeadmConfig'>,
  given: GivenFacts,
): Fact<string> | undefined {
  const image = (name: string): Candidate<string> => {
    const release = releaseOfImage(componentNamed(node, name)?.image ?? '');
    return release === undefined ? undefined : { value: release, source: `image of ${name}` };
  };
  return settle([
    mapped(fromOption(given, 'kubernetesVersion'), readRelease),
    image('kube-apiserver'),
    image('kube-controller-manager'),
    image('kube-scheduler'),
    mapped(fromKubeadm(node.kubeadmConfig?.kubernetesVersion), readRelease),
  ]);
}

function etcdTopology({ node, given, component }: Sources): Candidate<'stacked' | 'external'>[] {
  const etcd = component('etcd');
  const servers = fromFlag(component('kube-apiserver'), 'etcd-servers');
  const leaf = node.layout.certificates
    .filter(({ topology }) => topology === 'stacked')
    .map(({ certificate }) => inFolder(node.pki, certificate))
    .find((path) => node.files.get(path)?.state === 'file');
  const elsewhere = mapped(servers, (urls) => {
    const hosts = urls.split(',').flatMap((url) => hostOf(url) ?? []);
    return hosts.length > 0 && !hosts.some(isLoopback) ? ('external' as const) : undefined;
  });
  return [
    fromOption(given, 'etcd'),
    etcd && { value: 'stacked', source: `manifest ${etcd.at.path}` },
    node.kubeadmConfig?.externalEtcd
      ? { value: 'external', source: `kubeadm config ${node.kubeadmConfig.at.path}` }
      : undefined,
    leaf === undefined ? elsewhere : { value: 'stacked', source: leaf },
  ];
}
