import { respell, setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { addArguments, controllers, kubeadm132, kubeadm136, kubernetes, release, setAll, suites } from './hardening.ts';
import type { Shape } from './shape.ts';

const reference = 'https://kubernetes.io/docs/reference/command-line-tools-reference/';
const apiserver = 'kube-apiserver';

/** `--name=value` as name and value apart, both quoted; flags without a value for what is true. */
function apart(flag: string): string {
  const at = flag.indexOf('=');
  const [name, value] = [flag.slice(0, at), flag.slice(at + 1)];
  return value === 'true' ? `    - ${name}` : `    - ${name}\n    - "${value}"`;
}

const allKubernetes = (node: NodeTree, tag: string): NodeTree =>
  release(node, Object.fromEntries(kubernetes.map((name) => [name, tag])));

/** Values in every spelling that components take, and feature gates of their release. */
export const hardenedSpellings: readonly Shape[] = [
  {
    id: 'flags-and-values-apart',
    runs: 'people who write a flag and its value as two items of the list',
    source: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    node: kubeadm136,
    change: (node) => {
      for (const name of [...kubernetes, 'etcd']) respell(node, name, apart);
    },
  },
  {
    id: 'quoted-items',
    runs: 'people who quote whole items, which the parser of YAML removes',
    source: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    node: kubeadm136,
    change: (node) => {
      respell(node, apiserver, (flag) => `    - "${flag}"`);
      respell(node, 'etcd', (flag) => `    - '${flag}'`);
    },
  },
  {
    id: 'bools-in-every-spelling',
    runs: "people who write what Go's ParseBool takes: t, T, 1, TRUE, True",
    source: 'https://pkg.go.dev/strconv#ParseBool',
    node: kubeadm136,
    change: (node) => {
      setFlags(node, apiserver, {
        'allow-privileged': 'True',
        'enable-bootstrap-token-auth': 'TRUE',
        'anonymous-auth': 't',
        profiling: 'F',
        'enable-aggregator-routing': '1',
        'service-account-extend-token-expiration': '0',
      });
      setFlags(node, 'kube-controller-manager', { 'leader-elect': 'T', profiling: 'FALSE' });
      setFlags(node, 'etcd', { 'client-cert-auth': '1', 'peer-client-cert-auth': 'TRUE' });
    },
  },
  {
    id: 'underscores',
    runs: 'people whose flags have underscores, which all components of Kubernetes read as dashes',
    source: 'https://github.com/GoogleCloudPlatform/kubernetes/blob/v1.1.1-beta.1/pkg/util/flags.go',
    node: kubeadm136,
    change: (node) => {
      addArguments(node, apiserver, '--event_ttl=1h', '--service_node_port_range=30000-32767');
      addArguments(node, 'kube-scheduler', '--leader_elect_lease_duration=30s');
    },
  },
  {
    id: 'durations-and-numbers',
    runs: 'people who write durations as Go prints or takes them',
    source: 'https://pkg.go.dev/time#ParseDuration',
    node: kubeadm136,
    change: (node) => {
      setFlags(node, apiserver, {
        'event-ttl': '1h0m0s',
        'request-timeout': '1.5m',
        'min-request-timeout': '1800',
        'etcd-compaction-interval': '0',
        'etcd-healthcheck-timeout': '2000ms',
        'shutdown-delay-duration': '15s',
        'service-account-max-token-expiration': '24h0m0s',
        'goaway-chance': '0.001',
        'max-requests-inflight': '800',
        'service-node-port-range': '30000+2767',
        'livez-grace-period': '0s',
      });
      setFlags(node, 'kube-controller-manager', {
        'cluster-signing-duration': '87600h',
        'min-resync-period': '12h0m0s',
      });
    },
  },
  {
    id: 'lists-by-repetition',
    runs: 'people who repeat a flag instead of writing a list, and set the level of the log in its short spelling',
    source: `${reference}kube-apiserver/`,
    node: kubeadm136,
    change: (node) => {
      addArguments(
        node,
        apiserver,
        '-v=2',
        '--vmodule=reflector=4',
        '--enable-admission-plugins=AlwaysPullImages',
        '--feature-gates=APIServerTracing=true',
        '--feature-gates=AllAlpha=false',
        '--runtime-config=api/all=true',
        '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
        '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      );
      addArguments(node, 'kube-scheduler', '--v', '"4"');
    },
  },
  {
    id: 'apis-of-alpha-and-beta',
    runs: 'API servers that serve some APIs in alpha and beta, and one that is off',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/enable-disable-api/',
    node: kubeadm136,
    change: (node) =>
      setAll(node, ['kube-apiserver'], {
        'runtime-config':
          'resource.k8s.io/v1beta1=true,admissionregistration.k8s.io/v1alpha1=true,batch/v1/cronjobs=false,api/beta=true,/v1=true',
      }),
  },
  {
    id: 'suites-beside-1.3',
    runs: 'API servers that speak TLS 1.3 only and have a list of suites all the same, which kube-apiserver takes',
    source: 'https://www.hiascend.com/document/detail/en/mindx-edge/600/mef/mefug/mefug_0096.html',
    node: kubeadm136,
    change: (node) => setAll(node, kubernetes, { 'tls-min-version': 'VersionTLS13', 'tls-cipher-suites': suites.rke2 }),
  },
  {
    id: 'suites-without-http2',
    runs: 'API servers without HTTP/2, whose suites need not have the one that HTTP/2 requires',
    source: `${reference}kube-apiserver/`,
    node: kubeadm136,
    change: (node) =>
      setFlags(node, apiserver, {
        'disable-http2-serving': 'true',
        'tls-cipher-suites': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      }),
  },
  {
    id: 'suites-of-mozilla-modern',
    runs: "Mozilla's list of modern suites in Go's names, and its version",
    source: 'https://github.com/gravitational/planet/pull/400',
    node: kubeadm132,
    change: (node) => setAll(node, kubernetes, { 'tls-min-version': 'VersionTLS12', 'tls-cipher-suites': suites.rke2 }),
  },
  {
    id: 'curves-by-number',
    runs: 'clusters of 1.36 that choose their curves: X25519 and the one with ML-KEM',
    source: 'https://github.com/kubernetes/kubernetes/pull/137115',
    node: kubeadm136,
    change: (node) => setAll(node, kubernetes, { 'tls-curve-preferences': '4588,29' }),
  },
  {
    id: 'all-addresses-of-both-families',
    runs: 'dual-stack control planes that listen on all addresses of both families',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/#configure-ipv4-ipv6-dual-stack',
    node: kubeadm136,
    change: (node) => {
      setFlags(node, apiserver, { 'service-cluster-ip-range': '10.96.0.0/12,fd00:10:96::/112', 'bind-address': '::' });
      setFlags(node, 'kube-controller-manager', {
        'allocate-node-cidrs': 'true',
        'cluster-cidr': '10.244.0.0/16,fd00:10:244::/48',
        'service-cluster-ip-range': '10.96.0.0/12,fd00:10:96::/112',
        'node-cidr-mask-size-ipv4': '24',
        'node-cidr-mask-size-ipv6': '64',
      });
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('--bind-address=::', "'$&'"));
    },
  },
  {
    id: 'gates-of-1.36',
    runs: 'clusters of 1.36 with gates that this release still has: of what graduated, =true is taken',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/',
    node: kubeadm136,
    change: (node) => {
      const graduated = [
        'APIServerTracing',
        'AnonymousAuthConfigurableEndpoints',
        'StructuredAuthenticationConfiguration',
      ];
      node.replaceFlag(apiserver, 'feature-gates', graduated.map((gate) => `${gate}=true`).join());
    },
  },
  {
    id: 'gates-of-1.32',
    runs: 'clusters of 1.32 with gates that were removed later',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates-removed/',
    node: kubeadm132,
    change: (node) =>
      node.replaceFlag(
        apiserver,
        'feature-gates',
        'StructuredAuthorizationConfiguration=true,WatchBookmark=true,AllAlpha=false,AllBeta=true',
      ),
  },
  {
    id: 'gates-of-1.28',
    runs: 'clusters of 1.28 with gates that are long gone',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates-removed/',
    node: { release: '1.28' },
    change: (node) => {
      node.replaceFlag(apiserver, 'feature-gates', 'ServerSideApply=true,APIPriorityAndFairness=true');
      for (const name of controllers) node.replaceFlag(name, 'feature-gates', 'RotateKubeletServerCertificate=true');
    },
  },
  {
    id: 'service-syncs-before-1.37',
    runs: 'clusters of 1.33 with a flag of kube-controller-manager that 1.37 removes',
    source: 'https://github.com/kubernetes/kubernetes/pull/138002',
    node: kubeadm132,
    change: (node) =>
      allKubernetes(node, 'v1.33.4').replaceFlag('kube-controller-manager', 'concurrent-service-syncs', '5'),
  },
];
