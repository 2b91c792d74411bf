/** The documented roles, which code refers to by their meaning, with their names in the documented tables. */
import type { RoleName } from './name-types.ts';

export const roleIds = {
  /** The CA of the cluster: it signs the certificates of API servers, kubelets and their clients. */
  clusterCa: 'kubernetes-ca',
  /** The CA that etcd and its clients trust. */
  etcdCa: 'etcd-ca',
  /** The CA of front proxies. */
  frontProxyCa: 'front-proxy-ca',
  apiServer: 'kube-apiserver',
  /** The client certificate that the API server presents to kubelets. */
  kubeletClient: 'kube-apiserver-kubelet-client',
  /** The client certificate that the API server presents to extension API servers. */
  frontProxyClient: 'front-proxy-client',
  etcdServer: 'kube-etcd',
  etcdPeer: 'kube-etcd-peer',
  etcdHealthcheck: 'kube-etcd-healthcheck-client',
  /** The client certificate that the API server presents to etcd. */
  etcdClient: 'kube-apiserver-etcd-client',
  /** The key pair that signs and verifies service account tokens. */
  serviceAccount: 'service-account',
  admin: 'admin.conf',
  superAdmin: 'super-admin.conf',
  kubelet: 'kubelet.conf',
  controllerManager: 'controller-manager.conf',
  scheduler: 'scheduler.conf',
  kubeProxy: 'kube-proxy.conf',
} as const satisfies Readonly<Record<string, RoleName>>;

/** A role of the documented tables. */
export type RoleId = (typeof roleIds)[keyof typeof roleIds];

/**
 * Returns the id of a role's further files, if it has several: no name of a role has a space. The id of the first is
 * the name.
 */
export const idOfFurther = (role: RoleName, path: string): string => `${role} ${path}`;

/** Returns the role of an id. */
export const roleOfId = (id: string): RoleName => id.split(' ', 1)[0] ?? id;
