/** Fixes whose nodes are those of cases of their rules. */
import { groups } from '../cases/all.ts';
import { treeOf } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { kubeVip } from '../support/other-pod.ts';
import { backup, type FixCase } from './fix-case.ts';

const reloaded = ['systemctl daemon-reload', 'systemctl restart kubelet'];
const flags = '/var/lib/kubelet/kubeadm-flags.env';
const pki = '/etc/kubernetes/pki';
const manifest = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;

/** The steps of a rule's fix for the node of a case. */
const rows: readonly (readonly [rule: string, name: string, steps: readonly string[]])[] = [
  [
    'unit/program',
    'a program that is in another folder',
    [
      `mkdir -p ${backup}`,
      `cp -p --backup=numbered /etc/systemd/system/kubelet.service ${backup}/`,
      "sed -i '5s|/usr/bin/local/kubelet|/usr/bin/kubelet|' /etc/systemd/system/kubelet.service",
      'systemctl daemon-reload',
      'systemctl restart kubelet.service',
    ],
  ],
  [
    'kubeconfig/credential',
    'a worker that is to join has a bootstrap kubeconfig with no credential',
    ['create a bootstrap token on a control plane, and write it into users of '],
  ],
  [
    'argument/mistyped',
    'flags of the kubelet: one misspelled, one of old releases, one of a release that no file shows',
    [`write --node-ip instead of --node-ipp in ${flags}`, ...reloaded],
  ],
  [
    'configuration/joining-port',
    'RKE2 with server: https://10.0.0.5:6443',
    ['write https://10.0.0.5:9345 in line 5 of ', 'systemctl restart rke2-server.service'],
  ],
  [
    'kubelet/kubeconfig',
    'the drop-in with the flags of the kubelet is missing',
    ['restore the drop-in in /etc/systemd/system/kubelet.service.d that sets ', ...reloaded],
  ],
  [
    'connection/listener',
    'the kubeconfig of the kubelet has a mistyped port, and the others have the right one',
    [
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered /etc/kubernetes/kubelet.conf ${backup}/`,
      'kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig /etc/kubernetes/kubelet.conf',
      'systemctl restart kubelet',
    ],
  ],
  [
    'file/parse',
    'a byte-order mark before the CA',
    [`mkdir -p ${backup}`, 'cp -p --backup=numbered ', `sed '1s/^\\xEF\\xBB\\xBF//' ${backup}/ca.crt > ${pki}/ca.crt`],
  ],
  [
    'file/parse',
    'a certificate in DER',
    [
      `mkdir -p ${backup}`,
      'cp -p --backup=numbered ',
      `openssl x509 -inform DER -in ${backup}/apiserver.crt > ${pki}/`,
    ],
  ],
  [
    'file/parse',
    'a key in DER',
    [
      `mkdir -p ${backup}`,
      'cp -p --backup=numbered ',
      `openssl pkey -inform DER -in ${backup}/apiserver.key > ${pki}/`,
    ],
  ],
  [
    'file/parse',
    'a key as OpenSSL writes it, with its seed and expanded',
    [`mkdir -p ${backup}`, 'cp -p --backup=numbered ', 'keep only the seed: this needs OpenSSL 3.5: openssl pkey '],
  ],
];

const all = Object.values(groups).flat();

function caseNamed(name: string) {
  const one = all.find((each) => each.name === name);
  if (one === undefined) throw new Error(`no case "${name}"`);
  return one;
}

const adminOfVip = [
  `sed -i 's|\\(\\<path"*: *[^ /]*\\)/etc/kubernetes/super-admin.conf\\([^[:alnum:]._/-].*\\)*$|\\1/etc/kubernetes/admin.conf\\2|' `,
];

/** Nodes that no case has: what a person has to edit, and a pod with the kubeconfig that only the first node has. */
const others: readonly FixCase[] = [
  {
    name: 'a flag of the kubelet that no release has',
    nodes: () => [buildNode({ worker: true }).edit(flags, (text) => text.replace('="', '="--paint-it-black=true '))],
    options: { facts: { kubernetesVersion: '1.36.2' } },
    rule: 'argument/nonexistent',
    steps: [`remove --paint-it-black from ${flags}`, ...reloaded],
  },
  {
    name: 'a service range in quotes that only one API server has',
    nodes: () => [
      controlPlane(1),
      controlPlane(2).edit(manifest('kube-apiserver'), (text) =>
        text.replace(/- (--service-cluster-ip-range=).*/, "- '$110.200.0.0/16'"),
      ),
      controlPlane(3),
    ],
    rule: 'cluster/setting',
    steps: ['set --service-cluster-ip-range=10.96.0.0/12 in '],
  },
  {
    name: 'a misspelt program in quotes',
    nodes: () => [
      buildNode().edit(manifest('kube-scheduler'), (text) => text.replace('- kube-scheduler\n', '- "kubeschedulr"\n')),
    ],
    rule: 'manifest/command',
    steps: ['write kube-scheduler instead of kubeschedulr in ', 'the kubelet restarts kube-scheduler by itself'],
  },
  {
    name: 'kube-vip with super-admin.conf, which this node does not have',
    nodes: () => [vip()],
    rule: 'kubeconfig/program',
    steps: adminOfVip,
  },
  {
    name: 'the same, and it must be a file',
    nodes: () => [vip('File')],
    rule: 'manifest/other-host-path',
    steps: adminOfVip,
  },
  {
    name: 'the same, in a line with other fields',
    nodes: () => [vip('File', inOneLine)],
    rule: 'manifest/other-host-path',
    steps: adminOfVip,
  },
];

/** A node without super-admin.conf, and a pod with it, whose manifest may be written otherwise. */
const vip = (type?: string, written = (text: string) => text): NodeTree =>
  buildNode()
    .remove('super-admin.conf')
    .write('manifests/kube-vip.yaml', written(kubeVip('/etc/kubernetes/super-admin.conf', type)), 0o600);

const inOneLine = (text: string): string =>
  text.replace(/hostPath:\n +path: (\S+)\n +(type: \S+)/, 'hostPath: { path: "$1", $2 }');

export const fixesOfCases: readonly FixCase[] = [
  ...(await Promise.all(
    rows.map(async ([rule, name, steps]) => {
      const one = caseNamed(name);
      const node = await treeOf(one);
      return { name, rule, steps, ...(one.options && { options: one.options }), nodes: () => [node] };
    }),
  )),
  ...others,
];
