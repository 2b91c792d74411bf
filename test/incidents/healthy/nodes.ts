import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const availability = 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/';

/** kubeadm upgrade writes etcd.yaml as if this node were the only member; etcd knows the others from its data. */
function afterUpgrade(number: 1 | 2 | 3): NodeTree {
  const alone = `cp-${number}=https://192.0.2.${9 + number}:2380`;
  const node = controlPlane(number);
  return number === 1 ? node : node.replaceFlag('etcd', 'initial-cluster', alone);
}

/** Lets etcd listen and be dialled at an address of its own, which its certificates name. */
export function moveEtcd(node: NodeTree): NodeTree {
  const sans = ['DNS:cp-1', 'DNS:localhost', 'IP:198.51.100.5', 'IP:127.0.0.1', 'IP:::1'];
  for (const role of ['kube-etcd', 'kube-etcd-peer'] as const) node.issue(role, { sans });
  return node.edit('manifests/etcd.yaml', (text) => text.replaceAll('192.0.2.10', '198.51.100.5'));
}

/** Certificates for a name of the machine that is not the one with which its kubelet registers. */
function nameAfter(node: NodeTree, name: string): void {
  const service = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  node.issue('kube-apiserver', {
    sans: [...[name, ...service].map((each) => `DNS:${each}`), 'IP:10.96.0.1', 'IP:192.0.2.10'],
  });
  const sans = [`DNS:${name}`, 'DNS:localhost', 'IP:192.0.2.10', 'IP:127.0.0.1', 'IP:::1'];
  for (const role of ['kube-etcd', 'kube-etcd-peer'] as const) node.issue(role, { sans, commonName: name });
}

/** A kubelet that registers with the name of its machine: kubeadm then writes no --hostname-override. */
const withoutOverride = (node: NodeTree): NodeTree =>
  node.write('/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS=""\n', 0o644);

function nameMember(node: NodeTree, name: string): NodeTree {
  return node
    .replaceFlag('etcd', 'name', name)
    .replaceFlag('etcd', 'initial-cluster', `${name}=https://192.0.2.10:2380`);
}

