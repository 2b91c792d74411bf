import { setFlags } from '../../cases/manifest-edits.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { anonymousOnHealth } from './configuration-texts.ts';
import { controllers, kubeadm132, kubeadm136, release, replaceProbe, replaceProbes } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const authn = '/etc/kubernetes/authn/config.yaml';
const apiserver = 'kube-apiserver';

/** A probe by HTTP as lines of a manifest. */
function http(path: string, port: number | string, scheme: 'HTTP' | 'HTTPS', host?: string): readonly string[] {
  const at = host === undefined ? [] : [`  host: ${host}`];
  return ['failureThreshold: 8', 'httpGet:', ...at, `  path: ${path}`, `  port: ${port}`, `  scheme: ${scheme}`];
}

const forbidAnonymous = (node: NodeTree): NodeTree => node.replaceFlag(apiserver, 'anonymous-auth', 'false');

/** Probes with a token in their header, which is of a service account that may read the health checks. */
function probeWithToken(node: NodeTree): NodeTree {
  const header = ['  httpHeaders:', '  - name: Authorization', '    value: Bearer made-up.token.for-a-test'];
  return replaceProbes(forbidAnonymous(node), apiserver, () => [
    ...http('/healthz', 6443, 'HTTPS', '192.0.2.10'),
    ...header,
  ]);
}

/** Adds the liveness probe that a manifest of `buildNode` has not. */
function addProbe(node: NodeTree, component: string, lines: readonly string[]): void {
  const block = `    livenessProbe:\n${lines.map((line) => `      ${line}\n`).join('')}`;
  node.edit(`manifests/${component}.yaml`, (text) => text.replace(/^ {4}image: .*\n/m, `$&${block}`));
}

