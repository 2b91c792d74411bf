import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const kubeadmsFlags = '/var/lib/kubelet/kubeadm-flags.env';

const etcdTag = (node: NodeTree, tag: string) =>
  node.edit('manifests/etcd.yaml', (text) => text.replace(/etcd:[\d.]+-0/, `etcd:${tag}`));

const gates =
  (value: string, component = 'kube-apiserver') =>
  (node: NodeTree) =>
    node.replaceFlag(component, 'feature-gates', value);

const kubeletFlags = (flags: string) => (node: NodeTree) =>
  node.edit(kubeadmsFlags, (text) => text.replace('="', `="${flags} `));

const target = (targetVersion: string, kubernetesVersion?: string) => ({
  targetVersion,
  ...(kubernetesVersion && { facts: { kubernetesVersion } }),
});

const etcd: readonly Case[] = [
  {
    name: 'a flag of etcd 3.6, on 3.5: that of the node decides, not that of Kubernetes',
    change: (node) => etcdTag(node, '3.5.24-0').replaceFlag('etcd', 'feature-gates', undefined),
    findings: ['argument/newer@etcd'],
  },
  {
    name: 'a flag that a patch release of etcd brought, before it',
    node: { release: '1.22' },
    change: (node) => node.replaceFlag('etcd', 'tls-min-version', 'TLS1.2'),
    findings: ['argument/newer@etcd'],
  },
  {
    name: 'a variable that etcd does not know any more: it only warns',
    change: (node) =>
      node.edit('manifests/etcd.yaml', (text) =>
        text.replace(/^ {4}image: /m, '    env:\n    - name: ETCD_ENABLE_V2\n      value: "false"\n$&'),
      ),
    findings: [],
  },
  {
    name: 'a flag that etcd 3.7 refuses, with a tag of the image that the user chose',
    change: (node) => {
      node.replaceFlag('etcd', 'experimental-corrupt-check-time', '1h');
      node.write(
        'kubeadm-config.yaml',
        'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.2\netcd:\n  local:\n    imageTag: 3.6.11-0\n',
      );
    },
    options: { ...target('v1.37.0'), kubeadmConfig: '/etc/kubernetes/kubeadm-config.yaml' },
    findings: [],
  },
  {
    name: 'etcd of kubeadm 1.36.2, before 1.37',
    change: (node) => etcdTag(node, '3.6.8-0'),
    options: target('v1.37.0'),
    findings: ['upgrade/etcd@etcd'],
  },
  {
    name: 'etcd 3.5.24, before the step that deploys 3.6',
    node: { release: '1.32' },
    change: (node) => etcdTag(node, '3.5.24-0'),
    options: target('v1.34.2', 'v1.33.7'),
    findings: ['upgrade/etcd@etcd'],
  },
];

const featureGates: readonly Case[] = [
  {
    name: 'a feature gate that is gone',
    change: gates('WatchBookmark=true'),
    findings: ['argument/gate@kube-apiserver'],
  },
  {
    name: 'two feature gates that are locked: one finding',
    change: gates('NodeSwap=false,SidecarContainers=F', 'kube-scheduler'),
    findings: ['argument/gate@kube-scheduler'],
  },
  {
    name: 'a feature gate that is locked to false',
    change: gates('AllowOverwriteTerminationGracePeriodSeconds=true'),
    findings: ['argument/gate@kube-apiserver'],
  },
  {
    name: 'a feature gate of a later release',
    node: { release: '1.32' },
    change: gates('GangScheduling=true', 'kube-scheduler'),
    findings: ['argument/gate@kube-scheduler'],
  },
  {
    name: 'a feature gate of a component',
    change: gates('kube:WatchBookmark=true'),
    findings: ['argument/gate@kube-apiserver'],
  },
  {
    name: 'a feature gate that no release has',
    change: gates('MyOwnFeature=true'),
    findings: ['argument/gate@kube-apiserver'],
  },
  {
    name: 'feature gates of a fork, which can have its own',
    change: (node) =>
      gates('MyOwnFeature=true')(node).edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/image: \S+/, 'image: registry.example.test/kube-apiserver:v1.36.2-vendor.1'),
      ),
    findings: [],
  },
  {
    name: 'feature gates for all of a stage, and of libraries',
    change: gates(
      'AllAlpha=false,AllBeta=true,ContextualLogging=true,WatchListClient=true,MutatingAdmissionPolicy=true',
    ),
    findings: [],
  },
  {
    name: 'a feature gate that no release has, in a release whose gates were not read',
    change: gates('MyOwnFeature=true'),
    options: { facts: { kubernetesVersion: 'v1.38.0' } },
    findings: [],
  },
  {
    name: 'feature gates of a kubelet whose release no file shows',
    node: { worker: true },
    change: (node) =>
      node.edit(
        '/var/lib/kubelet/config.yaml',
        (text) => `${text}featureGates:\n  NodeSwapp: true\n  MyOwnFeature: true\n  AllAlpha: false\n`,
      ),
    findings: ['argument/gate@kubelet', 'argument/unknown-gate@kubelet'],
  },
  {
    name: 'a feature gate that resembles another, in a release whose gates were not read',
    change: gates('SidecarContainer=true'),
    options: { facts: { kubernetesVersion: 'v1.39.0' } },
    findings: [],
  },
  {
    name: 'a feature gate of which the release that removed it is not known exactly, in between and after',
    change: (node) => {
      gates('MemoryManager=true')(node);
      gates('CPUManager=true', 'kube-scheduler')(node);
    },
    options: { facts: { kubernetesVersion: 'v1.35.1' } },
    findings: ['argument/gate@kube-scheduler', 'cert/organization@kube-apiserver-kubelet-client'],
  },
  {
    name: 'a feature gate that the next release but one does not know',
    change: gates('DynamicResourceAllocation=true', 'kube-controller-manager'),
    options: target('v1.38.0'),
    findings: ['argument/gate@kube-controller-manager', 'upgrade/path@cp-1'],
  },
];

const kubelet: readonly Case[] = [
  {
    name: 'a flag that every kubelet lacks which the API server supports',
    node: { release: '1.32' },
    change: kubeletFlags('--container-runtime=remote'),
    findings: ['argument/removed@kubelet'],
  },
  {
    name: 'a flag that the kubelet may lack, if it is not older than the API server',
    node: { release: '1.32' },
    change: kubeletFlags('--keep-terminated-pod-volumes=true'),
    findings: [],
  },
  {
    name: 'a flag that the next kubelet lacks, and kubeadm has not written',
    node: { release: '1.28' },
    change: kubeletFlags('--keep-terminated-pod-volumes=true'),
    options: target('v1.31.1', 'v1.30.1'),
    findings: [
      'argument/removed@kubelet',
      'cert/organization-earlier@admin.conf',
      'cert/organization-earlier@kube-apiserver-kubelet-client',
    ],
  },
];

/** Flags of etcd and the kubelet, and feature gates, by the releases of each. */
export const releases: readonly Case[] = [...etcd, ...featureGates, ...kubelet];
