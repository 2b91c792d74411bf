import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const policy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

/** A node of kubeadm 1.22 with a different kube-apiserver, without flags that went with 1.24. */
const node = (release: string) => () => {
  const tree = buildNode({ release: '1.22' });
  for (const name of ['kube-controller-manager', 'kube-scheduler'])
    tree.edit(`manifests/${name}.yaml`, (text) => text.replace('    - --port=0\n', ''));
  const image = 'kube-apiserver:v1.22.4';
  return release === '1.22.4'
    ? tree
    : tree.edit('manifests/kube-apiserver.yaml', (text) => text.replace(image, `kube-apiserver:v${release}`));
};

/** Logs to a file, with a policy in a folder that is mounted. */
const logTo =
  (file: string, policyFlag = '    - --audit-policy-file=/etc/kubernetes/pki/audit-policy.yaml\n') =>
  (tree: NodeTree) =>
    tree
      .write('pki/audit-policy.yaml', policy, 0o600)
      .edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace('    - kube-apiserver\n', `    - kube-apiserver\n${policyFlag}    - --audit-log-path=${file}\n`),
      );

const mounted = (folder: string, change: (tree: NodeTree) => NodeTree) => (tree: NodeTree) =>
  change(tree).edit('manifests/kube-apiserver.yaml', (text) =>
    text
      .replace('    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${folder}\n      name: audit-log\n`)
      .replace(
        '  volumes:\n',
        `  volumes:\n  - hostPath:\n      path: ${folder}\n      type: DirectoryOrCreate\n    name: audit-log\n`,
      ),
  );

const log = '/tmp/audit/audit.log';
const stopped = ['argument/value@kube-apiserver'];

/** The folder of the audit log, by release and volume. */
export const auditLogCases: readonly Case[] = [
  { name: '1.24.3 does not create the folder of its log', node: node('1.24.3'), change: logTo(log), findings: stopped },
  { name: '1.23.9 does not create the folder of its log', node: node('1.23.9'), change: logTo(log), findings: stopped },
  { name: '1.22.4 does not create the folder of its log', node: node('1.22.4'), change: logTo(log), findings: stopped },
  { name: '1.24.4 creates the folder of its log', node: node('1.24.4'), change: logTo(log), findings: [] },
  { name: '1.23.10 creates the folder of its log', node: node('1.23.10'), change: logTo(log), findings: [] },
  { name: '1.25.0 creates the folder of its log', node: node('1.25.0'), change: logTo(log), findings: [] },
  { name: 'a log in a volume', node: node('1.24.0'), change: mounted('/tmp/audit', logTo(log)), findings: [] },
  {
    name: 'the runtime creates the folder around a volume',
    node: node('1.24.0'),
    change: mounted('/tmp/audit/more', logTo(log)),
    findings: [],
  },
  { name: 'a log in a folder of the image', node: node('1.24.0'), change: logTo('/tmp/audit.log'), findings: [] },
  { name: 'a log to the standard output', node: node('1.24.0'), change: logTo('-'), findings: [] },
  { name: 'a log without a policy', node: node('1.24.0'), change: logTo(log, ''), findings: [] },
];
