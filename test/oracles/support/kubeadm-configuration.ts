/** What kubeadm knows of a node: by its configuration, else by what it detects and its defaults. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import { kubeadmProfile } from '../../support/issue.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { hostOf, type Release, type Role, type Site } from '../../support/roles.ts';

/** A node as kubeadm knows it, and the names that certificates get in addition. */
export interface Configured {
  readonly site: Site;
  readonly sans: Partial<Record<Role, readonly string[]>>;
  readonly certificatesDir?: string;
  /** The URLs of an etcd that runs elsewhere. */
  readonly externalEtcd?: readonly string[];
}

interface Documents {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly kubernetesVersion?: string;
  readonly certificatesDir?: string;
  readonly controlPlaneEndpoint?: string;
  readonly networking?: { readonly serviceSubnet?: string; readonly dnsDomain?: string };
  readonly apiServer?: { readonly certSANs?: readonly string[] };
  readonly etcd?: {
    readonly local?: { readonly serverCertSANs?: readonly string[]; readonly peerCertSANs?: readonly string[] };
    readonly external?: { readonly endpoints: readonly string[] };
  };
  readonly localAPIEndpoint?: { readonly advertiseAddress?: string };
  readonly nodeRegistration?: { readonly name?: string };
}

const releases: readonly Release[] = ['1.22', '1.28', '1.32', '1.36'];

/** The release of those that the tests know which is nearest below. */
const releaseOf = (version: string): Release =>
  releases.findLast((one) => Number(one.split('.')[1]) <= Number(version.split('.')[1])) ?? '1.22';

const first = (pattern: RegExp, text: string): string | undefined => pattern.exec(text)?.[1];

const textOf = (node: NodeTree, path: string): string => (node.has(path) ? node.read(path) : '');

/** What kubeadm detects on a machine: its name, the address of its default route, and its own release. */
export function detected(healthy: NodeTree): Site {
  const apiServer = textOf(healthy, 'manifests/kube-apiserver.yaml');
  const kubelet = textOf(healthy, '/var/lib/kubelet/kubeadm-flags.env');
  // A worker has its kubeconfig from a control plane, whose address is the one that it dials.
  const dialled = first(/server: https:\/\/(\S+)/, textOf(healthy, 'kubelet.conf')) ?? '192.0.2.10';
  return {
    name: first(/--hostname-override=([^"\s]+)/, kubelet) ?? 'cp-1',
    ip: first(/--advertise-address=(\S+)/, apiServer) ?? hostOf(dialled),
    release: releaseOf(first(/image: \S+:v(\d+\.\d+)/, apiServer) ?? '1.36'),
    serviceCidr: '10.96.0.0/12',
    serviceIp: '10.96.0.1',
    dnsDomain: 'cluster.local',
  };
}

/** The first address of an IPv4 range after its own; of an IPv6 range that ends in `::`. */
function firstAddress(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  if (address.includes(':')) return `${address.replace(/:+$/, '')}::1`;
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const found = bits - (bits % size) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(found / 2 ** shift) % 256).join('.');
}

/**
 * The configuration in a file. Throws what kubeadm would say about one that it cannot read, or that is not complete.
 */
export function configuredBy(file: string, root: string, healthy: NodeTree): Configured {
  const path = join(root, resolve('/root', file));
  if (!existsSync(path)) throw new Error(`unable to read config from "${file}"`);
  const documents = loadAll(readFileSync(path, 'utf8')) as readonly Documents[];
  const cluster = documents.find(({ kind }) => kind === 'ClusterConfiguration');
  const node = documents.find(({ kind }) => kind === 'InitConfiguration');
  const known = detected(healthy);
  if (cluster === undefined) throw new Error(`no ClusterConfiguration in "${file}"`);
  if (node !== undefined && node.apiVersion !== cluster.apiVersion) throw new Error(`two versions in "${file}"`);
  const serviceCidr = cluster.networking?.serviceSubnet ?? known.serviceCidr;
  const { local, external } = cluster.etcd ?? {};
  return {
    ...(cluster.certificatesDir && { certificatesDir: cluster.certificatesDir }),
    ...(external && { externalEtcd: external.endpoints }),
    site: {
      name: node?.nodeRegistration?.name ?? known.name,
      ip: node?.localAPIEndpoint?.advertiseAddress ?? known.ip,
      release: releaseOf(cluster.kubernetesVersion?.slice(1) ?? known.release),
      serviceCidr,
      serviceIp: firstAddress(serviceCidr.split(',')[0] ?? ''),
      dnsDomain: cluster.networking?.dnsDomain ?? known.dnsDomain,
      controlPlaneEndpoint: cluster.controlPlaneEndpoint,
    },
    sans: {
      'kube-apiserver': cluster.apiServer?.certSANs ?? [],
      'kube-etcd': local?.serverCertSANs ?? [],
      'kube-etcd-peer': local?.peerCertSANs ?? [],
    },
  };
}

/** The kubeadm.yaml with which the cluster of a healthy node was created. */
export function originalConfiguration(healthy: NodeTree): string {
  const known = detected(healthy);
  const apiServer = textOf(healthy, 'manifests/kube-apiserver.yaml');
  const server = first(/server: https:\/\/(\S+)/, textOf(healthy, 'admin.conf') || textOf(healthy, 'kubelet.conf'));
  const isBalanced = server !== undefined && hostOf(server) !== known.ip;
  const serviceSubnet = first(/--service-cluster-ip-range=(\S+)/, apiServer) ?? known.serviceCidr;
  const dnsDomain =
    first(/--service-account-issuer=https:\/\/kubernetes\.default\.svc\.(\S+)/, apiServer) ?? 'cluster.local';
  const controlPlaneEndpoint = isBalanced ? server : undefined;
  const endpoints = first(/--etcd-servers=(\S+)/, apiServer)?.split(',') ?? [];
  // The API server of a node with an etcd of its own dials that, by a name or an address of the node.
  const isExternal = apiServer !== '' && !textOf(healthy, 'manifests/etcd.yaml') && endpoints.length > 0;
  const site = { ...known, serviceIp: firstAddress(serviceSubnet), dnsDomain, controlPlaneEndpoint };
  const cluster = {
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    kubernetesVersion: `v${known.release}.0`,
    ...(isBalanced && { controlPlaneEndpoint: server }),
    networking: { serviceSubnet, dnsDomain },
    apiServer: { certSANs: addedSans('kube-apiserver', site, healthy) },
    ...(isExternal && { etcd: { external: { endpoints } } }),
  };
  const node = {
    apiVersion: cluster.apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: known.ip },
    nodeRegistration: { name: known.name },
  };
  return [cluster, node].map((document) => JSON.stringify(document)).join('\n---\n');
}

/** The names of a certificate that kubeadm does not add by itself. */
function addedSans(role: Role, site: Site, healthy: NodeTree): readonly string[] {
  // The node that a case starts with may have anything in that file.
  if (!healthy.has('pki/apiserver.crt') || !healthy.certificate(role).includes('-----BEGIN CERTIFICATE')) return [];
  const { subjectAltName = '' } = new X509Certificate(healthy.certificate(role));
  const usual = kubeadmProfile(role, site).sans?.map((san) => String(san).replace(/^(?:DNS|IP):/, '')) ?? [];
  const names = subjectAltName.split(', ').map((san) => san.replace(/^(?:DNS|IP Address):/, ''));
  return names.filter((name) => !usual.includes(name));
}
