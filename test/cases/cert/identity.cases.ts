import type { NodeTree } from '../../support/node-tree.ts';
import type { Release, Role } from '../../support/roles.ts';
import type { Case } from '../harness.ts';

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Changes the patch release of a node's components. */
const runs = (node: NodeTree, release: string) => {
  for (const name of components) {
    node.edit(`manifests/${name}.yaml`, (text) => text.replace(/(image: \S+:)v\S+/, `$1${release}`));
  }
  return node;
};

const kubeletClient = 'kube-apiserver-kubelet-client';

const groups = (
  name: string,
  release: Release,
  role: Role,
  organizations: readonly string[],
  findings: readonly string[],
): Case => ({ name, node: { release }, change: (node) => node.issue(role, { organizations }), findings });

const releases: readonly Case[] = [
  ...(['1.22', '1.28', '1.32', '1.36'] as const).map(
    (release): Case => ({ name: `what kubeadm ${release} writes`, node: { release }, findings: [] }),
  ),
  groups(
    'the client of kubelets had a group in 1.36.0',
    '1.36',
    kubeletClient,
    ['kubeadm:cluster-admins'],
    [`cert/organization-earlier@${kubeletClient}`],
  ),
  groups(
    'the client of kubelets is still a master',
    '1.36',
    kubeletClient,
    ['system:masters'],
    [`cert/organization-earlier@${kubeletClient}`],
  ),
  ...(
    [
      ['1.36', 'v1.36.0', ['kubeadm:cluster-admins'], []],
      ['1.36', 'v1.36.1', ['kubeadm:cluster-admins'], [`cert/organization-earlier@${kubeletClient}`]],
      ['1.36', 'v1.36.1', [], []],
      ['1.36', 'v1.35.5', [], []],
      ['1.36', 'v1.35.4', [], [`cert/organization@${kubeletClient}`]],
      ['1.32', 'v1.33.12', [], []],
      ['1.32', 'v1.33.11', [], [`cert/organization@${kubeletClient}`]],
      ['1.32', 'v1.32.6', [], [`cert/organization@${kubeletClient}`]],
    ] as const
  ).map(
    ([release, image, organizations, findings]): Case => ({
      name: `the client of kubelets in ${image}: ${organizations[0] ?? 'no group'}`,
      node: { release },
      change: (node) => runs(node.issue(kubeletClient, { organizations }), `${image}-patched`),
      findings,
    }),
  ),
  groups('a client of etcd is a master as before 1.29', '1.32', 'kube-apiserver-etcd-client', ['system:masters'], []),
  groups(
    'the administrator is a master as before 1.29',
    '1.36',
    'admin.conf',
    ['system:masters'],
    ['cert/organization-earlier@admin.conf'],
  ),
  groups('a client of etcd has a group, which etcd does not read', '1.28', 'kube-apiserver-etcd-client', ['ops'], []),
  groups('an etcd client of 1.28 without the group that it never needed', '1.28', 'kube-apiserver-etcd-client', [], []),
];

