import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { edited, type FixCase } from './fix-case.ts';

const configmap = 'kubectl -n kube-system edit configmap kubeadm-config';
const replaced = (old: string, by: string) => `s|- ${old}\\(\\r*\\)$|- ${by}\\1|`;

/** A node of 1.36 with another etcd, and a flag for it. */
const etcd = (tag: string, flag: string, value: string) => (): readonly NodeTree[] => [
  buildNode()
    .edit('manifests/etcd.yaml', (text) => text.replace(/etcd:[\d.]+-0/, `etcd:${tag}`))
    .replaceFlag('etcd', flag, value),
];

const kubelet = (change: (node: NodeTree) => NodeTree) => () => [change(buildNode({ release: '1.32' }))];
const restarted = ['systemctl daemon-reload', 'systemctl restart kubelet'];

/** What replaces a flag or a feature gate that a release does not know. */
export const releaseFixes: readonly FixCase[] = [
  {
    name: 'a flag of etcd that lost the word experimental is written without it',
    nodes: etcd('3.7.0-0', 'experimental-compaction-batch-limit', '1000'),
    rule: 'argument/removed',
    says: 'etcd v3.7.0 does not know --experimental-compaction-batch-limit: it was removed in v3.7.0 (etcd-io/etcd#19959), and --compaction-batch-limit=1000 replaces it',
    steps: [
      ...edited(
        'etcd',
        `'${replaced('--experimental-compaction-batch-limit=1000', '--compaction-batch-limit=1000')}'`,
      ).slice(0, -1),
      `change it in extraArgs too: kubeadm upgrade writes the manifest from these: ${configmap}`,
    ],
  },
  {
    name: 'a flag of etcd that became a feature gate is added to those that there are',
    nodes: etcd('3.7.0-0', 'experimental-compact-hash-check-enabled', 'true'),
    rule: 'argument/removed',
    says: '--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true replaces it',
    steps: [
      `sed -i -e '\\|^ *- --experimental-compact-hash-check-enabled=true\\r*$|d' -e '${replaced('--feature-gates=InitialCorruptCheck=true', '--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true')}' /root/pki-backup-20261201-0000/etcd.yaml.new`,
    ],
  },
  {
    name: 'of several feature gates only the one that is gone is removed',
    nodes: () => [
      buildNode({ release: '1.32' }).replaceFlag(
        'kube-apiserver',
        'feature-gates',
        'ValidatingAdmissionPolicy=true,MutatingAdmissionPolicy=true',
      ),
    ],
    rule: 'argument/gate',
    says: 'kube-apiserver v1.32.6 does not start with the feature gate ValidatingAdmissionPolicy: it was removed in v1.32.0',
    steps: edited(
      'kube-apiserver',
      `'${replaced('--feature-gates=ValidatingAdmissionPolicy=true,MutatingAdmissionPolicy=true', '--feature-gates=MutatingAdmissionPolicy=true')}'`,
    ).slice(0, -1),
  },
  {
    name: 'a mistyped feature gate is corrected',
    nodes: () => [buildNode().replaceFlag('kube-scheduler', 'feature-gates', 'SideCarContainers=true')],
    rule: 'argument/gate',
    says: 'no release has it, and the closest is SidecarContainers',
    steps: [
      ...edited(
        'kube-scheduler',
        `'${replaced('--feature-gates=SideCarContainers=true', '--feature-gates=SidecarContainers=true')}'`,
      ).slice(0, -1),
      `correct it in extraArgs too: kubeadm upgrade writes the manifest from these: ${configmap}`,
    ],
  },
  {
    name: 'a feature gate of the kubelet is removed by a person',
    nodes: kubelet((node) =>
      node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}featureGates:\n  CloudDualStackNodeIPs: true\n`),
    ),
    options: { facts: { kubernetesVersion: 'v1.32.6' } },
    rule: 'argument/gate',
    says: 'kubelet v1.32.6 does not start with the feature gate CloudDualStackNodeIPs',
    steps: ['remove CloudDualStackNodeIPs from featureGates in /var/lib/kubelet/config.yaml', ...restarted],
  },
  {
    name: 'a flag of the kubelet is removed by a person',
    nodes: kubelet((node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) => text.replace('="', '="--container-runtime=remote ')),
    ),
    rule: 'argument/removed',
    says: 'kubelet v1.29.0 and later does not know --container-runtime: it was removed in v1.27.0',
    steps: [
      'remove --container-runtime from /var/lib/kubelet/kubeadm-flags.env: kubeadm does not change flags that it has not written',
      ...restarted,
    ],
  },
  {
    name: 'a renamed flag in quotes is written by a person',
    nodes: () => [
      ...etcd('3.7.0-0', 'experimental-corrupt-check-time', '1h')().map((node) =>
        node.edit('manifests/etcd.yaml', (text) => text.replace(/- (--experimental-corrupt.*)$/m, '- "$1"')),
      ),
    ],
    rule: 'argument/removed',
    steps: ['write --corrupt-check-time=1h instead of --experimental-corrupt-check-time in the manifest of etcd'],
    never: /sed/,
  },
  {
    name: 'a mistyped feature gate in quotes is corrected by a person',
    nodes: () => [
      buildNode()
        .replaceFlag('kube-apiserver', 'feature-gates', 'NodeSwaps=true,InPlacePodVerticalScalling=true')
        .edit('manifests/kube-apiserver.yaml', (text) => text.replace(/- (--feature-gates.*)$/m, '- "$1"')),
    ],
    rule: 'argument/gate',
    steps: [
      'write NodeSwap and InPlacePodVerticalScaling instead of NodeSwaps and InPlacePodVerticalScalling in --feature-gates of kube-apiserver',
    ],
    never: /sed/,
  },
];
