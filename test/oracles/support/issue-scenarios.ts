/** The documented uses of issuing. Each scenario creates a node on disk. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssueOptions } from '../../../src/index.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { isAuthority, type Role, type Site } from '../../support/roles.ts';
import { facts, issueInto, joined, nodeAt } from './issued.ts';
import { freshNode, rolesOf } from './nodes.ts';
import { answerRequests, authoritiesOfOpenssl } from './openssl-ca.ts';

export interface Scenario {
  readonly name: string;
  /** Issues into `root`, and keeps everything else that it needs in folders next to it. */
  readonly make: (root: string) => Promise<unknown>;
  /** The roles that must have a certificate afterwards; by default those of a control plane. */
  readonly roles?: readonly Role[];
  /** The roles whose certificates existed before and were not issued by pki-lint. */
  readonly given?: readonly Role[];
  /** Whether the node's CAs are signed by a root that is not on the node. */
  readonly underRoot?: boolean;
  /** How the node differs from the first one of a cluster. `sans`: additional names of the API server. */
  readonly site?: Partial<Site> & { readonly sans?: readonly string[] };
}

/** The values that the names of the first control plane depend on. */
export const firstSite: Site = {
  name: facts.nodeName,
  ip: facts.advertiseAddress,
  release: '1.36',
  serviceCidr: '10.96.0.0/12',
  serviceIp: '10.96.0.1',
  dnsDomain: 'cluster.local',
};

/** An empty folder becomes a control plane. */
const fresh =
  (options: IssueOptions = {}): Scenario['make'] =>
  (root) =>
    issueInto(root, { facts, ...options });

const inside = (root: string, file: string): string => join(root, 'etc/kubernetes', file);

/** Copies files from one node to another. */
function share(from: NodeTree, root: string, files: readonly string[]): void {
  for (const file of files) {
    const to = inside(root, file);
    mkdirSync(join(to, '..'), { recursive: true });
    writeFileSync(to, from.read(file), { mode: file.endsWith('.crt') ? 0o644 : 0o600 });
  }
}

/** The files that a joining control plane needs from the first (kubeadm, "Manual certificate distribution"). */
const sharedFiles = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((name) => [`pki/${name}.crt`, `pki/${name}.key`]);

/** Creates a second control plane that joins the node in `first`. */
export async function joinNode(first: string, root: string): Promise<void> {
  share(nodeAt(first), root, [...sharedFiles, 'pki/sa.key', 'pki/sa.pub']);
  await issueInto(root, { facts: joined });
}

/** Creates a worker. The key of the cluster's CA is in `first`; the worker has only the certificate. */
export async function makeWorker(first: string, root: string): Promise<void> {
  share(nodeAt(first), root, ['pki/ca.crt']);
  const worker = { nodeName: 'worker-1', controlPlaneEndpoint: facts.advertiseAddress };
  await issueInto(root, { facts: worker, caDir: inside(first, 'pki'), only: ['kubelet.conf'] });
}

/** A node on which every leaf expired an hour ago. */
async function expiredNode(root: string): Promise<void> {
  const node = await freshNode('kubeadm-1.32-default');
  const end = new Date(Date.now() - 3_600_000);
  for (const role of rolesOf(node)) if (!isAuthority(role)) node.issue(role, { notAfter: end });
  node.toDisk(root);
}

const etcdRoles: readonly Role[] = ['kube-etcd', 'kube-etcd-peer', 'kube-etcd-healthcheck-client'];
const workerRoles: readonly Role[] = ['kubernetes-ca', 'kubelet.conf'];
const few = { only: ['kube-apiserver', 'admin.conf'] };
const fewRoles: readonly Role[] = ['kubernetes-ca', 'kube-apiserver', 'admin.conf'];
export const controlPlane: readonly Role[] = [
  ...(['kubernetes-ca', 'etcd-ca', 'front-proxy-ca', 'kube-apiserver', 'kube-apiserver-kubelet-client'] as const),
  ...(['kube-apiserver-etcd-client', 'front-proxy-client', ...etcdRoles] as const),
  ...(['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'] as const),
];
const withoutSuperAdmin = controlPlane.filter((role) => role !== 'super-admin.conf');

export const scenarios: readonly Scenario[] = [
  { name: 'an empty folder, rsa-2048', make: fresh({ algorithm: 'rsa-2048' }) },
  { name: 'an empty folder, ecdsa-p384', make: fresh({ algorithm: 'ecdsa-p384' }) },
  { name: 'an empty folder, as documented', make: fresh({ profile: 'documented' }) },
  { name: 'a few, rsa-3072', make: fresh({ algorithm: 'rsa-3072', ...few }), roles: fewRoles },
  { name: 'a few, rsa-4096', make: fresh({ algorithm: 'rsa-4096', ...few }), roles: fewRoles },
  {
    name: 'one root above the CAs',
    make: (root) => issueInto(root, { facts, rootCa: true, rootDir: `${root}-ca` }),
    underRoot: true,
  },
  {
    name: 'CAs of openssl, kept off the node',
    make: (root) => issueInto(root, { facts, caDir: authoritiesOfOpenssl(`${root}-ca`) }),
    given: ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'],
  },
  {
    name: 'requests that openssl signs',
    make: async (root) => {
      const requests = `${root}-requests`;
      await issueInto(root, { facts, csr: requests });
      answerRequests(requests, authoritiesOfOpenssl(`${root}-ca`));
      await issueInto(root, { facts, import: requests });
    },
    given: ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'],
  },
  {
    name: 'etcd elsewhere',
    make: async (root) => {
      await issueInto(`${root}-etcd`, { facts });
      share(nodeAt(`${root}-etcd`), root, ['pki/etcd/ca.crt']);
      share(nodeAt(`${root}-etcd`), root, ['pki/apiserver-etcd-client.crt', 'pki/apiserver-etcd-client.key']);
      await issueInto(root, { facts: { ...joined, ...facts, etcd: 'external', kind: 'control-plane' } });
    },
    roles: controlPlane.filter((role) => !etcdRoles.includes(role)),
  },
  {
    name: 'a node that joins',
    make: async (root) => {
      await issueInto(`${root}-first`, { facts });
      await joinNode(`${root}-first`, root);
    },
    roles: withoutSuperAdmin,
    site: { name: joined.nodeName, ip: joined.advertiseAddress, controlPlaneEndpoint: joined.controlPlaneEndpoint },
  },
  {
    name: 'a worker',
    make: async (root) => {
      await issueInto(`${root}-first`, { facts, only: ['kubernetes-ca'] });
      await makeWorker(`${root}-first`, root);
    },
    roles: workerRoles,
  },
  {
    name: 'a cluster that has expired',
    make: async (root) => {
      await expiredNode(root);
      await issueInto(root, { renew: true });
    },
  },
  {
    name: 'one more name for the API server',
    make: async (root) => {
      await issueInto(root, { facts });
      const sans = ['api.example.test', '2001:db8::7'];
      await issueInto(root, { facts: { ...joined, ...facts, sans }, replace: ['kube-apiserver'] });
    },
    site: { sans: ['DNS:api.example.test', 'IP:2001:db8::7'] },
  },
];
