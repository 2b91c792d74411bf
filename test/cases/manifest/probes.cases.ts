import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { setFlags } from '../manifest-edits.ts';

const node = () => corpus('kubeadm-1.36-default');
const edit = (component: string, change: (text: string) => string) => (tree: NodeTree) =>
  tree.edit(`manifests/${component}.yaml`, change);
const flags = (component: string, values: Readonly<Record<string, string | undefined>>) => (tree: NodeTree) =>
  setFlags(tree, component, values);

/** Keeps the probe of one kind. */
const only = (component: string, kind: string) =>
  edit(component, (text) =>
    text.replaceAll(/^ {4}(\w+)Probe:\n(?: {6}.*\n)+/gm, (block, name) => (name === kind ? block : '')),
  );

const withProxy = (tree: NodeTree) =>
  tree.write(
    'manifests/haproxy.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: haproxy }\nspec: { containers: [{ name: haproxy, image: haproxy }] }\n',
    0o600,
  );

/** What the kubelet dials, and what answers there. */
export const probes: readonly Case[] = [
  {
    name: 'a component that does not listen is restarted',
    node,
    change: flags('kube-scheduler', { 'secure-port': '0' }),
    findings: ['manifest/probe@kube-scheduler'],
  },
  {
    name: 'a port of its own that the probe does not have',
    node,
    change: flags('kube-controller-manager', { 'secure-port': '10357' }),
    findings: ['manifest/probe@kube-controller-manager'],
  },
  {
    name: 'only the readiness probe fails: the container keeps running',
    node,
    change: (tree) => {
      only('kube-scheduler', 'readiness')(tree);
      tree.replaceFlag('kube-scheduler', 'secure-port', '0');
    },
    findings: ['manifest/probe-minor@kube-scheduler'],
  },
  {
    name: 'the result of a probe whose port has no number is discarded',
    node,
    change: edit('kube-scheduler', (text) => text.replace('name: probe-port', 'name: probe')),
    findings: ['manifest/probe-minor@kube-scheduler'],
  },
  {
    name: 'HTTPS to a listener of etcd without TLS',
    node,
    change: edit('etcd', (text) => text.replaceAll('scheme: HTTP', 'scheme: HTTPS')),
    findings: ['manifest/probe@etcd'],
  },
  {
    name: 'HTTP to a listener of etcd with TLS',
    node,
    change: flags('etcd', { 'listen-metrics-urls': 'https://127.0.0.1:2381' }),
    findings: ['manifest/probe@etcd'],
  },
  {
    name: 'etcd without a URL for its metrics',
    node,
    change: flags('etcd', { 'listen-metrics-urls': undefined }),
    findings: ['manifest/probe@etcd'],
  },
  {
    name: 'paths that need authorization, where nothing authorizes',
    node,
    change: flags('kube-scheduler', {
      'authorization-always-allow-paths': '/metrics',
      'authorization-kubeconfig': undefined,
    }),
    findings: ['argument/documented@kube-scheduler --authorization-kubeconfig', 'manifest/probe@kube-scheduler'],
  },
  {
    name: 'paths that need authorization by the API server',
    node,
    change: flags('kube-controller-manager', { 'authorization-always-allow-paths': '/livez' }),
    findings: ['manifest/probe-minor@kube-controller-manager'],
  },
  {
    name: 'an address in a different private network than the one that is dialled',
    node: async () => {
      const tree = await node();
      for (const name of ['etcd', 'kube-apiserver'])
        edit(name, (text) => text.replaceAll('192.0.2.10', '10.0.0.10'))(tree);
      for (const name of ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'])
        tree.edit(`${name}.conf`, (text) => text.replaceAll('192.0.2.10', '10.0.0.10'));
      for (const role of ['kube-apiserver', 'kube-etcd', 'kube-etcd-peer'] as const)
        tree.issue(role, {
          sans: [
            'DNS:cp-1',
            'DNS:localhost',
            'DNS:kubernetes',
            'DNS:kubernetes.default',
            'DNS:kubernetes.default.svc',
          ].concat([
            'DNS:kubernetes.default.svc.cluster.local',
            'IP:10.96.0.1',
            'IP:10.0.0.10',
            'IP:127.0.0.1',
            'IP:::1',
          ]),
        });
      return tree;
    },
    change: flags('kube-apiserver', { 'bind-address': '192.168.56.10' }),
    findings: ['manifest/probe@kube-apiserver'],
  },
  {
    name: 'a proxy on the node may answer for the API server',
    node,
    change: (tree) => {
      withProxy(tree);
      tree.replaceFlag('kube-apiserver', 'secure-port', '6444');
    },
    findings: [],
  },
  {
    name: 'a name may lead to a different machine',
    node,
    change: (tree) => {
      edit('kube-scheduler', (text) => text.replaceAll('host: 127.0.0.1', 'host: cp.example.test'))(tree);
      tree.replaceFlag('kube-scheduler', 'secure-port', '10359');
    },
    findings: [],
  },
  {
    name: 'what allows everything refuses requests without credentials, and is reported by itself',
    node,
    change: flags('kube-apiserver', { 'authorization-mode': 'AlwaysAllow' }),
    findings: ['argument/authorization@kube-apiserver'],
  },
  {
    name: 'a pod with a network of its own does not listen at the loopback address of the node',
    node,
    change: edit('kube-scheduler', (text) => text.replace('  hostNetwork: true\n', '')),
    findings: ['manifest/probe@kube-scheduler'],
  },
  {
    name: 'a pod with a network of its own does not listen at the address of the node',
    node,
    change: edit('kube-apiserver', (text) => text.replace('  hostNetwork: true\n', '  hostNetwork: false\n')),
    findings: ['manifest/probe@kube-apiserver'],
  },
  {
    name: 'a misspelled hostNetwork is the cause',
    node,
    change: edit('kube-scheduler', (text) => text.replace('hostNetwork: true', 'hostNetwrok: true')),
    findings: ['manifest/field@/etc/kubernetes/manifests/kube-scheduler.yaml'],
  },
  {
    name: 'a port of the node may lead to a pod with a network of its own',
    node,
    change: edit('kube-scheduler', (text) =>
      text
        .replace('  hostNetwork: true\n', '')
        .replace('    - containerPort: 10259\n', '    - containerPort: 10259\n      hostPort: 10259\n'),
    ),
    findings: [],
  },
  ...[
    ['kube-apiserver', '/livezz'],
    ['kube-controller-manager', '/healthy'],
    ['kube-scheduler', '/live'],
  ].map(([component = '', path = '']) => ({
    name: `${component} has no path ${path}`,
    node,
    change: edit(component, (text) => text.replaceAll(/path: \/(?:livez|healthz)$/gm, `path: ${path}`)),
    findings: [`manifest/probe@${component}`],
  })),
  ...['/livez?exclude=etcd', '/livez/ping', '/readyz', '/metrics'].map((path) => ({
    name: `kube-apiserver may answer at ${path}`,
    node,
    change: edit('kube-apiserver', (text) => text.replaceAll('path: /livez', `path: ${path}`)),
    findings: [],
  })),
  {
    name: 'a path that no listener for metrics of etcd has',
    node,
    change: edit('etcd', (text) => text.replaceAll('path: /livez', 'path: /healthz')),
    findings: ['manifest/probe@etcd'],
  },
  {
    name: 'a liveness probe that must succeed twice is refused',
    node,
    change: edit('kube-scheduler', (text) => text.replace(/^ {4}livenessProbe:\n/m, '$&      successThreshold: 2\n')),
    findings: ['manifest/pod@/etc/kubernetes/manifests/kube-scheduler.yaml'],
  },
];