/** Addresses, names, clusters of several nodes, and administrators. */
export const nodes: readonly Shape[] = [
  {
    id: 'dual-stack',
    runs: 'dual-stack clusters, IPv4 first',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/dual-stack-support/',
    node: { serviceCidr: '10.96.0.0/16,2001:db8:42:1::/112' },
    change: (node) =>
      node.write(
        '/var/lib/kubelet/kubeadm-flags.env',
        'KUBELET_KUBEADM_ARGS="--hostname-override=cp-1 --node-ip=192.0.2.10,2001:db8::10"\n',
        0o644,
      ),
  },
  {
    id: 'ipv6-only',
    runs: 'clusters without IPv4',
    source: 'https://kubernetes.io/docs/concepts/services-networking/dual-stack/',
    node: { ip: '2001:db8::10', serviceCidr: 'fd00:10:96::/112', serviceIp: 'fd00:10:96::1' },
    change: (node) => {
      node.edit('manifests/etcd.yaml', (text) =>
        text
          .replaceAll('https://2001:db8::10:', 'https://[2001:db8::10]:')
          .replace('https://127.0.0.1:2379', 'https://[::1]:2379'),
      );
      node.replaceFlag('kube-apiserver', 'etcd-servers', 'https://[::1]:2379');
      for (const name of ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler']) {
        node.editKubeconfig(`${name}.conf`, { server: 'https://[2001:db8::10]:6443' });
      }
    },
  },
  {
    id: 'load-balancer-by-name',
    runs: 'three control planes and workers behind a load balancer that has a name',
    source: availability,
    node: () => controlPlane(1),
    beside: () => [controlPlane(2), controlPlane(3), worker(), worker({ name: 'worker-2', ip: '192.0.2.22' })],
  },
  {
    id: 'ha-after-upgrade',
    runs: 'the same control planes after kubeadm upgrade, which has rewritten etcd.yaml on each',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/',
    node: () => afterUpgrade(1),
    beside: () => [afterUpgrade(2), afterUpgrade(3)],
  },
  {
    id: 'ha-after-upgrade-alone',
    runs: 'one of them, looked at by itself',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/',
    node: () => afterUpgrade(2),
  },
  {
    id: 'ha-joined',
    runs: 'a second control plane that kubeadm join has added',
    source: availability,
    node: () => corpus('kubeadm-1.36-ha'),
    beside: async () => [await corpus('kubeadm-1.36-ha-node2')],
  },
  {
    id: 'extra-names',
    runs: 'API servers with more names, for users outside of the cluster',
    source: 'https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/',
    change: (node) => {
      const names = [
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ];
      const more = ['cp-1', 'api.example.test', '*.k8s.example.test', 'localhost'];
      node.issue('kube-apiserver', {
        sans: [...names, ...more]
          .map((name) => `DNS:${name}`)
          .concat(['10.96.0.1', '192.0.2.10', '127.0.0.1', '198.51.100.7'].map((ip) => `IP:${ip}`)),
      });
    },
  },
  {
    id: 'other-domain',
    runs: 'clusters with a DNS domain of their own',
    source: availability,
    node: { dnsDomain: 'corp.internal' },
  },
  {
    id: 'port-443',
    runs: 'API servers on port 443',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/',
    node: { controlPlaneEndpoint: 'api.example.test:443' },
    change: (node) => {
      node.replaceFlag('kube-apiserver', 'secure-port', '443');
      for (const name of ['controller-manager', 'scheduler', 'kubelet'])
        node.editKubeconfig(`${name}.conf`, { server: 'https://192.0.2.10:443' });
    },
  },
  {
    id: 'no-super-admin',
    runs: 'people who have moved super-admin.conf to a safe place, as recommended',
    source: 'https://github.com/kubernetes/kubernetes/pull/121305',
    change: (node) => node.remove('super-admin.conf'),
  },
  {
    id: 'administrator-by-exec',
    runs: 'administrators who log in with a plugin: admin.conf has no certificate',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins',
    change: (node) =>
      node.edit('admin.conf', (text) =>
        text.replace(
          / {4}client-certificate-data: .*\n {4}client-key-data: .*\n/,
          '    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: kubelogin\n      interactiveMode: IfAvailable\n',
        ),
      ),
  },
  {
    id: 'name-of-the-cloud',
    runs: "nodes named by their cloud, with the cloud's own controller",
    source: 'https://github.com/heptio/aws-quickstart/issues/239',
    node: () => buildNode({ name: 'ip-10-0-1-23.eu-central-1.compute.internal', ip: '10.0.1.23' }),
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('="', '="--cloud-provider=external --provider-id=aws:///eu-central-1a/i-0a '),
      ),
  },
  {
    id: 'etcd-at-another-interface',
    runs: 'machines with two networks: etcd listens in one of them, the API server in the other',
    source: 'https://github.com/kubernetes/kubeadm/issues/2506',
    change: moveEtcd,
  },
  {
    id: 'etcd-dialled-at-another-interface',
    runs: 'the same machines, where the API server dials that address of etcd, not localhost',
    source: 'https://github.com/kubernetes/kubernetes/issues/68333',
    change: (node) => moveEtcd(node).replaceFlag('kube-apiserver', 'etcd-servers', 'https://198.51.100.5:2379'),
  },
  {
    id: 'registered-by-short-name',
    runs: 'kubelets that register by the short name of a machine whose certificates have the one with the domain',
    source: 'https://github.com/kubernetes/kubeadm/issues/653',
    change: (node) => nameAfter(node, 'cp-1.example.test'),
  },
  {
    id: 'registered-by-long-name',
    runs: 'kubelets that register by the name with the domain, on machines whose certificates have the short one',
    source: 'https://github.com/kubernetes/kubeadm/issues/471',
    node: { name: 'cp-1.example.test' },
    change: (node) => nameAfter(node, 'cp-1'),
  },
  {
    id: 'member-by-long-name',
    runs: 'the same names, where that with the domain is also the name of the member of etcd',
    source: 'https://github.com/kubernetes/kubeadm/issues/1249',
    change: (node) => {
      nameAfter(node, 'cp-1.example.test');
      nameMember(node, 'cp-1.example.test');
    },
  },
  {
    id: 'member-by-long-name-without-override',
    runs: 'and where only kubelet.conf says with which name the kubelet registers',
    source: 'https://github.com/kubernetes/kubernetes/issues/48617',
    change: (node) => {
      nameAfter(node, 'cp-1.example.test');
      withoutOverride(nameMember(node, 'cp-1.example.test'));
    },
  },
  {
    id: 'kubectl-config',
    runs: 'every administrator who copies admin.conf to ~/.kube/config, as kubeadm says',
    source: 'https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/',
    change: (node) => node.write('/root/.kube/config', node.read('admin.conf'), 0o600),
  },
];
