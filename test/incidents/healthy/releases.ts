import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const gatesPage = 'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/';
const etcdFlags = 'https://etcd.io/docs/v3.6/op-guide/configuration/';
const kubeadmsFlags = '/var/lib/kubelet/kubeadm-flags.env';

const etcdImage = (node: NodeTree, image: string) =>
  node.edit('manifests/etcd.yaml', (text) => text.replace(/image: .*/, `image: ${image}`));
const etcdTag = (node: NodeTree, tag: string) => etcdImage(node, `registry.k8s.io/etcd:${tag}`);

/** What resembles a flag or a feature gate that a release does not know, and is known. */
export const releases: readonly Shape[] = [
  {
    id: 'etcd-experimental-flags-in-3.6',
    runs: 'etcd 3.6 with flags of 3.5, which it still takes',
    source: 'https://etcd.io/docs/v3.6/upgrades/upgrade_3_6/',
    change: (node) => node.replaceFlag('etcd', 'experimental-compaction-batch-limit', '1000'),
  },
  {
    id: 'etcd-flags-of-kubeadm-before-an-upgrade',
    runs: 'control planes whose etcd has the flags that kubeadm 1.33 wrote: kubeadm writes them again',
    source: 'https://github.com/kubernetes/kubernetes/pull/132838',
    change: (node) =>
      node
        .replaceFlag('etcd', 'feature-gates', undefined)
        .replaceFlag('etcd', 'watch-progress-notify-interval', undefined)
        .replaceFlag('etcd', 'experimental-initial-corrupt-check', 'true')
        .replaceFlag('etcd', 'experimental-watch-progress-notify-interval', '5s'),
    options: { targetVersion: 'v1.37.0' },
  },
  {
    id: 'etcd-min-tls',
    runs: 'etcd 3.5 with a least version of TLS, which its patch releases know since 3.5.8',
    source: `${etcdFlags}#security`,
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('etcd', 'tls-min-version', 'TLS1.2'),
  },
  {
    id: 'etcd-v2-off-in-3.5',
    runs: 'etcd 3.5 with --enable-v2=false, as hardening guides of that time say',
    source: 'https://etcd.io/docs/v3.5/op-guide/configuration/',
    node: { release: '1.32' },
    change: (node) => node.replaceFlag('etcd', 'enable-v2', 'false'),
  },
  {
    id: 'etcd-by-digest',
    runs: 'images that are pinned by digest: nothing shows which etcd it is',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    change: (node) =>
      etcdImage(node, `registry.k8s.io/etcd@sha256:${'ab'.repeat(32)}`).replaceFlag('etcd', 'enable-v2', 'false'),
  },
  {
    id: 'etcd-at-the-line',
    runs: 'control planes with an etcd from which 3.7 can be reached, before an upgrade to 1.38',
    source: 'https://etcd.io/docs/v3.7/upgrades/upgrade_3_7/',
    options: { targetVersion: 'v1.37.0' },
  },
  {
    id: 'gates-alpha',
    runs: 'clusters that try alpha features',
    source: `${gatesPage}#feature-gates-for-alpha-or-beta-features`,
    change: (node) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])
        node.replaceFlag(name, 'feature-gates', 'GenericWorkload=true,GangScheduling=true,HPAScaleToZero=true');
    },
  },
  {
    id: 'gates-graduated',
    runs: 'clusters that still enable features which have graduated: a warning in the log',
    source: `${gatesPage}#feature-gates-for-graduated-or-deprecated-features`,
    change: (node) => node.replaceFlag('kube-apiserver', 'feature-gates', 'SidecarContainers=true,NodeSwap=true'),
  },
  {
    id: 'gates-off-before-they-are-locked',
    runs: 'clusters of 1.32 that turn a beta feature off',
    source: gatesPage,
    node: { release: '1.32' },
    change: (node) => node.replaceFlag('kube-apiserver', 'feature-gates', 'SidecarContainers=false'),
  },
  {
    id: 'gates-of-a-component',
    runs: 'API servers whose gates name the component that they are for',
    source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
    change: (node) =>
      node.replaceFlag(
        'kube-apiserver',
        'feature-gates',
        'kube:AllAlpha=false,kube:RotateKubeletServerCertificate=true',
      ),
  },
  {
    id: 'gates-of-the-kubelet',
    runs: 'nodes with swap, and kubelets that log queries',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/',
    change: (node) =>
      node.edit(
        '/var/lib/kubelet/config.yaml',
        (text) => `${text}featureGates:\n  NodeSwap: true\n  NodeLogQuery: true\n`,
      ),
  },
  {
    id: 'kubelet-flags-of-kubeadm',
    runs: 'nodes with the flags that kubeadm 1.34 wrote for the kubelet, before an upgrade that removes them',
    source: 'https://github.com/kubernetes/kubernetes/pull/133778',
    node: { release: '1.32' },
    change: (node) => {
      etcdTag(node, '3.6.5-0');
      node.edit(kubeadmsFlags, (text) =>
        text.replace('="', '="--pod-infra-container-image=registry.k8s.io/pause:3.10 '),
      );
    },
    options: { facts: { kubernetesVersion: 'v1.34.2' }, targetVersion: 'v1.35.1' },
  },
  {
    id: 'kubelet-flags-of-dockershim',
    runs: 'nodes of 1.22, whose kubelets have the flags of dockershim',
    source: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/',
    node: { release: '1.22' },
    change: (node) =>
      node.edit(kubeadmsFlags, (text) => text.replace('="', '="--network-plugin=cni --container-runtime=remote ')),
  },
  {
    id: 'kubelet-older-than-its-control-plane',
    runs: 'control planes that were upgraded before their kubelets, as the version skew policy allows',
    source: 'https://kubernetes.io/releases/version-skew-policy/#kubelet',
    change: (node) =>
      node.edit(kubeadmsFlags, (text) =>
        text.replace('="', '="--pod-infra-container-image=registry.k8s.io/pause:3.10 '),
      ),
  },
];
