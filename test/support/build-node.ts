import { certificatePem } from './certificates.ts';
import { type Authority, type Changes, certify, kubeadmProfile, makeAuthority } from './issue.ts';
import { type KeyType, keyNamed, privateKeyPem, publicKeyPem } from './keys.ts';
import { kubeconfig, kubeletFiles, manifests } from './manifests.ts';
import { NodeTree } from './node-tree.ts';
import {
  type AuthorityRole,
  authorities,
  hostOf,
  isAuthority,
  isKubeconfig,
  type LeafRole,
  leafRow,
  leaves,
  pathOf,
  type Release,
  type Role,
  type Site,
  since,
} from './roles.ts';

export interface NodeOptions {
  /** 1.36 by default. */
  readonly release?: Release;
  readonly worker?: boolean;
  /** The keys of kubernetes-ca and front-proxy-ca are not on the node. */
  readonly externalCa?: boolean;
  /** URLs of the servers; true: three servers with host names. */
  readonly externalEtcd?: boolean | readonly string[];
  /** kubelet.conf refers to the file that the kubelet rotates. Always true for a worker. */
  readonly rotatedKubelet?: boolean;
  readonly name?: string;
  readonly ip?: string;
  readonly serviceCidr?: string;
  readonly serviceIp?: string;
  readonly dnsDomain?: string;
  /** For example `lb.example.test:6443`; the node's own address by default. */
  readonly controlPlaneEndpoint?: string;
  /** The type of every key. P-256 by default, because it is fast to generate. */
  readonly keys?: KeyType;
  /** Certificates that differ from what kubeadm writes, including all their copies. */
  readonly certificates?: Partial<Record<Role, Omit<Changes, 'writeKey'>>>;
}

