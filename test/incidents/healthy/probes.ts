import { setFlags } from '../../cases/manifest-edits.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const real = () => corpus('kubeadm-1.36-default');
const edit = (component: string, change: (text: string) => string) => (node: NodeTree) =>
  node.edit(`manifests/${component}.yaml`, change);

/** Replaces every `httpGet` of a component by something else. */
const insteadOfHttp = (component: string, lines: readonly string[]) =>
  edit(component, (text) =>
    text.replaceAll(/^ {6}httpGet:\n(?: {8}.*\n)+/gm, `${lines.map((line) => `      ${line}`).join('\n')}\n`),
  );

const anonymousPaths = [
  'apiVersion: apiserver.config.k8s.io/v1',
  'kind: AuthenticationConfiguration',
  'anonymous:',
  '  enabled: true',
  '  conditions:',
  '  - path: /livez',
  '  - path: /readyz',
  '  - path: /healthz',
  '',
].join('\n');

const claims = [
  'apiVersion: apiserver.config.k8s.io/v1',
  'kind: AuthenticationConfiguration',
  'jwt:',
  '- issuer:',
  '    url: https://issuer.example.test',
  '    audiences: [kubernetes]',
  '  claimMappings:',
  '    username: { claim: email, prefix: "oidc:" }',
  '',
].join('\n');

const authenticate = (text: string) => (node: NodeTree) =>
  node
    .write('pki/authentication.yaml', text)
    .replaceFlag('kube-apiserver', 'authentication-config', '/etc/kubernetes/pki/authentication.yaml');

