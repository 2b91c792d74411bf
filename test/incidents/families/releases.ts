import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

const kubeadmsFlags = '/var/lib/kubelet/kubeadm-flags.env';

/** The release of the node's own kubelet, which no file says. */
const on = (kubernetesVersion: string) => ({ facts: { kubernetesVersion } });

const etcdImage = (node: NodeTree, tag: string) =>
  node.edit('manifests/etcd.yaml', (text) => text.replace(/etcd:[\d.]+-0/, `etcd:${tag}`));

const gates = (component: string, value: string) => (node: NodeTree) => {
  node.replaceFlag(component, 'feature-gates', value);
};

const kubeletFlag = (flag: string) => (node: NodeTree) => {
  node.edit(kubeadmsFlags, (text) => text.replace('="', `="${flag} `));
};

const kubeletGates = (lines: string) => (node: NodeTree) => {
  node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}featureGates:\n${lines}`);
};

/** The unit of kubeadm's packages, with flags of the administrator's. */
const extraArguments = (flags: string) => (node: NodeTree) => {
  const usual =
    '--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml --hostname-override=cp-1';
  const lines = `Environment="KUBELET_EXTRA_ARGS=${flags}"\nExecStart=/usr/bin/kubelet ${usual} $KUBELET_EXTRA_ARGS\n`;
  node.write('/etc/systemd/system/kubelet.service', `[Service]\n${lines}`, 0o644);
};

const edited = ['sed', 'mv'];
const editedTwice = [...edited, 'kubectl'];
const restarted = ['systemctl daemon-reload'];

/** What a release of etcd, Kubernetes or the kubelet does not know any more, or not yet. */
export const releases: readonly Incident[] = [
  {
    id: 'etcd-enable-v2',
    title: 'etcd 3.6 refuses --enable-v2',
    source: 'https://github.com/canonical/microk8s/issues/5209',
    happened:
      'After an upgrade from 1.33 to 1.34, which brought etcd 3.6, etcd did not start any more: "flag provided but not defined: -enable-v2". It was one of its default flags.',
    change: (node) => node.replaceFlag('etcd', 'enable-v2', 'true'),
    finds: ['error argument/removed@etcd'],
    fix: editedTwice,
  },
  {
    id: 'etcd-enable-v2-off',
    title: 'etcd 3.6 refuses --enable-v2=false too',
    source: 'https://github.com/flatcar/scripts/pull/2916',
    happened:
      'The packages of etcd 3.6.0 waited for a decision, because --enable-v2 and --experimental-enable-v2v3 were removed: with one of them, whatever its value, etcd does not start.',
    change: (node) => node.replaceFlag('etcd', 'enable-v2', 'false'),
    finds: ['error argument/removed@etcd'],
    fix: editedTwice,
  },
  {
    id: 'etcd-proxy-off',
    title: 'etcd 3.6 has no --proxy',
    source: 'https://github.com/etcd-io/etcd/pull/19914',
    happened:
      '--proxy and its five timeouts are gone in etcd 3.6, and the changelog did not say so at first. etcd 3.5 takes --proxy=off, and 3.6 exits with "flag provided but not defined: -proxy".',
    change: (node) => node.replaceFlag('etcd', 'proxy', 'off'),
    finds: ['error argument/removed@etcd'],
    fix: editedTwice,
  },
  {
    id: 'etcd-experimental-flag',
    title: 'etcd 3.7 refuses a flag that lost the word experimental',
    source: 'https://github.com/etcd-io/etcd/pull/19959',
    happened:
      'etcd 3.7 dropped all flags that begin with --experimental-. An etcd that has one of them exits with "flag provided but not defined"; the same flag without that word is known since 3.6.',
    change: (node) => etcdImage(node, '3.7.0-0').replaceFlag('etcd', 'experimental-compaction-batch-limit', '1000'),
    finds: ['error argument/removed@etcd'],
    fix: editedTwice,
  },
  {
    id: 'etcd-experimental-gate',
    title: 'etcd 3.7 has a feature gate instead of a flag',
    source: 'https://github.com/etcd-io/website/issues/1040',
    happened:
      'Several experimental flags of etcd became feature gates. The documentation of 3.7 still listed --experimental-compact-hash-check-enabled, with which etcd 3.7 does not start.',
    change: (node) => etcdImage(node, '3.7.1-0').replaceFlag('etcd', 'experimental-compact-hash-check-enabled', 'true'),
    finds: ['error argument/removed@etcd'],
    fix: editedTwice,
  },
  {
    id: 'etcd-of-the-next-release',
    title: 'A flag of the user stops the etcd that kubeadm 1.37 deploys',
    source: 'https://github.com/etcd-io/etcd/issues/19141',
    happened:
      'The flags with the word experimental work in etcd 3.6 and not in 3.7. kubeadm writes its own again and keeps those of extraArgs: etcd of the next release does not come up with --experimental-warning-apply-duration, and the upgrade is rolled back.',
    change: (node) => node.replaceFlag('etcd', 'experimental-warning-apply-duration', '200ms'),
    options: { targetVersion: 'v1.37.0' },
    finds: ['error argument/removed@etcd'],
    fix: ['kubectl'],
  },
  {
    id: 'etcd-below-the-line',
    title: 'etcd is too old for the one of kubeadm 1.37',
    source: 'https://github.com/etcd-io/website/pull/1168',
    happened:
      'All members must run 3.6.11 or later before the first goes to 3.7. kubeadm 1.36.2 deploys 3.6.8: three control planes that no one had touched were below that line.',
    change: (node) => etcdImage(node, '3.6.8-0'),
    options: { targetVersion: 'v1.37.0' },
    finds: ['warning upgrade/etcd@etcd'],
    fix: [],
  },
  {
    id: 'gate-of-pod-security',
    title: 'A feature gate that 1.35 does not know any more',
    source: 'https://github.com/siderolabs/talos/issues/13480',
    happened:
      'An upgrade from 1.34.8 to 1.35.5 waited for a healthy kube-apiserver until it gave up, many times. Its log had "unrecognized feature gate: UserNamespacesPodSecurityStandards": the gate had been set long ago, and was removed.',
    change: gates('kube-apiserver', 'UserNamespacesPodSecurityStandards=true'),
    finds: ['error argument/gate@kube-apiserver'],
    fix: editedTwice,
  },
  {
    id: 'gate-of-a-cloud',
    title: 'A feature gate of an in-tree cloud provider, in 1.31',
    source: 'https://github.com/kubermatic/kubermatic/issues/13936',
    happened:
      'kube-apiserver of a cluster on vSphere restarted again and again after the upgrade to 1.31: "unrecognized feature gate: InTreePluginvSphereUnregister". The installer still set the gate.',
    node: { release: '1.32' },
    change: gates('kube-apiserver', 'InTreePluginvSphereUnregister=true'),
    finds: ['error argument/gate@kube-apiserver'],
    fix: editedTwice,
  },
  {
    id: 'gate-of-admission-policies',
    title: 'A feature gate that graduated, next to one that has not',
    source: 'https://github.com/gardener/gardener/pull/12643',
    happened:
      'kube-apiserver 1.32 crashed because ValidatingAdmissionPolicy was enabled as a feature gate. The feature had been stable since 1.30, and the gate was harmless until 1.31.',
    node: { release: '1.32' },
    change: gates('kube-apiserver', 'ValidatingAdmissionPolicy=true,MutatingAdmissionPolicy=true'),
    finds: ['error argument/gate@kube-apiserver'],
    fix: editedTwice,
  },
  {
    id: 'gate-of-block-volumes',
    title: 'A feature gate that kubeadm upgrade keeps',
    source: 'https://github.com/kubernetes/kubernetes/issues/100988',
    happened:
      'kubeadm upgrade apply 1.21.0 failed, because the new kube-apiserver did not start with the feature gate BlockVolume. It had to be removed from the manifests and from the ConfigMap kubeadm-config.',
    node: { release: '1.22' },
    change: gates('kube-apiserver', 'BlockVolume=true'),
    finds: ['error argument/gate@kube-apiserver'],
    fix: editedTwice,
  },
  {
    id: 'gate-locked',
    title: 'A feature that cannot be turned off any more',
    source: 'https://github.com/Azure/aks-engine-azurestack/pull/200',
    happened:
      'kube-controller-manager of 1.27 did not start: LegacyServiceAccountTokenNoAutoGeneration was set to false, and from 1.27 on it is locked to true. In 1.26 the setting had still worked.',
    node: { release: '1.28' },
    change: gates('kube-controller-manager', 'LegacyServiceAccountTokenNoAutoGeneration=false'),
    finds: ['error argument/gate@kube-controller-manager'],
    fix: editedTwice,
  },
  {
    id: 'gate-before-the-upgrade',
    title: 'A feature gate that the next release does not know',
    source: 'https://github.com/kubernetes/kubernetes/pull/141789',
    happened:
      'SeparateTaintEvictionController has been stable since 1.34, and setting it only gives a warning. It is removed in 1.38, with an urgent note: remove it from the flags before the upgrade, or kube-controller-manager does not start.',
    change: (node) =>
      node.replaceFlag('kube-controller-manager', 'feature-gates', 'SeparateTaintEvictionController=true'),
    options: { targetVersion: 'v1.38.0' },
    finds: ['error argument/gate@kube-controller-manager'],
    fix: ['kubectl'],
  },
  {
    id: 'gate-of-the-kubelet',
    title: 'A feature gate in the configuration of the kubelet',
    source: 'https://github.com/mysticaltech/terraform-hcloud-kube-hetzner/issues/1974',
    happened:
      'Kubelets crashed with "failed to set feature gates: unrecognized feature gate: CloudDualStackNodeIPs". An example for swap had the gate, which was removed in 1.32.',
    node: { release: '1.32' },
    change: kubeletGates('  NodeSwap: true\n  CloudDualStackNodeIPs: true\n'),
    options: on('v1.32.6'),
    finds: ['error argument/gate@kubelet'],
    fix: restarted,
  },
  {
    id: 'gate-of-no-release',
    title: 'A feature gate that no release has',
    source: 'https://github.com/kubernetes/kubernetes/issues/112327',
    happened:
      'kubeadm init waited for a kubelet that ended with "unrecognized feature gate: CheckpointContainer". The documentation had the name so; the gate is ContainerCheckpoint.',
    node: { release: '1.32' },
    change: kubeletGates('  CheckpointContainer: true\n'),
    options: on('v1.32.6'),
    finds: ['error argument/gate@kubelet'],
    fix: restarted,
  },
  {
    id: 'gate-of-volumes-on-the-kubelet',
    title: 'A feature gate among the flags of the kubelet',
    source: 'https://github.com/kubernetes/kops/issues/17252',
    happened:
      'Control planes did not come up after an upgrade from 1.26 to 1.27. The kubelet said "failed to set feature gates from initial flags-based config: unrecognized feature gate: ExpandPersistentVolumes".',
    node: { release: '1.28' },
    change: kubeletFlag('--feature-gates=ExpandPersistentVolumes=true'),
    options: on('v1.28.2'),
    finds: ['error argument/gate@kubelet'],
    fix: restarted,
  },
  {
    id: 'kubelet-network-plugin',
    title: 'The kubelet of 1.24 refuses --network-plugin',
    source: 'https://github.com/kubernetes/website/issues/33640',
    happened:
      'The documentation of 1.24 still described --network-plugin. The kubelet said "failed to parse kubelet flag: unknown flag: --network-plugin": the flags of dockershim went with it.',
    node: { release: '1.28' },
    change: kubeletFlag('--network-plugin=cni'),
    options: on('v1.28.2'),
    finds: ['error argument/removed@kubelet'],
    fix: restarted,
  },
  {
    id: 'kubelet-container-runtime',
    title: 'The kubelet of 1.27 refuses --container-runtime',
    source: 'https://github.com/voxpupuli/puppet-k8s/issues/64',
    happened:
      'Kubelets failed to start after an update to 1.27: "unknown flag: --container-runtime". Since 1.24 only the value remote had been possible.',
    node: { release: '1.28' },
    change: extraArguments('--container-runtime=remote'),
    options: on('v1.28.2'),
    finds: ['error argument/removed@kubelet'],
    fix: restarted,
  },
  {
    id: 'kubelet-log-dir',
    title: 'The kubelet of 1.26 has no flags of klog',
    source: 'https://github.com/kubernetes/website/issues/38599',
    happened:
      'The documentation of 1.26 still showed --log-dir and --logtostderr, which were removed from the kubelet in that release: it does not start with them.',
    node: { release: '1.28' },
    change: extraArguments('--logtostderr=true'),
    options: on('v1.28.2'),
    finds: ['error argument/removed@kubelet'],
    fix: restarted,
  },
  {
    id: 'kubelet-pod-volumes',
    title: 'The kubelet of 1.31 refuses --keep-terminated-pod-volumes',
    source: 'https://github.com/Azure/AKS/issues/4604',
    happened:
      'New nodes of 1.31 did not register: their kubelets failed to start with the flag --keep-terminated-pod-volumes, which was deprecated since 2017 and removed in that release.',
    node: { release: '1.32' },
    change: extraArguments('--keep-terminated-pod-volumes=false'),
    options: on('v1.32.6'),
    finds: ['error argument/removed@kubelet'],
    fix: restarted,
  },
  {
    id: 'kubelet-pause-image',
    title: 'A flag in KUBELET_EXTRA_ARGS, before the upgrade to 1.35',
    source: 'https://github.com/kubernetes-sigs/image-builder/pull/1866',
    happened:
      'Images of nodes had --pod-infra-container-image in KUBELET_EXTRA_ARGS. kubeadm removes that flag only from the file that it writes itself, so kubelets of 1.35 exited with "unknown flag".',
    node: { release: '1.32' },
    change: (node) => {
      extraArguments('--pod-infra-container-image=registry.k8s.io/pause:3.9')(node);
      etcdImage(node, '3.6.5-0');
    },
    options: { facts: { kubernetesVersion: 'v1.34.2' }, targetVersion: 'v1.35.1' },
    finds: ['error argument/removed@kubelet'],
    fix: restarted,
  },
];
