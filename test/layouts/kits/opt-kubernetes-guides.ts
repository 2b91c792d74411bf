/** How the guides of binaries under /opt differ, and their flags. */
import type { Flags } from './kit.ts';

/** Where the guides differ. */
export interface Guide {
  readonly cluster: string;
  readonly home: string;
  /** The folder of etcd's certificates, its program and its file of variables. */
  readonly etcd: { readonly ssl: string; readonly program: string; readonly conf: string };
  /** The file of the API server's certificate, without its ending. */
  readonly server: string;
  /** The CA's common name. The API server's is `kubernetes`. */
  readonly ca: string;
  /** Flags that releases from 1.26 on no longer have. */
  readonly logs: Flags;
  readonly units: string;
}

export const classic: Guide = {
  cluster: 'opt-kubernetes',
  home: '/opt/kubernetes',
  etcd: { ssl: '/opt/etcd/ssl', program: '/opt/etcd/bin/etcd', conf: '/opt/etcd/cfg/etcd.conf' },
  server: 'server',
  ca: 'kubernetes',
  logs: { logtostderr: 'false', v: '2', 'log-dir': '/opt/kubernetes/logs' },
  units: '/usr/lib/systemd/system',
};

export const moved: Guide = {
  cluster: 'opt-k8s',
  home: '/opt/k8s',
  etcd: { ssl: '/etc/etcd/ssl', program: '/usr/local/bin/etcd', conf: '/etc/etcd/etcd.conf' },
  server: 'kube-apiserver',
  ca: 'kubernetes-ca',
  logs: { v: '2' },
  units: '/etc/systemd/system',
};

export const masters = ['192.168.31.71', '192.168.31.72'] as const;
export const balancer = '192.168.31.88';

export function masterFlags({ home, etcd, server, logs }: Guide, ip: string) {
  const ssl = `${home}/ssl`;
  const kubeconfig = (name: string) => `${home}/cfg/${name}.kubeconfig`;
  return {
    etcd: {
      'cert-file': `${etcd.ssl}/server.pem`,
      'key-file': `${etcd.ssl}/server-key.pem`,
      'peer-cert-file': `${etcd.ssl}/server.pem`,
      'peer-key-file': `${etcd.ssl}/server-key.pem`,
      'trusted-ca-file': `${etcd.ssl}/ca.pem`,
      'peer-trusted-ca-file': `${etcd.ssl}/ca.pem`,
      logger: 'zap',
    },
    'kube-apiserver': {
      ...logs,
      'etcd-servers': masters.map((each) => `https://${each}:2379`).join(),
      'bind-address': ip,
      'secure-port': '6443',
      'advertise-address': ip,
      'allow-privileged': 'true',
      'service-cluster-ip-range': '10.0.0.0/24',
      'enable-admission-plugins': 'NodeRestriction',
      'authorization-mode': 'RBAC,Node',
      'enable-bootstrap-token-auth': 'true',
      'token-auth-file': `${home}/cfg/token.csv`,
      'service-node-port-range': '30000-32767',
      'kubelet-client-certificate': `${ssl}/${server}.pem`,
      'kubelet-client-key': `${ssl}/${server}-key.pem`,
      'tls-cert-file': `${ssl}/${server}.pem`,
      'tls-private-key-file': `${ssl}/${server}-key.pem`,
      'client-ca-file': `${ssl}/ca.pem`,
      'service-account-key-file': `${ssl}/ca-key.pem`,
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-signing-key-file': `${ssl}/ca-key.pem`,
      'etcd-cafile': `${etcd.ssl}/ca.pem`,
      'etcd-certfile': `${etcd.ssl}/server.pem`,
      'etcd-keyfile': `${etcd.ssl}/server-key.pem`,
      'requestheader-client-ca-file': `${ssl}/ca.pem`,
      'proxy-client-cert-file': `${ssl}/${server}.pem`,
      'proxy-client-key-file': `${ssl}/${server}-key.pem`,
      'requestheader-allowed-names': 'kubernetes',
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'enable-aggregator-routing': 'true',
    },
    'kube-controller-manager': {
      ...logs,
      'leader-elect': 'true',
      kubeconfig: kubeconfig('kube-controller-manager'),
      'bind-address': '127.0.0.1',
      'allocate-node-cidrs': 'true',
      'cluster-cidr': '10.244.0.0/16',
      'service-cluster-ip-range': '10.0.0.0/24',
      'cluster-signing-cert-file': `${ssl}/ca.pem`,
      'cluster-signing-key-file': `${ssl}/ca-key.pem`,
      'root-ca-file': `${ssl}/ca.pem`,
      'service-account-private-key-file': `${ssl}/ca-key.pem`,
      'cluster-signing-duration': '87600h0m0s',
    },
    'kube-scheduler': {
      ...logs,
      'leader-elect': true as const,
      kubeconfig: kubeconfig('kube-scheduler'),
      'bind-address': '127.0.0.1',
    },
  };
}

export const workerFlags = ({ home, logs }: Guide) => ({
  kubelet: {
    ...logs,
    'hostname-override': 'k8s-node1',
    kubeconfig: `${home}/cfg/kubelet.kubeconfig`,
    'bootstrap-kubeconfig': `${home}/cfg/bootstrap.kubeconfig`,
    config: `${home}/cfg/kubelet-config.yml`,
    'cert-dir': `${home}/ssl`,
    'container-runtime-endpoint': 'unix:///run/containerd/containerd.sock',
  },
  'kube-proxy': { ...logs, config: `${home}/cfg/kube-proxy-config.yml` },
});
