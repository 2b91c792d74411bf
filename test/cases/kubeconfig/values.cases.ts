import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { credential } from '../support/kubeconfigs.ts';

const exec = (version: string, ...more: readonly string[]) => [
  'exec:',
  `  apiVersion: client.authentication.k8s.io/${version}`,
  '  command: /opt/bin/get-token',
  ...more,
];

/** Adds a line to the cluster of a kubeconfig. */
const ofCluster = (file: string, line: string) => (node: NodeTree) =>
  node.edit(file, (all) => all.replace(/^( +)server: /m, `$1${line}\n$&`));

/** A worker whose kubelet reads its token from a file. */
const tokenFile = (node: NodeTree) =>
  node.edit('kubelet.conf', (text) => text.replace(/client-certificate: .*\n\s+client-key: .*/, 'tokenFile: token'));

const refused: readonly Case[] = [
  {
    name: 'kube-scheduler with an auth provider, of which it has none',
    change: credential('scheduler.conf', 'auth-provider:', '  name: oidc'),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an administrator with the auth provider gcp, which kubectl 1.26 removed',
    change: credential('admin.conf', 'auth-provider:', '  name: gcp'),
    findings: ['kubeconfig/value@admin.conf'],
  },
  {
    name: 'an exec plugin with v1alpha1',
    change: credential('admin.conf', ...exec('v1alpha1')),
    findings: ['kubeconfig/value@admin.conf'],
  },
  {
    name: 'an exec plugin with v1 in 1.21, which does not know it',
    node: { release: '1.22' },
    change: (node) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        node.edit(`manifests/${name}.yaml`, (text) => text.replace(/:v1\.22\.\d+/, ':v1.21.14'));
      credential('scheduler.conf', ...exec('v1', '  interactiveMode: Never'))(node);
    },
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin with an unknown version',
    change: credential('admin.conf', ...exec('v2', '  interactiveMode: Never')),
    findings: ['kubeconfig/value@admin.conf'],
  },
  {
    name: 'an exec plugin with v1 that does not say whether it is interactive',
    change: credential('scheduler.conf', ...exec('v1')),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin that needs a terminal, for kube-scheduler',
    change: credential('scheduler.conf', ...exec('v1', '  interactiveMode: Always')),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin with an unknown mode',
    change: credential('scheduler.conf', ...exec('v1beta1', '  interactiveMode: Sometimes')),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin without a command',
    change: credential('scheduler.conf', 'exec:', '  apiVersion: client.authentication.k8s.io/v1beta1'),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin without a version',
    change: credential('scheduler.conf', 'exec:', '  command: get-token'),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin with a variable that has no name',
    change: credential('scheduler.conf', ...exec('v1beta1', '  env:', '  - value: one')),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'an exec plugin next to an auth provider',
    change: credential('admin.conf', 'auth-provider: { name: oidc }', ...exec('v1beta1')),
    findings: ['kubeconfig/value@admin.conf'],
  },
  {
    name: 'groups of nobody',
    change: credential('scheduler.conf', 'token: abc', 'as-groups: [admins]'),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'a proxy without a scheme',
    change: ofCluster('scheduler.conf', 'proxy-url: proxy:3128'),
    findings: ['kubeconfig/value@scheduler.conf'],
  },
  {
    name: 'a password next to a token',
    change: credential('scheduler.conf', 'token: abc', 'password: abc'),
    findings: ['kubeconfig/usable@scheduler.conf'],
  },
  {
    name: 'a file with a token that is not there',
    node: { worker: true },
    change: tokenFile,
    findings: ['kubeconfig/file@kubelet.conf'],
  },
];

const decoded: readonly Case[] = [
  ['users that are a mapping', (text: string) => text.replace(/^users:\n/m, 'users: {}\nothers:\n')],
  [
    'a context that is a text',
    (text: string) => text.replace(/^- context:\n(?: {4}.*\n)+/m, '- context: kubernetes\n'),
  ],
  [
    'extra values that are texts',
    (text: string) => text.replace(/^( +)user:\n/m, '$&    as-user-extra: { team: one }\n'),
  ],
].map(([name, edit]) => ({
  name: `a kubeconfig with ${name as string}`,
  change: (node: NodeTree) => node.edit('scheduler.conf', edit as (text: string) => string),
  findings: ['file/parse@/etc/kubernetes/scheduler.conf'],
}));

const accepted: readonly Case[] = [
  { name: 'kubectl with oidc', change: credential('admin.conf', 'auth-provider:', '  name: oidc'), findings: [] },
  {
    name: 'kubectl with gcp in 1.22',
    node: { release: '1.22' },
    change: credential('admin.conf', 'auth-provider:', '  name: gcp'),
    findings: [],
  },
  {
    name: 'an exec plugin with v1alpha1 in 1.22',
    node: { release: '1.22' },
    change: credential('admin.conf', ...exec('v1alpha1')),
    findings: [],
  },
  { name: 'an exec plugin with v1beta1', change: credential('scheduler.conf', ...exec('v1beta1')), findings: [] },
  {
    name: 'an exec plugin with v1 that needs a terminal, for an administrator',
    change: credential('admin.conf', ...exec('v1', '  interactiveMode: Always')),
    findings: [],
  },
  {
    name: 'a file with a token',
    node: { worker: true },
    change: (node) => tokenFile(node).write('token', 'abc'),
    findings: [],
  },
  {
    name: 'a token next to the file of an older one, which is not there',
    change: credential('scheduler.conf', 'token: abc', 'tokenFile: /etc/kubernetes/token'),
    findings: [],
  },
  {
    name: 'kube-scheduler behind a proxy',
    change: ofCluster('scheduler.conf', 'proxy-url: http://user:secret@proxy.internal:3128'),
    findings: ['kubeconfig/proxy@scheduler.conf'],
  },
  {
    name: 'an administrator behind a proxy',
    change: ofCluster('admin.conf', 'proxy-url: socks5://localhost:1080'),
    findings: [],
  },
];

export const values: readonly Case[] = [...refused, ...decoded, ...accepted];