/** A control plane without IPv4, whose etcd shows its metrics on the loopback address of IPv6. */
function withoutIpv4(node: NodeTree): NodeTree {
  node.edit('manifests/etcd.yaml', (text) =>
    text
      .replaceAll('https://2001:db8::10:', 'https://[2001:db8::10]:')
      .replace('https://127.0.0.1:2379', 'https://[::1]:2379')
      .replace('http://127.0.0.1:2381', 'http://[::1]:2381'),
  );
  node.replaceFlag(apiserver, 'etcd-servers', 'https://[::1]:2379');
  for (const name of ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'])
    node.editKubeconfig(`${name}.conf`, { server: 'https://[2001:db8::10]:6443' });
  addProbe(node, apiserver, http('/livez', 6443, 'HTTPS', '2001:db8::10'));
  addProbe(node, 'etcd', http('/livez', 2381, 'HTTP', '::1'));
  return node;
}

/** What the kubelet asks the static pods, and that they answer it. */
export const hardenedProbes: readonly Shape[] = [
  {
    id: 'anonymous-on-health-checks',
    runs: 'clusters that allow anonymous requests to the health checks only',
    source:
      'https://k8s-security.guru/kubernetes-security/best-practices/cluster-setup-and-hardening/api-server-security/anonymous-api-access',
    node: kubeadm136,
    change: (node) => configure(node, 'authentication-config', authn, anonymousOnHealth('v1')),
  },
  {
    id: 'anonymous-on-health-checks-1.32',
    runs: 'the same on 1.32, where the file has the version v1beta1',
    source: 'https://www.roastdev.com/post/securing-kubernetes-api-server-health-checks-without-anonymous-access',
    node: kubeadm132,
    change: (node) => configure(node, 'authentication-config', authn, anonymousOnHealth('v1beta1')),
  },
  {
    id: 'anonymous-on-health-checks-1.31',
    runs: 'the same on 1.31, where both feature gates are named because one is alpha',
    source: 'https://github.com/siderolabs/talos/pull/13544',
    node: kubeadm132,
    change: (node) => {
      release(node, { [apiserver]: 'v1.31.4', 'kube-controller-manager': 'v1.31.4', 'kube-scheduler': 'v1.31.4' });
      const gates = 'StructuredAuthenticationConfiguration=true,AnonymousAuthConfigurableEndpoints=true';
      return configure(node, 'authentication-config', authn, anonymousOnHealth('v1beta1')).replaceFlag(
        apiserver,
        'feature-gates',
        gates,
      );
    },
  },
  {
    id: 'anonymous-without-healthz',
    runs: 'clusters that leave the deprecated /healthz out, which no probe asks for',
    source:
      'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration',
    node: kubeadm136,
    change: (node) =>
      configure(node, 'authentication-config', authn, anonymousOnHealth('v1').replace('  - path: /healthz\n', '')),
  },
  {
    id: 'probes-by-connection',
    runs: 'people who forbid anonymous requests and let the kubelet only connect',
    source: 'https://github.com/kubernetes/kubeadm/issues/798',
    node: kubeadm136,
    change: (node) =>
      replaceProbes(forbidAnonymous(node), apiserver, () => ['tcpSocket:', '  host: 192.0.2.10', '  port: 6443']),
  },
  {
    id: 'probes-with-a-token',
    runs: 'people who forbid anonymous requests and give the probe a token',
    source: 'https://github.com/kubernetes/kubernetes/issues/43784',
    node: kubeadm136,
    change: probeWithToken,
  },
  {
    id: 'no-probes',
    runs: 'Talos up to 1.12, which forbids anonymous requests and gives kube-apiserver no probes',
    source: 'https://github.com/siderolabs/talos/issues/13272',
    node: kubeadm136,
    change: (node) => replaceProbes(forbidAnonymous(node), apiserver, () => []),
  },
  {
    id: 'probe-of-localhost',
    runs: 'API servers that listen on all addresses and are asked on 127.0.0.1',
    source: 'https://github.com/kinvolk/kube-spawn/issues/15',
    node: kubeadm136,
    change: (node) => replaceProbes(node, apiserver, () => http('/livez', 6443, 'HTTPS', '127.0.0.1')),
  },
  {
    id: 'probe-without-host',
    runs: 'people whose probes have no host: the kubelet dials the address of the pod, which is that of the node',
    source: 'https://github.com/awslabs/eks-perf-tests/pull/128',
    node: kubeadm136,
    change: (node) => {
      replaceProbe(node, apiserver, 'liveness', http('/livez', 6443, 'HTTPS'));
      replaceProbe(node, apiserver, 'readiness', http('/readyz?exclude=etcd', 'probe-port', 'HTTPS'));
    },
  },
  {
    id: 'controllers-on-all-addresses',
    runs: 'clusters of kubeadm whose controllers publish metrics: their probes then have no host',
    source: 'https://github.com/zimmertr/TJs-Kubernetes-Service/pull/58',
    node: kubeadm136,
    change: (node) => {
      for (const name of controllers) {
        node
          .replaceFlag(name, 'bind-address', '0.0.0.0')
          .edit(`manifests/${name}.yaml`, (text) => text.replaceAll('        host: 127.0.0.1\n', ''));
      }
      node.replaceFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381');
    },
  },
  {
    id: 'controllers-on-the-address-of-the-node',
    runs: 'controllers that listen on one address of the node, where their probes ask',
    source: 'https://github.com/kubernetes/kubeadm/issues/2388',
    node: kubeadm136,
    change: (node) => {
      for (const name of controllers) {
        node
          .replaceFlag(name, 'bind-address', '192.0.2.10')
          .edit(`manifests/${name}.yaml`, (text) => text.replaceAll('host: 127.0.0.1', 'host: 192.0.2.10'));
      }
    },
  },
  {
    id: 'etcd-metrics-on-two-addresses',
    runs: 'etcd that shows its metrics to Prometheus too, and to the kubelet where it always did',
    source: 'https://etcd.io/docs/v3.5/op-guide/configuration',
    node: kubeadm136,
    change: (node) => node.replaceFlag('etcd', 'listen-metrics-urls', 'http://127.0.0.1:2381,http://192.0.2.10:2381'),
  },
  {
    id: 'etcd-metrics-on-another-port',
    runs: 'etcd whose metrics and probes moved together, with the number of the port in the manifest',
    source: 'https://github.com/infobloxopen/konk/pull/28',
    node: kubeadm136,
    change: (node) =>
      node
        .replaceFlag('etcd', 'listen-metrics-urls', 'http://192.0.2.10:2382')
        .edit('manifests/etcd.yaml', (text) =>
          text.replaceAll('host: 127.0.0.1', 'host: 192.0.2.10').replace('containerPort: 2381', 'containerPort: 2382'),
        ),
  },
  {
    id: 'etcd-probe-of-3.5',
    runs: 'etcd 3.5 with the probes that kubeadm wrote before it had /livez',
    source: 'https://github.com/kubernetes/kubeadm/issues/2567',
    node: kubeadm132,
    change: (node) => {
      const liveness = http('/health?exclude=NOSPACE&serializable=true', 2381, 'HTTP', '127.0.0.1');
      replaceProbe(node, 'etcd', 'liveness', liveness);
      replaceProbe(node, 'etcd', 'readiness', []);
      replaceProbe(node, 'etcd', 'startup', http('/health?serializable=false', 2381, 'HTTP', '127.0.0.1'));
    },
  },
  {
    id: 'etcd-probe-by-etcdctl',
    runs: 'etcd that a probe asks by etcdctl with a client certificate',
    source: 'https://github.com/prometheus-operator/prometheus-operator/issues/1272',
    node: kubeadm132,
    change: (node) =>
      replaceProbe(node, 'etcd', 'liveness', [
        'exec:',
        '  command:',
        '  - etcdctl',
        '  - --endpoints=https://127.0.0.1:2379',
        '  - --cacert=/etc/kubernetes/pki/etcd/ca.crt',
        '  - --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt',
        '  - --key=/etc/kubernetes/pki/etcd/healthcheck-client.key',
        '  - get',
        '  - foo',
      ]),
  },
  {
    id: 'port-443-with-probes',
    runs: 'API servers on port 443, with probes and a named port that moved along',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    node: kubeadm136,
    change: (node) => {
      setFlags(node, apiserver, { 'secure-port': '443' });
      node.edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace('containerPort: 6443', 'containerPort: 443').replace('192.0.2.10:6443', '192.0.2.10:443'),
      );
      for (const name of ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'])
        node.edit(`${name}.conf`, (text) => text.replace('192.0.2.10:6443', '192.0.2.10:443'));
    },
  },
  {
    id: 'scheduler-probe-with-query',
    runs: 'kube-scheduler and kube-controller-manager that are asked for every check but one',
    source: 'https://kubernetes.io/docs/reference/using-api/health-checks/',
    node: kubeadm132,
    change: (node) => {
      for (const [name, port] of [
        ['kube-controller-manager', 10257],
        ['kube-scheduler', 10259],
      ] as const)
        replaceProbe(node, name, 'liveness', http('/healthz?verbose', port, 'HTTPS', '127.0.0.1'));
    },
  },
  {
    id: 'probes-without-ipv4',
    runs: 'clusters without IPv4: the hosts of the probes are addresses of IPv6, without brackets',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/',
    node: { ip: '2001:db8::10', serviceCidr: 'fd00:10:96::/112', serviceIp: 'fd00:10:96::1' },
    change: withoutIpv4,
  },
];
