import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const config = '/var/lib/kubelet/config.yaml';
const flags = '/var/lib/kubelet/kubeadm-flags.env';
const folder = '/etc/kubernetes/manifests';
const backup = '/root/pki-backup-20261201-0000';
const rule = 'manifest/not-run';
const restart = 'systemctl restart kubelet';

const edit = `sed -i -e '/^staticPodPath:/d' -e '/^kind:/a staticPodPath: ${folder}' ${config}`;
const byCommand = [`mkdir -p ${backup}`, `cp -p --backup=numbered ${config} ${backup}/`, edit, restart];

const set = (node: NodeTree, field: string) =>
  node.edit(config, (text) => text.replace('staticPodPath: /etc/kubernetes/manifests', field));

const json = JSON.stringify({
  kind: 'KubeletConfiguration',
  authentication: { x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' } },
});

/** How to let the kubelet read the manifests: a command, unless a person must look where the setting is. */
export const staticPodFixes: readonly FixCase[] = [
  {
    name: 'a folder that does not exist',
    nodes: () => [set(buildNode(), 'staticPodPath: /etc/kubernetes/manifest')],
    rule,
    says: 'because staticPodPath is /etc/kubernetes/manifest, which does not exist',
    steps: byCommand,
  },
  {
    name: 'no field',
    nodes: () => [set(buildNode(), '')],
    rule,
    says: 'because staticPodPath is not set',
    steps: byCommand,
  },
  {
    name: 'a quoted path',
    nodes: () => [set(buildNode(), 'staticPodPath: "/etc/kubernetes/it\'s; reboot"')],
    rule,
    steps: byCommand,
    never: /reboot/,
  },
  {
    name: 'a folder that is not in the input, in which there may be manifests',
    nodes: () => [set(buildNode(), 'staticPodPath: /opt/manifests')],
    rule,
    says: 'nothing in the input starts',
    steps: ['see whether the kubelet has manifests there: ', 'if there are none, set staticPodPath to '],
    never: /sed/,
  },
  {
    name: 'a path that continues on the next line, of which the command would leave a part',
    nodes: () => [set(buildNode(), 'staticPodPath: /etc/kubernetes/\n  manifest')],
    rule,
    steps: [`set staticPodPath: ${folder} in ${config}`, restart],
    never: /sed/,
  },
  {
    name: 'a configuration in JSON',
    nodes: () => [buildNode().write(config, json)],
    rule,
    steps: [`set staticPodPath: ${folder} in ${config}`, restart],
    never: /sed/,
  },
  {
    name: 'a different folder with another pod',
    nodes: () => [
      set(buildNode(), 'staticPodPath: /etc/kubernetes/static').write(
        'static/vip.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: vip }\nspec: { containers: [{ name: vip, image: vip }] }\n',
      ),
    ],
    rule,
    says: 'because staticPodPath is /etc/kubernetes/static',
    steps: [
      ...byCommand.slice(0, -1),
      `move the other manifests to ${folder} too: /etc/kubernetes/static/vip.yaml`,
      restart,
    ],
  },
  {
    name: 'a flag',
    nodes: () => [
      buildNode().edit(flags, (text) => text.replace('ARGS="', 'ARGS="--pod-manifest-path=/etc/kubernetes/manifest ')),
    ],
    rule,
    says: 'because --pod-manifest-path is /etc/kubernetes/manifest, which does not exist',
    steps: [`set --pod-manifest-path to ${folder} in ${flags}`, restart],
    never: /sed/,
  },
];
