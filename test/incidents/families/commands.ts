import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const kubeadm = () => corpus('kubeadm-1.36-default');
const replaced = ['mkdir', 'cp', 'cp', 'sed', 'mv'];

/** Ends every flag of a component with a backslash. */
const continued = (node: NodeTree, name: string) =>
  node.edit(`manifests/${name}.yaml`, (text) => text.replaceAll(/^ {4}- --.*$/gm, '$& \\'));

/** Commands of containers that are written as for a shell. */
export const commands: readonly Incident[] = [
  {
    id: 'command-of-a-shell',
    title: 'The command of etcd is a line of a shell',
    source: 'https://github.com/kubernetes/website/issues/7893',
    happened:
      'The manifest of etcd in a guide was a command of a shell with hyphens in front of its lines: the first item was "etcd --name NAME \\", and every other one ended with a backslash too. The runtime looks for a program of that name: "executable file not found in $PATH".',
    node: kubeadm,
    change: (node) =>
      continued(node, 'etcd').edit('manifests/etcd.yaml', (text) =>
        text.replace('    - etcd\n', '    - etcd --name cp-1 \\\n'),
      ),
    finds: ['error manifest/command@etcd'],
    fix: replaced,
  },
  {
    id: 'command-with-backslashes',
    title: 'Every flag of etcd ends with a backslash',
    source: 'https://github.com/coreos/bugs/issues/1895',
    happened:
      'A configuration was copied from a shell, and each of its URLs ended with a blank and a backslash. No shell removed them, and etcd did not start: they belong to the values of its flags.',
    node: kubeadm,
    change: (node) => continued(node, 'etcd'),
    finds: ['error manifest/command@etcd'],
    fix: replaced,
  },
  {
    id: 'audit-flags-with-backslashes',
    title: 'Flags of the audit log, copied from the documentation',
    source: 'https://github.com/kubernetes/website/pull/41174',
    happened:
      'The documentation of auditing had the flags of kube-apiserver with a backslash at the end, as for a shell. Who copied them into kube-apiserver.yaml had to remove it each time.',
    node: kubeadm,
    change: (node) =>
      node
        .edit('manifests/kube-apiserver.yaml', (text) =>
          text.replace(
            '    - --secure-port=6443\n',
            '    - --secure-port=6443 \\\n    - --audit-policy-file=/etc/kubernetes/pki/audit-policy.yaml \\\n    - --audit-log-path=/var/log/kubernetes/audit/audit.log \\\n',
          ),
        )
        .write(
          'pki/audit-policy.yaml',
          'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n',
          0o600,
        ),
    finds: ['error manifest/command@kube-apiserver'],
    fix: replaced,
  },
  {
    id: 'command-in-one-item',
    title: 'A path and its flags in one item',
    source: 'https://github.com/kubernetes/kubernetes/issues/3575',
    happened:
      'A command in one item of the list was taken for the path of a program: "exec: "/bin/bash /opt/run.sh": stat /bin/bash /opt/run.sh: no such file or directory". kubectl logs shows nothing of it.',
    node: kubeadm,
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) =>
        text.replace(
          '    - kube-scheduler\n    - --authentication-kubeconfig',
          '    - /usr/local/bin/kube-scheduler --authentication-kubeconfig',
        ),
      ),
    finds: ['error manifest/command@kube-scheduler'],
    fix: replaced,
  },
];
