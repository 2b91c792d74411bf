import { setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const reference = 'https://kubernetes.io/docs/reference/command-line-tools-reference';

const set = (component: string, flags: Readonly<Record<string, string>>) => (node: NodeTree) =>
  setFlags(node, component, flags);

/** Hardened and unusual values that their components take. */
export const values: readonly Shape[] = [
  {
    id: 'suites-with-aes-128-gcm',
    runs: 'Clusters whose suites are those of the CIS Benchmark: one of them is the one that HTTP/2 requires.',
    source: 'https://github.com/Azure/aks-engine/issues/3979',
    change: (node) => {
      const suites =
        'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        setFlags(node, name, { 'tls-cipher-suites': suites, 'tls-min-version': 'VersionTLS12' });
      setFlags(node, 'etcd', { 'cipher-suites': suites, 'tls-min-version': 'TLS1.2' });
    },
  },
  {
    id: 'suites-with-old-names',
    runs: 'Clusters that have the two names of CHACHA20 without a hash, which Kubernetes and etcd keep.',
    source: 'https://github.com/giantswarm/k8scloudconfig/pull/726',
    change: set('kube-apiserver', {
      'tls-cipher-suites':
        'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_RSA_WITH_AES_256_GCM_SHA384',
    }),
  },
  {
    id: 'only-tls-1.3',
    runs: 'Clusters that speak only TLS 1.3. Its suites cannot be chosen, and a list of others has no effect, also not in HTTP/2.',
    source: 'https://github.com/vexxhost/ansible-collection-kubernetes/pull/182',
    change: (node) => {
      set('kube-apiserver', {
        'tls-min-version': 'VersionTLS13',
        'tls-cipher-suites': 'TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256',
      })(node);
      set('etcd', { 'tls-min-version': 'TLS1.3' })(node);
    },
  },
  {
    id: 'strong-suites-without-http2',
    runs: 'Clusters without HTTP/2, whose API servers need no suite for it.',
    source: `${reference}/kube-apiserver/`,
    change: set('kube-apiserver', {
      'disable-http2-serving': 'true',
      'tls-cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    }),
  },
  {
    id: 'audit-log-of-the-benchmark',
    runs: 'Clusters that follow section 1.2 of the CIS Benchmark: audit logs with limits, and timeouts with units.',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/',
    change: set('kube-apiserver', {
      'audit-log-path': '-',
      'audit-log-maxage': '30',
      'audit-log-maxbackup': '10',
      'audit-log-maxsize': '100',
      'audit-log-format': 'json',
      'audit-log-mode': 'blocking-strict',
      'request-timeout': '5m0s',
      'min-request-timeout': '1800',
      'shutdown-delay-duration': '20s',
      profiling: 'false',
    }),
  },
  {
    id: 'bools-of-go',
    runs: 'Clusters whose templates write bools as Python does: Go takes True and False, and one letter.',
    source: 'https://pkg.go.dev/strconv#ParseBool',
    change: (node) => {
      set('kube-apiserver', { profiling: 'False', 'enable-aggregator-routing': 'True', 'allow-privileged': 't' })(node);
      set('etcd', { 'pre-vote': 'TRUE', 'strict-reconfig-check': '1' })(node);
    },
  },
  {
    id: 'numbers-of-go',
    runs: 'Nodes with numbers as Go reads them: with underscores and in base 16.',
    source: 'https://pkg.go.dev/strconv#ParseInt',
    change: (node) => {
      set('etcd', { 'quota-backend-bytes': '8_589_934_592', 'snapshot-count': '0x2710' })(node);
      set('kube-apiserver', { 'max-requests-inflight': '1_600' })(node);
    },
  },
  {
    id: 'openid-by-flags',
    runs: 'Clusters whose users come from an identity provider, by flags.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens',
    change: set('kube-apiserver', {
      'oidc-issuer-url': 'https://login.example.test/realms/kubernetes',
      'oidc-client-id': 'kubernetes',
      'oidc-username-claim': 'email',
      'oidc-groups-claim': 'groups',
      'oidc-signing-algs': 'RS256,ES256',
      'oidc-required-claim': 'tenant=example',
    }),
  },
  {
    id: 'issuer-without-scheme',
    runs: 'Clusters whose issuer is a name, as that of legacy tokens is.',
    source: `${reference}/kube-apiserver/#service-account-issuer`,
    change: set('kube-apiserver', {
      'service-account-issuer': 'kubernetes/serviceaccount',
      'service-account-jwks-uri': 'https://keys.example.test/openid/v1/jwks',
      'service-account-max-token-expiration': '24h',
    }),
  },
  {
    id: 'two-families-of-services',
    runs: 'Clusters with two families of addresses, an IPv6 range of the largest size.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
    node: { release: '1.28' },
    change: set('kube-apiserver', { 'service-cluster-ip-range': '10.96.0.0/12,fd00:42::/108' }),
  },
  {
    id: 'large-range-of-services',
    runs: 'Clusters from 1.34 on, whose ranges of services are no longer kept in one object of etcd: a /64 is taken.',
    source: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/1880-multiple-service-cidrs',
    change: set('kube-apiserver', { 'service-cluster-ip-range': '10.96.0.0/12,fd00:42::/64' }),
  },
  {
    id: 'controllers-by-name',
    runs: 'Clusters without some controllers: old and new names are taken.',
    source: `${reference}/kube-controller-manager/`,
    change: set('kube-controller-manager', {
      controllers: '*,bootstrapsigner,token-cleaner-controller,-nodeipam,-ttl-controller',
      'cluster-signing-duration': '87600h',
    }),
  },
  {
    id: 'plugins-of-the-benchmark',
    runs: 'Clusters with the admission plugins that hardening guides ask for, and one that is off.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/',
    change: set('kube-apiserver', {
      'enable-admission-plugins':
        'NodeRestriction,AlwaysPullImages,EventRateLimit,DenyServiceExternalIPs,PodNodeSelector',
      'disable-admission-plugins': 'DefaultTolerationSeconds',
    }),
  },
  {
    id: 'vendor-plugin',
    runs: 'Clusters of vendors whose API server has admission plugins of its own.',
    source: 'https://docs.openshift.com/container-platform/4.14/architecture/admission-plug-ins.html',
    change: set('kube-apiserver', {
      'enable-admission-plugins': 'NodeRestriction,security.openshift.io/SecurityContextConstraint',
    }),
  },
  {
    id: 'three-modes-of-authorization',
    runs: 'Clusters with a webhook in addition to the usual modes.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/webhook/',
    change: (node) => {
      node.write(
        'pki/authorizer.conf',
        'apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster: {server: "http://127.0.0.1:9000/authorize"}\nusers:\n- name: u\ncontexts:\n- name: c\n  context: {cluster: a, user: u}\ncurrent-context: c\n',
        0o600,
      );
      set('kube-apiserver', {
        'authorization-mode': 'Node,RBAC,Webhook',
        'authorization-webhook-config-file': '/etc/kubernetes/pki/authorizer.conf',
      })(node);
    },
  },
  {
    id: 'tuned-etcd',
    runs: 'Members far from each other, with longer intervals and automatic compaction.',
    source: 'https://etcd.io/docs/v3.5/tuning/',
    change: set('etcd', {
      'heartbeat-interval': '250',
      'election-timeout': '2500',
      'auto-compaction-mode': 'revision',
      'auto-compaction-retention': '1000',
      'log-level': 'WARN',
      logger: 'zap',
      metrics: 'extensive',
    }),
  },
];
