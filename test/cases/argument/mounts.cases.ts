import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';

const withAuthority = (file: string, path: string) => (node: NodeTree) =>
  node.edit(file, (text) => text.replace(/certificate-authority-data: .*/, `certificate-authority: ${path}`));

/** kube-scheduler has the file scheduler.conf alone. */
const scheduling = (path: string) => withAuthority('scheduler.conf', path);

/** A certificate and a key in a folder of their own. */
const withFiles = (node: NodeTree) => {
  node.write('sched/s.crt', node.certificate('scheduler.conf'), 0o644);
  node.write('sched/s.key', privateKeyPem(node.key('scheduler.conf')));
  node.edit('scheduler.conf', (text) =>
    text
      .replace(/client-certificate-data: .*/, 'client-certificate: sched/s.crt')
      .replace(/client-key-data: .*/, 'client-key: /etc/kubernetes/sched/s.key'),
  );
};

const withToken = (node: NodeTree) => {
  node.write('sched.token', 'token');
  node.edit('scheduler.conf', (text) =>
    text
      .replace(/client-certificate-data: .*/, 'tokenFile: /etc/kubernetes/sched.token')
      .replace(/ +client-key-data: .*\n/, ''),
  );
};

/** A kubeconfig that is mounted elsewhere than it lies on the node, with the CA next to it. */
const elsewhere = (authority: string) => {
  return (node: NodeTree) => {
    const cluster = `{ server: 'https://127.0.0.1:8443', certificate-authority: ${authority} }`;
    node.write('/srv/webhook/ca.crt', node.read('pki/front-proxy-ca.crt'));
    node.write(
      '/srv/webhook/config',
      `kind: Config
current-context: w
contexts: [{ name: w, context: { cluster: w, user: w } }]
clusters: [{ name: w, cluster: ${cluster} }, { name: x, cluster: { certificate-authority: /none } }]
users: [{ name: w, user: { token: secret } }, { name: x, user: { tokenFile: /none } }]
`,
    );
    mount(node, 'kube-apiserver', '/srv/webhook', '/webhook');
    setFlags(node, 'kube-apiserver', { 'audit-webhook-config-file': '/webhook/config' });
  };
};

const findings = ['argument/mount@kube-scheduler'];

export const mounts: readonly Case[] = [
  { name: 'the CA of scheduler.conf is not mounted', change: scheduling(`${pki}/ca.crt`), findings },
  { name: 'the same, relative to scheduler.conf', change: scheduling('pki/ca.crt'), findings },
  { name: 'the client certificate of scheduler.conf is not mounted', change: withFiles, findings },
  { name: 'the token of scheduler.conf is not mounted', change: withToken, findings },
  {
    name: 'the CA of controller-manager.conf is not mounted',
    change: (node) => {
      node.write('extra/ca.crt', node.read('pki/ca.crt'));
      withAuthority('controller-manager.conf', '/etc/kubernetes/extra/ca.crt')(node);
    },
    findings: ['argument/mount@kube-controller-manager'],
  },
  {
    name: 'the kubeconfig of a webhook names a CA by its path on the node',
    change: elsewhere('/srv/webhook/ca.crt'),
    findings: ['argument/mount@kube-apiserver'],
  },
  {
    name: 'the CA of a webhook, by a path in the container',
    change: elsewhere('/webhook/ca.crt'),
    findings: [],
  },
  { name: 'the CA of a webhook, relative to its kubeconfig', change: elsewhere('ca.crt'), findings: [] },
  {
    name: 'the kubeconfig of kube-scheduler names files in folders that are mounted',
    change: (node) => {
      withFiles(node);
      scheduling('pki/ca.crt')(node);
      mount(node, 'kube-scheduler', pki);
      mount(node, 'kube-scheduler', '/etc/kubernetes/sched');
    },
    findings: [],
  },
  {
    name: 'the CA of an administrator, whose kubeconfig no pod mounts',
    change: withAuthority('admin.conf', `${pki}/ca.crt`),
    findings: [],
  },
];
