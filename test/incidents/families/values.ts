import { setFlags } from '../../cases/manifest-edits.ts';
import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const flag = (component: string, name: string, value: string) => (node: NodeTree) =>
  node.replaceFlag(component, name, value);

/** Replaces a line of a manifest. */
const line = (component: string, from: RegExp, to: string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(from, to));

const stopped = (component: string): readonly string[] => [`error argument/value@${component}`];
const edited = ['mkdir', 'cp', 'cp', 'sed', 'mv'];

/** Values that a flag does not take, or that are taken and then do not work. */
export const values: readonly Incident[] = [
  {
    id: 'any-origin',
    title: 'CORS for any origin, from 1.27 on',
    source: 'https://github.com/kubernetes/kubernetes/pull/125738',
    happened:
      'kube-apiserver did not start any more with an origin that was fine for years: "regular expression does not pin to start/end of host in the origin header". The script that started it had to write expressions for whole hosts.',
    node: { release: '1.28' },
    change: flag('kube-apiserver', 'cors-allowed-origins', '/127.0.0.1(:[0-9]+)?$,/localhost(:[0-9]+)?$'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'days-are-no-unit',
    title: 'A signing duration of 30d',
    source: 'https://github.com/gardener/gardener/pull/5114',
    happened:
      'kube-controller-manager ended with: invalid argument "30d" for "--cluster-signing-duration" flag: time: unknown unit "d" in duration "30d". Go has no unit for days; 720h healed it.',
    change: flag('kube-controller-manager', 'cluster-signing-duration', '30d'),
    finds: stopped('kube-controller-manager'),
    fix: edited,
  },
  {
    id: 'node-port-range-is-text',
    title: 'A word in place of a port range',
    source: 'https://github.com/rancher/rancher/issues/25206',
    happened:
      'A cluster was offline after an edit in a user interface: invalid argument "breakme" for "--service-node-port-range" flag: strconv.Atoi: parsing "breakme": invalid syntax.',
    change: flag('kube-apiserver', 'service-node-port-range', 'breakme'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'etcd-suites-with-tls-1.3',
    title: 'Cipher suites for an etcd that speaks only TLS 1.3',
    source: 'https://github.com/openshift/cluster-etcd-operator/pull/1364',
    happened:
      'The containers of etcd did not start once the minimum version was TLS 1.3: cipher suites cannot be configured when only TLS1.3 is enabled. The operator no longer passes --cipher-suites then.',
    change: (node) =>
      setFlags(node, 'etcd', {
        'tls-min-version': 'TLS1.3',
        'cipher-suites': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      }),
    finds: stopped('etcd'),
    fix: edited,
  },
  {
    id: 'service-range-of-ipv6-too-large',
    title: 'An IPv6 range of services with a /64',
    source: 'https://github.com/rancher/rke2/issues/8793',
    happened:
      'The server waited without end for a runtime that was not ready. The log of kube-apiserver had the reason: specified --service-cluster-ip-range is too large; for 128-bit addresses, the mask must be >= 108.',
    node: { release: '1.32' },
    change: flag('kube-apiserver', 'service-cluster-ip-range', '10.96.0.0/12,fd00:42::/64'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'service-range-of-ipv4-too-large',
    title: 'The whole of 10.0.0.0/8 for services',
    source: 'https://github.com/kubernetes/kubernetes/issues/12624',
    happened:
      'With --service-cluster-ip-range=10.0.0.0/8 kube-apiserver ended with: specified --service-cluster-ip-range is too large. The range may have 20 bits at most.',
    node: { release: '1.28', serviceCidr: '10.0.0.0/8', serviceIp: '10.0.0.1' },
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'heartbeat-as-long-as-election',
    title: 'A heartbeat as long as the election timeout',
    source: 'https://github.com/etcd-io/etcd/pull/2500',
    happened:
      'etcd with --heartbeat-interval=1000 ended with: --election-timeout[1000ms] should be at least as 5 times as --heartbeat-interval[1000ms]. Before, it panicked.',
    change: flag('etcd', 'heartbeat-interval', '1000'),
    finds: stopped('etcd'),
    fix: [],
  },
  {
    id: 'etcd-listens-on-a-name',
    title: 'etcd is to listen on a name',
    source: 'https://github.com/kopeio/etcd-manager/pull/111',
    happened:
      'Since 3.2, etcd refuses to listen on a host name: expected IP in URL for binding. The manager of etcd had used the name of the member in --listen-metrics-urls and the other URLs.',
    change: flag('etcd', 'listen-metrics-urls', 'http://etcd-1.internal:2381'),
    finds: stopped('etcd'),
    fix: [],
  },
  {
    id: 'retention-with-a-space',
    title: 'A space in the retention of compaction',
    source: 'https://github.com/clastix/kamaji/issues/510',
    happened:
      'A new etcd never came up: error parsing CompactionRetention: time: invalid duration " 0". The template of the chart had written a space before the number.',
    change: line('etcd', / {4}- --data-dir/, '    - "--auto-compaction-retention= 0"\n$&'),
    finds: stopped('etcd'),
    fix: [],
  },
  {
    id: 'only-weak-suites',
    title: 'Only suites that HTTP/2 cannot use',
    source: 'https://github.com/kubernetes/kubernetes/issues/81145',
    happened:
      'With only weak suites in --tls-cipher-suites, kube-apiserver did not start: http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher.',
    change: flag('kube-apiserver', 'tls-cipher-suites', 'TLS_RSA_WITH_AES_256_CBC_SHA,TLS_RSA_WITH_RC4_128_SHA'),
    finds: stopped('kube-apiserver'),
    fix: edited,
  },
  {
    id: 'only-strong-suites',
    title: 'Only the strongest suites',
    source: 'https://github.com/openshift/kubernetes/pull/1022',
    happened:
      'A custom security profile had only suites with AES 256, and the API servers crashed: HTTP/2 requires ECDHE with AES_128_GCM_SHA256. Now such a profile is refused.',
    change: flag(
      'kube-controller-manager',
      'tls-cipher-suites',
      'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    ),
    finds: stopped('kube-controller-manager'),
    fix: edited,
  },
  {
    id: 'suites-of-openssl',
    title: 'Suites in the notation of OpenSSL',
    source:
      'https://github.com/kubernetes/kubernetes/blob/05cecce228f9f69bfa77ba2f839ce7c453256961/staging/src/k8s.io/component-base/cli/flag/ciphersuites_flag.go',
    happened:
      'Suites copied from the settings of a web server stop kube-scheduler: Cipher suite ECDHE-RSA-AES128-GCM-SHA256 not supported or does not exist. Only the names of Go are taken.',
    change: flag('kube-scheduler', 'tls-cipher-suites', 'ECDHE-RSA-AES128-GCM-SHA256,ECDHE-RSA-AES256-GCM-SHA384'),
    finds: stopped('kube-scheduler'),
    fix: edited,
  },
  {
    id: 'kubernetes-version-for-etcd',
    title: 'The version of TLS in the spelling of Kubernetes, for etcd',
    source: 'https://github.com/etcd-io/etcd/blob/00ddd0ca85c37278232f22d32954a4664ed3cfc9/server/embed/config.go',
    happened:
      'A hardening guide was applied to all components with VersionTLS12. etcd ends with: unexpected TLS version "VersionTLS12" (must be one of: TLS1.2, TLS1.3).',
    change: flag('etcd', 'tls-min-version', 'VersionTLS12'),
    finds: stopped('etcd'),
    fix: edited,
  },
  {
    id: 'openid-issuer-with-fragment',
    title: 'A fragment in the URL of the issuer',
    source: 'https://github.com/gardener/gardener/issues/10864',
    happened:
      'kube-apiserver failed to come up: jwt[0].issuer.url: Invalid value: "https://test.html# ": URL must not contain a fragment.',
    change: (node) =>
      setFlags(node, 'kube-apiserver', {
        'oidc-issuer-url': 'https://login.example.test/#realm',
        'oidc-client-id': 'kubernetes',
      }),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'openid-issuer-without-tls',
    title: 'An identity provider without TLS',
    source: 'https://github.com/kubernetes/minikube/pull/8809',
    happened:
      'After hours of debugging, the reason why kube-apiserver did not start was the scheme: --oidc-issuer-url takes only https.',
    change: (node) =>
      setFlags(node, 'kube-apiserver', { 'oidc-issuer-url': 'http://dex.example.test', 'oidc-client-id': 'minikube' }),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'admission-plugin-that-was-removed',
    title: 'PodSecurityPolicy after the upgrade to 1.25',
    source: 'https://github.com/kubermatic/kubermatic/pull/11836',
    happened:
      'A cluster with the admission plugin PodSecurityPolicy was broken by the upgrade to 1.25: enable-admission-plugins plugin "PodSecurityPolicy" is unknown.',
    node: { release: '1.28' },
    change: flag('kube-apiserver', 'enable-admission-plugins', 'NodeRestriction,PodSecurityPolicy'),
    finds: stopped('kube-apiserver'),
    fix: edited,
  },
  {
    id: 'quota-with-a-unit',
    title: 'A quota of 8G in a variable of etcd',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/6212',
    happened:
      'etcd ended with: invalid value "8G" for ETCD_QUOTA_BACKEND_BYTES. The quota is a number of bytes; the inventory had the value that the documentation of the installer showed.',
    change: line('etcd', / {4}image: /, '    env:\n    - name: ETCD_QUOTA_BACKEND_BYTES\n      value: 8G\n$&'),
    finds: stopped('etcd'),
    fix: [],
  },
  {
    id: 'bool-in-an-item-of-its-own',
    title: 'The value of a bool in an item of its own',
    source: 'https://github.com/elastic/cloud-on-k8s/pull/1372',
    happened:
      'The manifest of an operator had a bool and its value as two items, and the value did not count, because a bool needs an equals sign. kube-apiserver even ends because of such a word.',
    change: line('kube-apiserver', / {4}- --authorization-mode/, '    - --anonymous-auth\n    - "false"\n$&'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'lower-case-mode',
    title: 'Modes of authorization in lower case',
    source:
      'https://github.com/kubernetes/kubernetes/blob/4e880891c5c6cd9ffb97864046ad29e4863fb24a/pkg/kubeapiserver/options/authorization.go',
    happened:
      'The modes are called Node and RBAC, and case counts. With --authorization-mode=node,rbac kube-apiserver ends with: authorization-mode "node" is not a valid mode.',
    change: flag('kube-apiserver', 'authorization-mode', 'node,rbac'),
    finds: stopped('kube-apiserver'),
    fix: edited,
  },
  {
    id: 'token-lifetime-too-short',
    title: 'Tokens that live ten minutes',
    source: 'https://github.com/kubernetes/kubernetes/pull/63653',
    happened:
      'The API itself grants tokens of ten minutes, but --service-account-max-token-expiration=10m stops kube-apiserver: the service-account-max-token-expiration must be between 1 hour and 2^32 seconds.',
    change: flag('kube-apiserver', 'service-account-max-token-expiration', '10m'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'number-without-unit',
    title: 'A timeout without a unit',
    source:
      'https://github.com/kubernetes/kubernetes/blob/ac8a1b5d43ff2ffe1d666b7518beadb2b2b1d41e/staging/src/k8s.io/apiserver/pkg/server/options/server_run_options.go',
    happened:
      'CIS asks for a --request-timeout. With 300 instead of 300s, kube-apiserver ends with: invalid argument "300" for "--request-timeout" flag: time: missing unit in duration "300".',
    change: flag('kube-apiserver', 'request-timeout', '300'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'all-apis-without-a-value',
    title: '--runtime-config=api/all, as an old guide has it',
    source: 'https://github.com/mmumshad/kubernetes-the-hard-way/issues/191',
    happened:
      'Until 1.16 the key was enough. Since then kube-apiserver exits: "invalid value api/all=". With api/all=true it started.',
    change: flag('kube-apiserver', 'runtime-config', 'api/all'),
    finds: stopped('kube-apiserver'),
    fix: edited,
  },
  {
    id: 'apis-by-their-stage',
    title: 'alpha and beta as groups of APIs',
    source: 'https://github.com/kubernetes/test-infra/pull/33046',
    happened:
      'Jobs were to turn on all APIs in alpha and beta. The API server exited with "unknown api groups alpha,beta"; the keys are api/alpha and api/beta.',
    change: flag('kube-apiserver', 'runtime-config', 'alpha/all=true,beta/all=true'),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
  {
    id: 'authorization-without-node',
    title: 'RBAC without the mode Node',
    source: 'https://github.com/kubernetes/kubeadm/issues/592',
    happened:
      'kube-apiserver had --authorization-mode=RBAC, because a file of kubeadm was overwritten. The ClusterRoleBinding system:node has no subjects, so kubelets got errors until the mode Node was added.',
    change: flag('kube-apiserver', 'authorization-mode', 'RBAC'),
    finds: ['warning argument/weak@kube-apiserver'],
    fix: edited,
  },
  {
    id: 'controllers-without-accounts',
    title: 'Controllers with the credential of their manager',
    source: 'https://github.com/kubernetes/kubernetes/issues/48208',
    happened:
      'With RBAC and without --use-service-account-credentials, kube-controller-manager logged that it cannot create pods: its own role has only what the manager itself needs.',
    change: flag('kube-controller-manager', 'use-service-account-credentials', 'false'),
    finds: ['warning argument/weak@kube-controller-manager'],
    fix: edited,
  },
  {
    id: 'flag-and-value-in-one-item',
    title: 'A flag and its value in one item',
    source: 'https://pkg.go.dev/flag#hdr-Command_line_flag_syntax',
    happened:
      'No shell splits the items of a command. With the item "--heartbeat-interval 250", etcd ends with: flag provided but not defined: -heartbeat-interval 250.',
    change: line('etcd', / {4}- --data-dir/, '    - --heartbeat-interval 250\n$&'),
    finds: ['error argument/mistyped@etcd'],
    fix: [],
  },
  {
    id: 'lease-no-longer-than-its-deadline',
    title: 'A lease that is no longer than the deadline to renew it',
    source: 'https://github.com/kubernetes/kubernetes/issues/78759',
    happened:
      'kube-controller-manager got the same value for --leader-elect-lease-duration and --leader-elect-renew-deadline and ended with: panic: leaseDuration must be greater than renewDeadline.',
    change: (node) =>
      setFlags(node, 'kube-controller-manager', {
        'leader-elect-lease-duration': '10s',
        'leader-elect-renew-deadline': '10s',
      }),
    finds: stopped('kube-controller-manager'),
    fix: [],
  },
  {
    id: 'no-etcd-servers',
    title: 'An API server without --etcd-servers',
    source: 'https://github.com/opsnull/follow-me-install-kubernetes-cluster/issues/641',
    happened: 'kube-apiserver ended with: Error: --etcd-servers must be specified.',
    change: line('kube-apiserver', /^ *- --etcd-servers=.*\n/m, ''),
    finds: ['error argument/required@kube-apiserver --etcd-servers'],
    fix: edited,
  },
  {
    id: 'one-dash',
    title: 'A flag with a single dash',
    source: 'https://github.com/projectcalico/calico/issues/6319',
    happened:
      "An API server did not start: unknown shorthand flag: 'v' in -v=5. What follows a single dash is read letter by letter.",
    change: line('kube-apiserver', /--allow-privileged/, '-allow-privileged'),
    finds: ['error argument/mistyped@kube-apiserver'],
    fix: edited,
  },
  {
    id: 'audit-log-without-its-folder',
    title: 'The directory of the audit log does not exist',
    source: 'https://github.com/kubernetes/kubernetes/pull/110813',
    happened:
      'kube-apiserver ended with "ensureLogFile: open /tmp/audit/audit.log: no such file or directory", because the directory /tmp/audit did not exist in its container. From 1.25 on, and in later patch releases of 1.23 and 1.24, it creates the directory.',
    node: () => {
      const tree = buildNode({ release: '1.22' });
      return tree.write(
        'pki/audit-policy.yaml',
        'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
        0o600,
      );
    },
    change: line(
      'kube-apiserver',
      /- kube-apiserver\n/,
      '$&    - --audit-policy-file=/etc/kubernetes/pki/audit-policy.yaml\n    - --audit-log-path=/tmp/audit/audit.log\n',
    ),
    finds: stopped('kube-apiserver'),
    fix: [],
  },
];
