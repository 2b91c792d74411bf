import { addKubeletFlag, setKubelet } from '../../support/kubelet-settings.ts';
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

const ofMain = ['configuration/value@kubelet --config'];
const ofDropIn = ofFolder('configuration/value');
const gate = 'RotateKubeletServerCertificate';

/** Values of the main file and of drop-ins, which the kubelet validates after it has merged them. */
const merged: readonly (readonly [main: string, dropIns: readonly string[], findings: readonly string[]])[] = [
  ['tlsMinVersion: TLS12', [], ofMain],
  ['tlsMinVersion: TLS12', ['maxPods: 200'], ofMain],
  ['', ['tlsMinVersion: TLS12'], ofDropIn],
  ['', ['tlsMinVersion: TLS12', 'tlsMinVersion: VersionTLS12'], []],
  ['', ['tlsMinVersion: VersionTLS12', 'tlsMinVersion: TLS12'], ofDropIn],
  ['maxPods: -1', ['maxPods: 110'], []],
  ['maxPods: -1', ['maxpods: 110'], []],
  ['', ['maxpods: -1'], ofDropIn],
  ['', ['MaxPods: -1'], []],
  // null removes what drop-ins have set, and not what the main file has.
  ['', ['maxPods: -1', 'maxPods: null'], []],
  ['maxPods: -1', ['maxPods: null'], ofMain],
  ['maxPods: -1', ['port: -1'], [...ofMain, ...ofDropIn]],
  // Different stages.
  ['maxPods: -1', ['tlsMinVersion: TLS12'], ofMain],
  // Lists are replaced, maps are not.
  ['enforceNodeAllocatable: [pod]', ['enforceNodeAllocatable: [pods]'], []],
  ['memorySwap: {swapBehavior: limited}', ['memorySwap: {swapBehavior: NoSwap}'], []],
  ['evictionHard: {memory.free: 100Mi}', ['evictionHard: {memory.available: 100Mi}'], ofMain],
  ['', ['evictionHard: {memory.free: 100Mi}', 'evictionHard: {memory.free: null}'], []],
  ['', ['evictionHard: null', 'evictionHard: {memory.available: 10%}'], []],
  // What needs fields of two files.
  ['imageGCHighThresholdPercent: 70', ['imageGCLowThresholdPercent: 75'], ofDropIn],
  ['imageGCHighThresholdPercent: 80', ['imageGCLowThresholdPercent: 75'], []],
  ['enforceNodeAllocatable: [kube-reserved]', ['kubeReservedCgroup: /a'], []],
  ['shutdownGracePeriod: 20s', ['shutdownGracePeriodCriticalPods: 10s'], []],
  ['', [`serverTLSBootstrap: true\nfeatureGates: {${gate}: false}`], ofDropIn],
  ['serverTLSBootstrap: true', [`featureGates: {${gate}: false}`], ofDropIn],
  [`featureGates: {${gate}: false}`, ['serverTLSBootstrap: true'], ofMain],
  [`serverTLSBootstrap: true\nfeatureGates: {${gate}: false}`, [`featureGates: {${gate}: true}`], []],
  // What stops it before.
  ['maxPods: -1', ['maxPods: "1"'], ofFolder('configuration/field')],
];

export const kubeletDropIns: readonly Case[] = [
  ...merged.map(
    ([main, files, findings]): Case => ({
      name: `a kubelet with ${[main || 'its configuration', ...files].join(' and then ').replaceAll('\n', ', ')}`,
      change: (node) => {
        const named = files.map((text, index) => [`${index}.conf`, `${head}${text}\n`]);
        if (main !== '') setKubelet(`${main}\n`)(node);
        dropIns(Object.fromEntries(named))(node.write(`${folder}/README.md`, 'Drop-ins\n', 0o644));
      },
      findings,
    }),
  ),
  {
    name: 'a wrong value in a drop-in before 1.29, which is merged differently',
    node: { release: '1.32' },
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/:v1\.32\.\d+/, ':v1.28.4'));
      dropIns({ '20.conf': `${head}maxPods: -1\n` })(node);
    },
    // Its certificates are those of a later release.
    findings: ['cert/group-minor@admin.conf', 'cert/group@kube-apiserver-kubelet-client'],
  },
  {
    name: 'a flag of the kubelet that takes precedence over a wrong value of a drop-in',
    change: (node) => {
      dropIns({ '20.conf': `${head}maxPods: -1\n` })(node);
      addKubeletFlag('--max-pods=110')(node);
    },
    findings: [],
  },
  {
    name: 'a drop-in with more fields than are merged',
    change: (node) => {
      const many = Array.from({ length: 6000 }, (_, index) => `s${index}: "1"`);
      dropIns({ '20.conf': `${head}maxPods: -1\nqosReserved: {${many.join(', ')}}\n` })(node);
    },
    findings: [],
  },
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