const privileges: readonly Case[] = [
  groups('the scheduler is a master', '1.36', 'scheduler.conf', ['system:masters'], ['cert/privilege@scheduler.conf']),
  groups(
    'the kubelet is a master too',
    '1.36',
    'kubelet.conf',
    ['system:nodes', 'system:masters'],
    ['cert/privilege@kubelet.conf'],
  ),
  groups('the front proxy is a master', '1.36', 'front-proxy-client', ['system:masters'], []),
  {
    name: 'clients of etcd and of the front proxy have groups, and kube-apiserver trusts the CA of etcd for its clients too',
    change: (node) => {
      node.write('pki/clients.crt', node.read('pki/ca.crt') + node.read('pki/etcd/ca.crt'));
      node.replaceFlag('kube-apiserver', 'client-ca-file', '/etc/kubernetes/pki/clients.crt');
      node.issue('kube-apiserver-etcd-client', { organizations: ['ops'] });
      node.issue('kube-etcd-healthcheck-client', { organizations: ['system:masters'] });
      node.issue('front-proxy-client', { organizations: ['ops'] });
    },
    findings: [
      'authority/distinct@etcd-ca',
      'cert/organization-earlier@kube-etcd-healthcheck-client',
      'cert/privilege@kube-apiserver-etcd-client',
    ],
  },
  groups(
    'the controller manager is in a group of the company',
    '1.36',
    'controller-manager.conf',
    ['ops'],
    ['cert/privilege@controller-manager.conf'],
  ),
  groups('the server has an organization, which no client shows', '1.36', 'kube-apiserver', ['Example Inc'], []),
  groups('the administrator is in no group', '1.36', 'admin.conf', [], ['cert/organization@admin.conf']),
  groups(
    'the super administrator is no master',
    '1.36',
    'super-admin.conf',
    ['kubeadm:cluster-admins'],
    ['cert/organization@super-admin.conf'],
  ),
  groups('the kubelet is in no group', '1.36', 'kubelet.conf', [], ['cert/organization@kubelet.conf']),
];

/** Groups that nearly are documented ones, and groups of which only the cluster knows what they may do. */
const unbound: readonly Case[] = [
  ...[
    'system:masters,',
    'System:Masters',
    ' system:masters',
    'system:master',
    'sytsem:masters',
    'system.masters',
  ].flatMap((group) =>
    ([kubeletClient, 'admin.conf'] as const).flatMap((role) =>
      (['1.32', '1.36'] as const).map((release) =>
        groups(`${role} of ${release} is in "${group}"`, release, role, [group], [`cert/organization@${role}`]),
      ),
    ),
  ),
  groups(
    'the administrator is in a group that nearly is that of kubeadm',
    '1.36',
    'admin.conf',
    ['kubeadm:cluster-admin', 'ops'],
    ['cert/organization@admin.conf'],
  ),
  groups(
    'a slip next to the right group does no harm',
    '1.36',
    'admin.conf',
    ['system:masters,', 'system:masters'],
    ['cert/organization-earlier@admin.conf'],
  ),
  ...(['1.28', '1.32', '1.36'] as const).flatMap((release) => [
    groups(
      `the client of kubelets of ${release} is in a group that may be bound`,
      release,
      kubeletClient,
      ['kubelet-readers'],
      [`cert/group@${kubeletClient}`],
    ),
    groups(
      `the administrator of ${release} is in a group of the company`,
      release,
      'admin.conf',
      ['ops'],
      ['cert/group-minor@admin.conf'],
    ),
  ]),
  {
    name: 'the credential of the scheduler is in a group, at the path of the administrator: its CA cannot be read',
    change: (node) => node.issue('admin.conf', { commonName: 'system:kube-scheduler', organizations: ['ops'] }),
    unreadable: (path) => path === '/etc/kubernetes/pki/ca.crt',
    findings: ['cert/privilege@admin.conf', 'node/readable@cp-1'],
  },
  groups(
    'kubeadm 1.28 does not bind the group of later releases',
    '1.28',
    kubeletClient,
    ['kubeadm:cluster-admins'],
    [`cert/group@${kubeletClient}`],
  ),
];

