import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const config = '/var/lib/kubelet/config.yaml';
const flags = '/var/lib/kubelet/kubeadm-flags.env';
/** What a drop-in begins with. */
const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const folder = '/etc/kubernetes/manifests';
const names = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

const set = (node: NodeTree, value: string) =>
  node.edit(config, (text) => text.replace(/staticPodPath: .*/, `staticPodPath: ${value}`));
const unset = (node: NodeTree) => node.edit(config, (text) => text.replace(/staticPodPath: .*\n/, ''));
const withFlag = (node: NodeTree, flag: string) => node.edit(flags, (text) => text.replace('ARGS="', `ARGS="${flag} `));
const manifest = (node: NodeTree, name: string) => node.read(`manifests/${name}.yaml`);

function copyManifests(node: NodeTree, to: string, some: readonly string[] = names): NodeTree {
  for (const name of some) node.write(`${to}/${name}.yaml`, manifest(node, name), 0o600);
  return node;
}

const idle = ['manifest/not-run@cp-1'];

const notRun: readonly Case[] = [
  {
    name: 'the kubelet reads a folder that does not exist',
    change: (node) => set(node, '/etc/kubernetes/manifest'),
    findings: idle,
  },
  { name: 'the kubelet reads no static pods', change: unset, findings: idle },
  { name: 'the field is there, and empty', change: (node) => set(node, '""'), findings: idle },
  { name: 'the field is there without a value', change: (node) => set(node, ''), findings: idle },
  {
    name: 'the kubelet reads an empty folder',
    change: (node) => set(node, '/etc/kubernetes/static').directory('static', 0o700),
    findings: idle,
  },
  {
    name: 'the kubelet reads a folder with only some of the manifests',
    change: (node) => copyManifests(set(node, '/etc/kubernetes/static'), 'static', names.slice(1)),
    findings: idle,
  },
  {
    name: 'a flag of the kubelet outweighs its configuration file',
    change: (node) => withFlag(node, '--pod-manifest-path=/etc/kubernetes/manifest'),
    findings: idle,
  },
  {
    name: 'an empty flag of the kubelet outweighs its configuration file',
    change: (node) => withFlag(node, '--pod-manifest-path='),
    findings: idle,
  },
  {
    name: 'a drop-in outweighs the configuration file of the kubelet',
    change: (node) =>
      withFlag(node, '--config-dir=/etc/kubernetes/kubelet.conf.d').write(
        'kubelet.conf.d/10-static.conf',
        `${head}staticPodPath: /etc/kubernetes/manifest\n`,
      ),
    findings: idle,
  },
  {
    name: 'a relative path, which the kubelet reads from the folder of the file',
    change: (node) => set(node, 'etc/kubernetes/manifests').directory('/var/lib/kubelet/etc/kubernetes/manifests'),
    findings: idle,
  },
  {
    name: 'the configuration of the kubelet is JSON',
    change: (node) =>
      node.write(
        config,
        JSON.stringify({
          apiVersion: 'kubelet.config.k8s.io/v1beta1',
          kind: 'KubeletConfiguration',
          authentication: { x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' } },
          rotateCertificates: true,
        }),
      ),
    findings: idle,
  },
];

const run: readonly Case[] = [
  {
    name: 'the folder with a slash at its end',
    change: (node) => set(node, '/etc//kubernetes/manifests/'),
    findings: [],
  },
  {
    name: 'a relative path that leads to the folder',
    change: (node) => set(node, '../../../etc/kubernetes/manifests'),
    findings: [],
  },
  {
    name: 'a link to the folder',
    change: (node) => set(node, '/etc/kubernetes/static').link('static', 'manifests'),
    findings: [],
  },
  {
    name: 'a different folder that has the manifests, and old ones in the usual folder',
    change: (node) =>
      copyManifests(set(node, '/etc/kubernetes/static'), 'static').write('manifests/etcd.yaml', 'old: ['),
    findings: [],
  },
  {
    name: 'a different folder, whose manifests are judged',
    change: (node) =>
      copyManifests(set(node, '/etc/kubernetes/static'), 'static').write('static/kube-scheduler.yaml', 'a: ['),
    findings: ['manifest/parse@/etc/kubernetes/static/kube-scheduler.yaml'],
  },
  {
    name: 'a flag of the kubelet names the folder, and its configuration file a different one',
    change: (node) => withFlag(set(node, '/etc/kubernetes/manifest'), `--pod-manifest-path=${folder}`),
    findings: [],
  },
  {
    name: 'a drop-in names the folder, and the configuration file a different one',
    change: (node) =>
      withFlag(set(node, '/etc/kubernetes/manifest'), '--config-dir=/etc/kubernetes/kubelet.conf.d').write(
        'kubelet.conf.d/10-static.conf',
        `${head}staticPodPath: ${folder}\n`,
      ),
    findings: [],
  },
  {
    name: 'a folder that is not in the input',
    change: (node) => set(node, '/opt/manifests'),
    findings: ['manifest/not-run@cp-1'],
  },
  {
    name: 'a kubelet without static pods that also reads manifests from a URL',
    change: (node) => unset(node).edit(config, (text) => `${text}staticPodURL: https://pods.example.test\n`),
    findings: [],
  },
  {
    name: 'a kubelet whose flags are unknown',
    change: (node) =>
      unset(node).write(
        '/etc/systemd/system/kubelet.service',
        '[Service]\nEnvironmentFile=/etc/default/kubelet\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml $EXTRA\n',
      ),
    findings: [],
  },
  { name: 'a kubelet that is not in the input', change: (node) => node.remove('/var/lib/kubelet'), findings: [] },
  { name: 'a worker whose kubelet reads no static pods', node: { worker: true }, change: unset, findings: [] },
  {
    name: 'a worker with a static pod of its own, in a folder that the kubelet reads',
    node: { worker: true },
    change: (node) => node.directory('manifests', 0o700),
    findings: [],
  },
];

const parse = (name: string) => [`manifest/parse@${folder}/${name}`];
const second = (node: NodeTree, name: string, text: string) =>
  node.edit(`manifests/${name}.yaml`, (first) => `${first}---\n${text}`);
const vip = 'apiVersion: v1\nkind: Pod\nmetadata: { name: vip }\nspec: { containers: [{ name: vip, image: vip }] }\n';

const files: readonly Case[] = [
  {
    name: 'a named pipe in place of a manifest',
    change: (node) => node.special('manifests/kube-scheduler.yaml', 'fifo'),
    findings: parse('kube-scheduler.yaml'),
  },
  {
    name: 'a loop of links in place of a manifest',
    change: (node) => node.remove('manifests/etcd.yaml').link('manifests/etcd.yaml', 'etcd.yaml'),
    findings: parse('etcd.yaml'),
  },
  {
    name: 'a link to nothing in place of the manifest of another pod',
    change: (node) => node.link('manifests/vip.yaml', '/etc/kubernetes/gone.yaml'),
    findings: parse('vip.yaml'),
  },
  {
    name: 'a link to a manifest that is not in the input',
    change: (node) => node.remove('manifests/etcd.yaml').link('manifests/etcd.yaml', '/opt/etcd.yaml'),
    findings: [],
  },
  {
    name: 'a manifest that is too large for the kubelet',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) => `${text}${`# ${'x'.repeat(77)}\n`.repeat(140_000)}`),
    findings: parse('kube-scheduler.yaml'),
  },
  {
    name: 'a manifest that is too large for pki-lint, and not for the kubelet',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) => `${text}${`# ${'x'.repeat(77)}\n`.repeat(20_000)}`),
    findings: [],
  },
  {
    name: 'a manifest without apiVersion',
    change: (node) => node.edit('manifests/etcd.yaml', (text) => text.replace('apiVersion: v1\n', '')),
    findings: parse('etcd.yaml'),
  },
  {
    name: 'a manifest without the name of its pod',
    change: (node) => node.edit('manifests/etcd.yaml', (text) => text.replace('  name: etcd\n', '')),
    findings: parse('etcd.yaml'),
  },
  {
    name: 'a list of pods',
    change: (node) =>
      node.write('manifests/etcd.yaml', `apiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify({ kind: 'Pod' })}\n`),
    findings: parse('etcd.yaml'),
  },
  {
    name: 'a second pod in a file',
    change: (node) => second(node, 'etcd', vip),
    findings: [`manifest/document@${folder}/etcd.yaml`],
  },
  {
    name: 'kube-scheduler as a second pod in a file',
    change: (node) => second(node, 'etcd', manifest(node, 'kube-scheduler')).remove('manifests/kube-scheduler.yaml'),
    findings: [`manifest/document@${folder}/etcd.yaml`],
  },
  {
    name: 'a second pod in a file that has a file of its own too',
    change: (node) => second(node, 'etcd', manifest(node, 'kube-scheduler')),
    findings: [],
  },
  {
    name: 'documents that are not pods after the first, of which one is not even YAML',
    change: (node) => second(second(node, 'etcd', 'kind: ConfigMap\n'), 'kube-scheduler', 'a: [\n'),
    findings: [],
  },
  {
    name: 'a comment and markers around the document of a manifest',
    change: (node) => node.edit('manifests/etcd.yaml', (text) => `# etcd\n---\n${text}---\n# the end\n`),
    findings: [],
  },
  {
    name: 'a manifest in JSON without an ending',
    change: (node) =>
      node.write(
        'manifests/vip',
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'vip' },
          spec: { containers: [{ name: 'vip', image: 'vip' }] },
        }),
      ),
    findings: [],
  },
];

/** Manifests that the kubelet does not read: because it reads a different folder, or because it cannot. */
export const staticPodCases: readonly Case[] = [...notRun, ...run, ...files];
