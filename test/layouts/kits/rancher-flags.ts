/** The flags that k3s gives to its components, which RKE2 writes into manifests (k3s pkg/daemons/control/server.go). */

import type { Flags } from './kit.ts';
import type { Distribution } from './rancher-certificates.ts';

/** What decides on the flags of a server. */
export interface FlagParts {
  readonly distribution: Distribution;
  readonly folder: string;
  /** How the API server reaches its data. */
  readonly etcd: Flags;
  /** Whether a CIS profile is set. */
  readonly profile: boolean;
}

/** The flags of RKE2's static pods. */
export function podFlags({ distribution: p, folder, etcd, profile }: FlagParts) {
  const [t, c] = [`${folder}/server/tls`, `${folder}/server/cred`];
  const audit: Flags = profile
    ? {
        'audit-log-maxage': '30',
        'audit-log-maxbackup': '10',
        'audit-log-maxsize': '100',
        'audit-log-path': `${folder}/server/logs/audit.log`,
        'audit-policy-file': `/etc/rancher/${p}/audit-policy.yaml`,
        'service-account-extend-token-expiration': 'false',
      }
    : {};
  const signer = (name: string, ca: string): Flags => ({
    [`cluster-signing-${name}-cert-file`]: `${t}/${ca}.nochain.crt`,
    [`cluster-signing-${name}-key-file`]: `${t}/${ca}.key`,
  });
  const threeTimes = (path: string): Flags => ({
    'authentication-kubeconfig': path,
    'authorization-kubeconfig': path,
    kubeconfig: path,
  });
  const serving = (name: string): Flags => ({
    'tls-cert-file': `${t}/${name}/${name}.crt`,
    'tls-private-key-file': `${t}/${name}/${name}.key`,
  });
  return {
    'kube-apiserver': {
      'admission-control-config-file': `/etc/rancher/${p}/${p}-pss.yaml`,
      'allow-privileged': 'true',
      'anonymous-auth': 'false',
      'api-audiences': `https://kubernetes.default.svc.cluster.local,${p}`,
      ...audit,
      'authorization-mode': 'Node,RBAC',
      'bind-address': '0.0.0.0',
      'cert-dir': `${t}/temporary-certs`,
      'client-ca-file': `${t}/client-ca.crt`,
      'egress-selector-config-file': `${folder}/server/etc/egress-selector-config.yaml`,
      'enable-admission-plugins': 'NodeRestriction',
      'enable-aggregator-routing': 'true',
      'enable-bootstrap-token-auth': 'true',
      'encryption-provider-config': `${c}/encryption-config.json`,
      'encryption-provider-config-automatic-reload': 'true',
      ...etcd,
      'kubelet-certificate-authority': `${t}/server-ca.crt`,
      'kubelet-client-certificate': `${t}/client-kube-apiserver.crt`,
      'kubelet-client-key': `${t}/client-kube-apiserver.key`,
      'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
      profiling: 'false',
      'proxy-client-cert-file': `${t}/client-auth-proxy.crt`,
      'proxy-client-key-file': `${t}/client-auth-proxy.key`,
      'requestheader-allowed-names': 'system:auth-proxy',
      'requestheader-client-ca-file': `${t}/request-header-ca.crt`,
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'secure-port': '6443',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': `${t}/service.key`,
      'service-account-signing-key-file': `${t}/service.current.key`,
      'service-cluster-ip-range': '10.43.0.0/16',
      'service-node-port-range': '30000-32767',
      'storage-backend': 'etcd3',
      'tls-cert-file': `${t}/serving-kube-apiserver.crt`,
      'tls-private-key-file': `${t}/serving-kube-apiserver.key`,
    },
    'kube-controller-manager': {
      'permit-port-sharing': 'true',
      'terminated-pod-gc-threshold': '1000',
      'allocate-node-cidrs': 'true',
      'bind-address': '127.0.0.1',
      'cluster-cidr': '10.42.0.0/16',
      ...signer('kube-apiserver-client', 'client-ca'),
      ...signer('kubelet-client', 'client-ca'),
      ...signer('kubelet-serving', 'server-ca'),
      ...signer('legacy-unknown', 'server-ca'),
      'configure-cloud-routes': 'false',
      controllers: '*,tokencleaner,-service,-route,-cloud-node-lifecycle',
      ...threeTimes(`${c}/controller.kubeconfig`),
      profiling: 'false',
      'root-ca-file': `${t}/server-ca.crt`,
      'secure-port': '10257',
      'service-account-private-key-file': `${t}/service.current.key`,
      'service-cluster-ip-range': '10.43.0.0/16',
      ...serving('kube-controller-manager'),
      'use-service-account-credentials': 'true',
    },
    'kube-scheduler': {
      'permit-port-sharing': 'true',
      ...threeTimes(`${c}/scheduler.kubeconfig`),
      'bind-address': '127.0.0.1',
      profiling: 'false',
      'secure-port': '10259',
      ...serving('kube-scheduler'),
    },
    etcd: { 'config-file': `${folder}/server/db/etcd/config` },
    'kube-proxy': {
      'cluster-cidr': '10.42.0.0/16',
      'conntrack-max-per-core': '0',
      kubeconfig: `${folder}/agent/kubeproxy.kubeconfig`,
      'proxy-mode': 'iptables',
    },
  } satisfies Readonly<Record<string, Flags>>;
}
