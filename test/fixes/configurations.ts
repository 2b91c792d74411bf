import { buildNode } from '../support/build-node.ts';
import type { FixCase } from './fix-case.ts';

const policy = '/etc/kubernetes/pki/audit.yaml';
const kubelet = '/var/lib/kubelet/config.yaml';

/** Fixes of configuration files that a component has read and partly ignored: it reads them again when it starts. */
export const configurationFixes: readonly FixCase[] = [
  {
    name: 'an audit policy that kube-apiserver reads again',
    nodes: () => [
      buildNode()
        .write('pki/audit.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  verb: [get]\n')
        .replaceFlag('kube-apiserver', 'audit-policy-file', policy),
    ],
    rule: 'configuration/ignored',
    steps: [
      `correct ${policy}: write verbs instead of verb`,
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' -q | xargs -r crictl stop -t 30",
    ],
  },
  {
    name: 'a configuration that the kubelet reads again',
    nodes: () => [buildNode().edit(kubelet, (text) => `${text}evictionHrad: {memory.available: 1Gi}\n`)],
    rule: 'configuration/ignored',
    steps: [`correct ${kubelet}: write evictionHard instead of evictionHrad`, 'systemctl restart kubelet'],
  },
];