const users: readonly Case[] = [
  {
    name: 'the scheduler calls itself otherwise',
    change: (node) => node.issue('scheduler.conf', { commonName: 'kube-scheduler' }),
    findings: ['cert/identity@scheduler.conf'],
  },
  {
    name: 'the controller manager has no common name',
    change: (node) => node.issue('controller-manager.conf', { commonName: null }),
    findings: ['cert/identity@controller-manager.conf'],
  },
  {
    name: 'the scheduler calls itself otherwise, but is a master',
    change: (node) => node.issue('scheduler.conf', { commonName: 'kube-scheduler', organizations: ['system:masters'] }),
    findings: ['kubeconfig/administrator@scheduler.conf'],
  },
  {
    name: 'the kubelet is another node',
    change: (node) => node.issue('kubelet.conf', { commonName: 'system:node:cp-2' }),
    findings: ['cert/identity@kubelet.conf'],
  },
  {
    name: 'the kubelet of a worker is another node',
    node: { worker: true },
    change: (node) => node.issue('kubelet.conf', { commonName: 'system:node:worker-2' }),
    findings: ['cert/identity@kubelet.conf'],
  },
  {
    name: 'nothing but its own credential names the worker',
    node: { worker: true },
    change: (node) =>
      node.issue('kubelet.conf', { commonName: 'system:node:worker-2' }).remove('/var/lib/kubelet/kubeadm-flags.env'),
    findings: [],
  },
  {
    name: 'the command line names the worker',
    node: { worker: true },
    options: { facts: { nodeName: 'worker-9' } },
    findings: ['cert/identity@kubelet.conf'],
  },
  {
    name: 'the front proxy has a name that is not allowed',
    change: (node) => node.issue('front-proxy-client', { commonName: 'aggregator' }),
    findings: ['cert/identity@front-proxy-client'],
  },
  {
    name: 'the front proxy has another name, which is allowed',
    change: (node) =>
      node
        .issue('front-proxy-client', { commonName: 'aggregator' })
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', 'front-proxy-client,aggregator'),
    findings: [],
  },
  {
    name: 'every name is allowed for the front proxy',
    change: (node) =>
      node
        .issue('front-proxy-client', { commonName: 'aggregator' })
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', ''),
    findings: ['cert/common-name@front-proxy-client'],
  },
  {
    name: 'the user that 1.36 binds for kubelets is another',
    change: (node) => node.issue(kubeletClient, { commonName: 'kubelet-client' }),
    findings: [`cert/identity@${kubeletClient}`],
  },
  {
    name: 'the client of kubelets has a group, and another name',
    node: { release: '1.32' },
    change: (node) => node.issue(kubeletClient, { commonName: 'kubelet-client' }),
    findings: [`cert/common-name@${kubeletClient}`],
  },
  {
    name: 'the API server calls itself otherwise, which nobody reads',
    change: (node) => node.issue('kube-apiserver', { commonName: 'api.example.test' }),
    findings: ['cert/common-name@kube-apiserver'],
  },
  {
    name: 'etcd has the name of the page',
    change: (node) => node.issue('kube-etcd', { commonName: 'kube-etcd' }),
    findings: [],
  },
  {
    name: 'etcd has the name of another member',
    change: (node) => node.issue('kube-etcd-peer', { commonName: 'cp-2' }),
    findings: ['cert/common-name@kube-etcd-peer'],
  },
  {
    name: 'administrators may be called as they like',
    change: (node) => node.issue('admin.conf', { commonName: 'alice' }),
    findings: ['cert/common-name@admin.conf'],
  },
  {
    name: 'whoever runs the external etcd names its clients',
    node: { externalEtcd: true },
    change: (node) => node.issue('kube-apiserver-etcd-client', { commonName: 'k8s', organizations: [] }),
    findings: [],
  },
];

const toTheLetter: readonly Case[] = [
  {
    name: 'the page to the letter, on a node of kubeadm 1.28',
    node: { release: '1.28' },
    options: { profile: 'documented' },
    findings: [
      'authority/name@front-proxy-ca',
      'authority/name@kubernetes-ca',
      'cert/common-name@kube-etcd',
      'cert/common-name@kube-etcd-peer',
      'cert/privilege@kube-apiserver-etcd-client',
      'cert/privilege@kube-etcd-healthcheck-client',
      'san/documented@kube-apiserver',
    ],
  },
  {
    name: 'the page to the letter, on a node of kubeadm 1.36',
    options: { profile: 'documented' },
    findings: [
      'authority/name@front-proxy-ca',
      'authority/name@kubernetes-ca',
      'cert/common-name@kube-etcd',
      'cert/common-name@kube-etcd-peer',
      'san/documented@kube-apiserver',
    ],
  },
];

/** Rules about common names and organizations. */
export const identityCases: readonly Case[] = [...releases, ...privileges, ...unbound, ...users, ...toTheLetter];
