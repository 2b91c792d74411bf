import { addKubeletFlag } from '../../support/kubelet-settings.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const folder = '/etc/kubernetes/kubelet.conf.d';
const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

/** Writes drop-ins, by their names, and lets the kubelet read them. */
const dropIns = (files: Readonly<Record<string, string>>) => (node: NodeTree) => {
  for (const [name, text] of Object.entries(files)) node.write(`${folder}/${name}`, text, 0o644);
  addKubeletFlag(`--config-dir=${folder}`)(node);
};

const ofFolder = (rule: string) => [`${rule}@kubelet --config-dir`];

/** Drop-ins, and what is wrong with them (cmd/kubelet/app/server.go, mergeKubeletConfigurations). */
const loaded: readonly (readonly [
  name: string,
  files: Readonly<Record<string, string>>,
  findings: readonly string[],
])[] = [
  ['that is complete', { '20.conf': `${head}maxPods: 200\n` }, []],
  ['in JSON', { '20.conf': `{"kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1"}` }, []],
  ['without a kind', { '20.conf': 'maxPods: 200\n' }, ofFolder('configuration/version')],
  ['in JSON, without a kind', { '20.conf': '{"maxPods": 200}' }, ofFolder('configuration/version')],
  ['that is empty', { '20.conf': '' }, ofFolder('configuration/version')],
  ['that has only comments', { '20.conf': '# nothing\n' }, ofFolder('configuration/version')],
  ['of a version that does not exist', { '20.conf': head.replace('v1beta1', 'v1') }, ofFolder('configuration/version')],
  ['in a folder of its own', { '10/20.conf': 'maxPods: 200\n' }, ofFolder('configuration/version')],
  ['in a folder whose name ends as its own', { '10.conf/20.conf': 'kind: ""\n' }, ofFolder('configuration/version')],
  ['that is named otherwise', { '20.yaml': 'maxPods: 200\n', '30.conf.bak': '\t' }, []],
  ['that is not YAML', { '20.conf': `${head}logging:\n\tformat: text\n` }, [`file/parse@${folder}/20.conf`]],
  ['with a field twice', { '20.conf': `${head}maxPods: 1\nmaxPods: 2\n` }, ofFolder('configuration/field')],
  ['with a text for a number', { '20.conf': `${head}maxPods: "200"\n` }, ofFolder('configuration/field')],
  ['with a misspelled field', { '20.conf': `${head}maxPod: 200\n` }, ofFolder('configuration/ignored')],
  ['with a field in another case, which counts', { '20.conf': `${head}MaxPods: 200\n` }, []],
];

export const kubeletDropIns: readonly Case[] = [
  ...loaded.map(
    ([name, files, findings]): Case => ({
      name: `a kubelet with a drop-in ${name}`,
      change: dropIns(files),
      findings,
    }),
  ),
  {
    name: 'two drop-ins of a kubelet without a kind',
    change: dropIns({ '10.conf': 'maxPods: 200\n', '20.conf': 'maxPods: 200\n' }),
    findings: [...ofFolder('configuration/version'), ...ofFolder('configuration/version')],
  },
  {
    name: 'a drop-in of a different kind before 1.32, which is not looked at',
    node: { release: '1.32' },
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/:v1\.32\.\d+/, ':v1.31.4'));
      dropIns({ '20.conf': 'kind: Kubelet\nmaxPods: 200\n' })(node);
    },
    findings: [],
  },
  {
    name: 'a folder of drop-ins that does not exist',
    change: dropIns({}),
    findings: ofFolder('argument/file'),
  },
  {
    name: 'an empty folder of drop-ins',
    change: (node) => dropIns({})(node.write(`${folder}/README.md`, 'Drop-ins\n', 0o644)),
    findings: [],
  },
];
