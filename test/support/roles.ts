/** The roles of a kubeadm node: their paths, their signers, and what each release of kubeadm puts into them. */

export const authorities = {
  'kubernetes-ca': { file: 'pki/ca', commonName: 'kubernetes' },
  'etcd-ca': { file: 'pki/etcd/ca', commonName: 'etcd-ca' },
  'front-proxy-ca': { file: 'pki/front-proxy-ca', commonName: 'front-proxy-ca' },
} as const;

export type AuthorityRole = keyof typeof authorities;

/** The values that a cluster's certificates depend on. */
export interface Site {
  readonly name: string;
  readonly ip: string;
  readonly release: Release;
  /** `192.0.2.10` or `lb.example.test`, optionally with a port; undefined: the API server's own address. */
  readonly controlPlaneEndpoint?: string | undefined;
  readonly serviceCidr: string;
  /** First address of the first service range. */
  readonly serviceIp: string;
  readonly dnsDomain: string;
}

const releases = ['1.22', '1.28', '1.32', '1.36'] as const;
export type Release = (typeof releases)[number];

/** Whether the site's release is the given one or a later one. */
export const since = (site: Site, release: Release): boolean =>
  releases.indexOf(site.release) >= releases.indexOf(release);

interface LeafRow {
  /** A path relative to /etc/kubernetes, without `.crt`, or a kubeconfig. */
  readonly file: string;
  readonly signer: AuthorityRole;
  readonly commonName: string | ((site: Site) => string);
  readonly organizations?: (site: Site) => readonly string[];
  readonly usages: readonly string[];
  readonly sans?: (site: Site) => readonly string[];
}

const isAddress = (host: string) => /^[\d.]+$|:/.test(host);
const typed = (hosts: readonly string[]) => [
  ...[...new Set(hosts.filter((host) => !isAddress(host)))].sort().map((host) => `DNS:${host}`),
  ...[...new Set(hosts.filter(isAddress))].sort().map((host) => `IP:${host}`),
];

/** The host of a `host:port`. */
export const hostOf = (endpoint: string): string => endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

const apiserverSans = ({ name, ip, serviceIp, dnsDomain, controlPlaneEndpoint }: Site) =>
  typed([
    name,
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${dnsDomain}`,
    serviceIp,
    ip,
    ...(controlPlaneEndpoint === undefined ? [] : [hostOf(controlPlaneEndpoint)]),
  ]);
const etcdSans = ({ name, ip }: Site) => [`DNS:${name}`, 'DNS:localhost', `IP:${ip}`, 'IP:127.0.0.1', 'IP:::1'];
const mastersUntil128 = (site: Site) => (since(site, '1.32') ? [] : ['system:masters']);
const server = ['serverAuth'];
const client = ['clientAuth'];
const both = ['serverAuth', 'clientAuth'];

export const leaves = {
  'kube-apiserver': {
    file: 'pki/apiserver',
    signer: 'kubernetes-ca',
    commonName: 'kube-apiserver',
    usages: server,
    sans: apiserverSans,
  },
  'kube-apiserver-kubelet-client': {
    file: 'pki/apiserver-kubelet-client',
    signer: 'kubernetes-ca',
    commonName: 'kube-apiserver-kubelet-client',
    organizations: (site) => {
      if (site.release === '1.36') return [];
      return [site.release === '1.32' ? 'kubeadm:cluster-admins' : 'system:masters'];
    },
    usages: client,
  },
  'kube-apiserver-etcd-client': {
    file: 'pki/apiserver-etcd-client',
    signer: 'etcd-ca',
    commonName: 'kube-apiserver-etcd-client',
    organizations: mastersUntil128,
    usages: client,
  },
  'front-proxy-client': {
    file: 'pki/front-proxy-client',
    signer: 'front-proxy-ca',
    commonName: 'front-proxy-client',
    usages: client,
  },
  'kube-etcd': {
    file: 'pki/etcd/server',
    signer: 'etcd-ca',
    commonName: ({ name }) => name,
    usages: both,
    sans: etcdSans,
  },
  'kube-etcd-peer': {
    file: 'pki/etcd/peer',
    signer: 'etcd-ca',
    commonName: ({ name }) => name,
    usages: both,
    sans: etcdSans,
  },
  'kube-etcd-healthcheck-client': {
    file: 'pki/etcd/healthcheck-client',
    signer: 'etcd-ca',
    commonName: 'kube-etcd-healthcheck-client',
    organizations: mastersUntil128,
    usages: client,
  },
  'admin.conf': {
    file: 'admin.conf',
    signer: 'kubernetes-ca',
    commonName: 'kubernetes-admin',
    organizations: (site) => [since(site, '1.32') ? 'kubeadm:cluster-admins' : 'system:masters'],
    usages: client,
  },
  'super-admin.conf': {
    file: 'super-admin.conf',
    signer: 'kubernetes-ca',
    commonName: 'kubernetes-super-admin',
    organizations: () => ['system:masters'],
    usages: client,
  },
  'controller-manager.conf': {
    file: 'controller-manager.conf',
    signer: 'kubernetes-ca',
    commonName: 'system:kube-controller-manager',
    usages: client,
  },
  'scheduler.conf': {
    file: 'scheduler.conf',
    signer: 'kubernetes-ca',
    commonName: 'system:kube-scheduler',
    usages: client,
  },
  'kubelet.conf': {
    file: 'kubelet.conf',
    signer: 'kubernetes-ca',
    commonName: ({ name }) => `system:node:${name}`,
    organizations: () => ['system:nodes'],
    usages: client,
  },
} as const satisfies Record<string, LeafRow>;

export type LeafRole = keyof typeof leaves;
export type Role = AuthorityRole | LeafRole;

export const leafRow = (role: LeafRole): LeafRow => leaves[role];
export const isAuthority = (role: string): role is AuthorityRole => Object.hasOwn(authorities, role);
export const isKubeconfig = (role: string): boolean => role.endsWith('.conf');

/** Absolute path of a role's certificate, or kubeconfig. */
export function pathOf(role: Role): string {
  const { file } = isAuthority(role) ? authorities[role] : leaves[role];
  return `/etc/kubernetes/${file}${isKubeconfig(role) ? '' : '.crt'}`;
}

export const roles: readonly Role[] = [...Object.keys(authorities), ...Object.keys(leaves)] as Role[];
