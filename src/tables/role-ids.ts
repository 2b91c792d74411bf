/** Roles that code knows by what they mean, and not only as rows: the names that the documented tables give them. */
import type { RoleName } from './names.ts';

export const roleIds = {
  /** The CA of the cluster: it signs what API servers, kubelets and their clients show each other. */
  clusterCa: 'kubernetes-ca',
  /** The CA that etcd and its clients trust. */
  etcdCa: 'etcd-ca',
  /** The CA of front proxies. */
  frontProxyCa: 'front-proxy-ca',
  apiServer: 'kube-apiserver',
  /** With what the API server goes to kubelets. */
  kubeletClient: 'kube-apiserver-kubelet-client',
  /** With what the API server goes to extension API servers. */
  frontProxyClient: 'front-proxy-client',
  etcdServer: 'kube-etcd',
  etcdPeer: 'kube-etcd-peer',
  etcdHealthcheck: 'kube-etcd-healthcheck-client',
  /** With what the API server goes to etcd. */
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