/** Probes, and listeners that are hardened or exposed, as far as the probes still get an answer. */
export const probes: readonly Shape[] = [
  {
    id: 'anonymous-on-paths',
    runs: 'clusters that allow requests without credentials only to the paths of health checks',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests',
    node: real,
    change: authenticate(anonymousPaths),
  },
  {
    id: 'authentication-config-for-tokens',
    runs: 'clusters with an AuthenticationConfiguration that says nothing about anonymous requests',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration',
    node: real,
    change: authenticate(claims),
  },
  {
    id: 'probes-by-exec',
    runs: 'clusters without anonymous requests whose probes run a command with a certificate of its own',
    source: 'https://github.com/kubernetes/kubernetes/issues/104786',
    node: real,
    change: (node) => {
      insteadOfHttp('kube-apiserver', [
        'exec:',
        '  command: [curl, --cacert, /etc/ca.crt, https://127.0.0.1:6443/livez]',
      ])(node);
      node.replaceFlag('kube-apiserver', 'anonymous-auth', 'false');
    },
  },
  {
    id: 'probes-by-tcp',
    runs: 'clusters without anonymous requests whose probes only open a connection',
    source:
      'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-tcp-liveness-probe',
    node: real,
    change: (node) => {
      insteadOfHttp('kube-apiserver', ['tcpSocket:', '  port: 6443'])(node);
      node.replaceFlag('kube-apiserver', 'anonymous-auth', 'false');
    },
  },
  {
    id: 'probes-with-token',
    runs: 'clusters without anonymous requests whose probes send a token',
    source: 'https://github.com/kubernetes/kubernetes/issues/43784',
    node: real,
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replaceAll(/^ {6}httpGet:\n/gm, (line) =>
          [line, '        httpHeaders:\n        - name: Authorization\n          value: Bearer abc.def.ghi\n'].join(''),
        ),
      );
      node.replaceFlag('kube-apiserver', 'anonymous-auth', 'false');
    },
  },
  {
    id: 'health-check-in-the-pod',
    runs: 'kops, whose API server has a second container with a certificate that answers its probes',
    source: 'https://github.com/kubernetes/kops/tree/master/cmd/kube-apiserver-healthcheck',
    node: real,
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text
          .replaceAll('host: 192.0.2.10', 'host: 127.0.0.1')
          .replaceAll('port: probe-port', 'port: 3990')
          .replaceAll('scheme: HTTPS', 'scheme: HTTP')
          .replaceAll(/path: \/(?:livez|readyz)/g, 'path: /.kube-apiserver-healthcheck/healthz')
          .replace(
            '  hostNetwork: true\n',
            '  - image: registry.k8s.io/kops/kube-apiserver-healthcheck:1.30.1\n    name: healthcheck\n  hostNetwork: true\n',
          ),
      );
      node.replaceFlag('kube-apiserver', 'anonymous-auth', 'false');
    },
  },
  {
    id: 'profiling-off',
    runs: 'clusters by the CIS benchmark: no profiling, and only local listeners',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/hardening.md',
    node: real,
    change: (node) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        node.replaceFlag(name, 'profiling', 'false');
    },
  },
  {
    id: 'listeners-for-prometheus',
    runs: 'clusters whose Prometheus reads the metrics of every component: listeners on all addresses, and probes without a host',
    source: 'https://github.com/prometheus-operator/kube-prometheus/blob/main/docs/kube-prometheus-on-kubeadm.md',
    node: real,
    change: (node) => {
      for (const name of ['kube-controller-manager', 'kube-scheduler']) {
        node.replaceFlag(name, 'bind-address', '0.0.0.0');
        node.edit(`manifests/${name}.yaml`, (text) => text.replaceAll(/^ +host: 127\.0\.0\.1\n/gm, ''));
      }
      node.replaceFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381');
    },
  },
  {
    id: 'metrics-of-etcd-on-two-addresses',
    runs: 'clusters whose etcd serves its metrics on the address of the node, and to its probe on 127.0.0.1',
    source: 'https://github.com/rancher/rke2/issues/1795',
    node: real,
    change: (node) => node.replaceFlag('etcd', 'listen-metrics-urls', 'http://192.0.2.10:2381,http://127.0.0.1:2381'),
  },
  {
    id: 'metrics-of-etcd-on-ipv6',
    runs: 'clusters with IPv6, whose etcd has its metrics on ::1',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
    node: real,
    change: (node) => {
      node.replaceFlag('etcd', 'listen-metrics-urls', 'http://[::1]:2381');
      node.edit('manifests/etcd.yaml', (text) => text.replaceAll('host: 127.0.0.1', 'host: ::1'));
    },
  },
  {
    id: 'bind-address-of-node',
    runs: 'API servers that listen only on the address of their node, so that a load balancer can have the others',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/master/docs/ansible/vars.md',
    node: real,
    change: (node) => node.replaceFlag('kube-apiserver', 'bind-address', '192.0.2.10'),
  },
  {
    id: 'bind-address-of-both-families',
    runs: 'clusters with two families of addresses, whose components listen on ::',
    source:
      'https://github.com/kubernetes-sigs/kubespray/blob/master/roles/kubernetes/control-plane/defaults/main/main.yml',
    node: real,
    change: (node) => {
      for (const name of ['kube-controller-manager', 'kube-scheduler']) {
        // Without quotes, the last colon would make it a mapping.
        node.edit(`manifests/${name}.yaml`, (text) =>
          text.replace('- --bind-address=127.0.0.1', "- '--bind-address=::'"),
        );
      }
    },
  },
  {
    id: 'probes-at-localhost',
    runs: 'RKE2, whose manifests have probes at localhost',
    source: 'https://github.com/rancher/rke2/blob/master/pkg/staticpod/staticpod.go',
    node: real,
    change: (node) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'])
        node.edit(`manifests/${name}.yaml`, (text) =>
          text.replaceAll(/host: (?:127\.0\.0\.1|192\.0\.2\.10)/g, 'host: localhost'),
        );
    },
  },
  {
    id: 'more-paths-without-authorization',
    runs: 'clusters that allow /metrics without authorization, next to the paths of health checks',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/',
    node: real,
    change: (node) =>
      setFlags(node, 'kube-scheduler', { 'authorization-always-allow-paths': '/healthz,/livez,/readyz*,/metrics' }),
  },
  {
    id: 'health-of-etcd-with-query',
    runs: 'kubeadm 1.25 to 1.30, whose probe asks etcd for its health with options',
    source: 'https://github.com/kubernetes/kubernetes/pull/110744',
    node: () => corpus('kubeadm-1.32-default'),
    change: edit('etcd', (text) =>
      text
        .replaceAll('path: /livez', 'path: /health?exclude=NOSPACE&serializable=true')
        .replaceAll('path: /readyz', 'path: /health?serializable=false')
        .replace(/image: .*/, 'image: registry.k8s.io/etcd:3.5.9-0'),
    ),
  },
  {
    id: 'port-of-its-own',
    runs: 'control planes whose API server has a port of its own (localAPIEndpoint.bindPort)',
    source:
      'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-APIEndpoint',
    node: real,
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'secure-port', '7443');
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace('containerPort: 6443', 'containerPort: 7443'));
      for (const name of ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'])
        node.edit(`${name}.conf`, (text) => text.replace(':6443', ':7443'));
    },
  },
];