interface Issued extends Authority {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * Certificates without changes are signed once and shared, so that a change affects one file and all nodes of a cluster
 * have the same CAs.
 */
const shared = new Map<string, Issued>();

function siteOf(options: NodeOptions): Site {
  return {
    name: options.name ?? (options.worker ? 'worker-1' : 'cp-1'),
    ip: options.ip ?? (options.worker ? '192.0.2.21' : '192.0.2.10'),
    release: options.release ?? '1.36',
    serviceCidr: options.serviceCidr ?? '10.96.0.0/12',
    serviceIp: options.serviceIp ?? '10.96.0.1',
    dnsDomain: options.dnsDomain ?? 'cluster.local',
    controlPlaneEndpoint: options.controlPlaneEndpoint,
  };
}

/** Returns a function that issues what a node needs, each CA only once. */
function issuing(options: NodeOptions, site: Site): (role: Role) => Issued {
  const made = new Map<Role, Issued>();
  const sign = (role: Role): Issued => {
    const changes = options.certificates?.[role] ?? {};
    const usualKey = () => keyNamed(isAuthority(role) ? role : `${role} ${site.name}`, options.keys);
    const key = typeof changes.key === 'object' ? changes.key : changes.key ? keyNamed(role, changes.key) : usualKey();
    const chosen = changes.issuer ?? (isAuthority(role) ? 'self' : leafRow(role).signer);
    const issuer = typeof chosen === 'object' ? chosen : chosen === 'self' ? undefined : issue(chosen);
    const certificate = certify(kubeadmProfile(role, site), changes, key, issuer);
    return { certificate, key, certificatePem: certificatePem(certificate), keyPem: privateKeyPem(key) };
  };
  const issue = (role: Role): Issued => {
    const authority = isAuthority(role) ? role : leafRow(role).signer;
    const isUsual = [role, authority].every((each) => options.certificates?.[each] === undefined);
    const depends = isAuthority(role) ? site.release === '1.22' : site;
    const id = JSON.stringify([role, depends, options.keys]);
    const issued = made.get(role) ?? (isUsual ? shared.get(id) : undefined) ?? sign(role);
    made.set(role, issued);
    if (isUsual) shared.set(id, issued);
    return issued;
  };
  return issue;
}

function writePair(node: NodeTree, role: Role, issued: Issued, withKey: boolean): void {
  const path = pathOf(role);
  node.write(path, issued.certificatePem, 0o644);
  if (withKey) node.write(path.replace(/\.crt$/, '.key'), issued.keyPem, 0o600);
}

/** Writes certificate and key to one file behind an absolute link, as the kubelet does. */
function writeRotated(node: NodeTree, { certificatePem: pem, keyPem }: Issued): string {
  const folder = '/var/lib/kubelet/pki';
  const file = `${folder}/kubelet-client-2026-11-24-14-00-00.pem`;
  node.write(file, pem + keyPem, 0o600).link(`${folder}/kubelet-client-current.pem`, file);
  return `${folder}/kubelet-client-current.pem`;
}

/**
 * The server in a kubeconfig. Even with an endpoint for the whole control plane, kubeadm makes the local components
 * dial their own node; from 1.34 on, also the kubelet.
 */
function serverOf(role: LeafRole, { ip, release, controlPlaneEndpoint }: Site, worker: boolean): string {
  const near =
    role === 'controller-manager.conf' || role === 'scheduler.conf' || (role === 'kubelet.conf' && release === '1.36');
  if (near && !worker) return `https://${ip}:6443`;
  const endpoint = controlPlaneEndpoint ?? (worker ? '192.0.2.10' : ip);
  return `https://${endpoint === hostOf(endpoint) ? `${endpoint}:6443` : endpoint}`;
}

function writeKubeconfig(
  node: NodeTree,
  role: LeafRole,
  site: Site,
  issue: (role: Role) => Issued,
  options: NodeOptions,
): void {
  const worker = options.worker ?? false;
  const issued = issue(role);
  const { commonName } = leafRow(role);
  const rotated = role === 'kubelet.conf' && (worker || options.rotatedKubelet === true);
  const text = kubeconfig({
    server: serverOf(role, site, worker),
    user: typeof commonName === 'string' ? commonName : commonName(site),
    certificateAuthority: issue('kubernetes-ca').certificatePem,
    credential: rotated ? writeRotated(node, issued) : { certificate: issued.certificatePem, key: issued.keyPem },
    release: site.release,
  });
  node.write(pathOf(role), text, 0o600);
}

/**
 * The serving certificate that a kubelet generates, followed by the temporary CA that signed it, and its key, in PEM.
 */
export function kubeletServing(name: string): { readonly certificate: string; readonly key: string } {
  const authority = makeAuthority(`${name}-ca@1795528800`);
  const key = keyNamed(`kubelet serving ${name}`);
  const changes = { commonName: `${name}@1795528800`, sans: [`DNS:${name}`] };
  const der = certify(kubeadmProfile('kube-apiserver', siteOf({ name })), changes, key, authority);
  return { certificate: certificatePem(der, authority.certificate), key: privateKeyPem(key) };
}

function writeKubeletServing(node: NodeTree, { name }: Site): void {
  const { certificate, key } = kubeletServing(name);
  node.write('/var/lib/kubelet/pki/kubelet.crt', certificate, 0o644);
  node.write('/var/lib/kubelet/pki/kubelet.key', key, 0o600);
}

function writeKubelet(node: NodeTree, site: Site): void {
  node.directory('/var/lib/kubelet', 0o700);
  for (const [name, text] of Object.entries(kubeletFiles(site))) node.write(`/var/lib/kubelet/${name}`, text, 0o644);
}

function writeServiceAccountPair(node: NodeTree, keys: KeyType | undefined): void {
  const pair = keyNamed('service-account', keys);
  node.write('pki/sa.key', privateKeyPem(pair), 0o600).write('pki/sa.pub', publicKeyPem(pair), 0o600);
}

function writeControlPlane(node: NodeTree, site: Site, issue: (role: Role) => Issued, options: NodeOptions): void {
  const external =
    options.externalEtcd === true
      ? ['a', 'b', 'c'].map((id) => `https://etcd-${id}.example.test:2379`)
      : options.externalEtcd || undefined;
  const externalCa = options.externalCa ?? false;
  for (const role of Object.keys(authorities) as AuthorityRole[]) {
    const elsewhere = role === 'etcd-ca' ? external !== undefined : externalCa;
    writePair(node, role, issue(role), !elsewhere);
  }
  for (const role of Object.keys(leaves) as LeafRole[]) {
    if (external !== undefined && leaves[role].file.startsWith('pki/etcd/')) continue;
    if (role === 'super-admin.conf' && !since(site, '1.32')) continue;
    if (isKubeconfig(role)) writeKubeconfig(node, role, site, issue, options);
    else writePair(node, role, issue(role), true);
  }
  writeServiceAccountPair(node, options.keys);
  node.directory('manifests', 0o700);
  const pods = manifests(site, { externalCa, externalEtcd: external });
  for (const [name, text] of Object.entries(pods)) node.write(`manifests/${name}`, text, 0o600);
}

/**
 * A healthy node as kubeadm sets it up: a control plane with its own etcd, unless the options say otherwise. Its
 * creation date is 2026-11-24. Within a process, the keys of a role are the same for every node with the same name.
 */
export function buildNode(options: NodeOptions = {}): NodeTree {
  const site = siteOf(options);
  const issue = issuing(options, site);
  const node = new NodeTree();
  for (const role of Object.keys(authorities) as AuthorityRole[]) node.authorityKeys.set(role, issue(role).key);
  writeKubelet(node, site);
  if (options.worker) {
    writePair(node, 'kubernetes-ca', issue('kubernetes-ca'), false);
    node.directory('manifests', 0o755);
    writeKubeconfig(node, 'kubelet.conf', site, issue, options);
    writeKubeletServing(node, site);
  } else {
    writeControlPlane(node, site, issue, options);
    // A kubelet that has run has a serving certificate too.
    if (options.rotatedKubelet) writeKubeletServing(node, site);
  }
  return node;
}
