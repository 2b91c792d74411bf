/** Every kit by name: the nodes of one cluster, each a function that takes changes. */
import type { NodeKind } from '../../../src/results/reported-node.ts';
import { aksScriptedWorker, aksWorker } from './aks.ts';
import { bottlerocketWorker } from './bottlerocket.ts';
import { hardWayServer, hardWayWorker } from './hard-way.ts';
import { hardWay2021Controller, hardWay2021Worker } from './hard-way-2021.ts';
import { homeMadeControlPlane, homeMadeWithTwoCas, homeMadeWorker, homeMadeWorkerWithTwoCas } from './home-made.ts';
import { k0sController, k0sWorker } from './k0s.ts';
import { k8sSnapEdited, k8sSnapNode, k8sSnapWithDqlite, k8sSnapWorker } from './k8s-snap.ts';
import type { Kit } from './kit.ts';
import {
  kopsControlPlane,
  kopsCreated,
  kopsNode,
  kopsOnGce,
  kopsPromoted,
  kopsSecondControlPlane,
  kopsThirdControlPlane,
  kopsUpgraded,
  kopsWithCilium,
} from './kops.ts';
import { kubeaszMaster, kubeaszWorker } from './kubeasz.ts';
import { kubesprayControlPlane, kubesprayEtcd, kubesprayWorker } from './kubespray.ts';
import { eksWorker, gkeWorker } from './managed.ts';
import { microk8sHardened, microk8sNode, microk8sRefreshed, microk8sWithOwnCa, microk8sWorker } from './microk8s.ts';
import { microshiftNode } from './microshift.ts';
import { mmumshadControlPlane, mmumshadWorker } from './mmumshad.ts';
import { mmumshadBootstrappedWorker } from './mmumshad-node02.ts';
import {
  optK8sMaster,
  optK8sWorker,
  optKubernetesMaster,
  optKubernetesSecondMaster,
  optKubernetesWorker,
} from './opt-kubernetes.ts';
import { rancherKits } from './rancher-kits.ts';
import {
  hardWayOverKubeadm,
  homeMadeWithPeerCa,
  homeMadeWithThreeCas,
  homeMadeWrapped,
  kubeadmOverHardWay,
  kubeaszEtcd,
  kubeaszNamedEtcd,
} from './variations.ts';

/** Nodes of one cluster, and what they are. */
export interface Cluster {
  /** `systemd`: no row of an installer fits. */
  readonly layout: string;
  /** The layout of its workers, if that is a different one. */
  readonly agents?: string;
  readonly kinds: readonly NodeKind[];
  readonly nodes: readonly Kit[];
  /** What is truly risky in what the installer sets up: `rule@subject`. */
  readonly risky?: readonly string[];
  /** Whether CAs that follow others in their files are not judged: no verification gets to them. */
  readonly chained?: true;
  /** Paths of certificates whose dates are not judged, because no component looks at them. */
  readonly unjudged?: readonly string[];
}

/** A certificate from which only the public key is taken, for tokens. */
const tokens2025 = ['/var/lib/kubernetes/service-accounts.crt'];
const tokens2021 = ['/var/lib/kubernetes/service-account.pem'];
const tokensOfMmumshad = ['/var/lib/kubernetes/pki/service-account.crt'];
/** The self-signed certificate of a kubelet: API servers without a CA for kubelets do not verify it. */
const selfSigned = '/var/lib/kubelet/pki/kubelet.crt';
/** Any process of the machine reaches etcd without a certificate. */
const plainEtcd = ['etcd/open-local@etcd'];

/** The defaults of MicroK8s. */
const openMicrok8s = ['argument/authorization@kube-apiserver', 'kubelet/open@kubelet'];

/** What a worker of MicroK8s made before it joined, and nothing reads any more. */
const ownOfWorker = ['/var/snap/microk8s/current/certs/ca.crt', '/var/snap/microk8s/current/credentials/client.config'];

/** The layout that a node of a cluster has. */
export const layoutIn = ({ layout, agents = layout, kinds }: Cluster, index: number): string =>
  kinds[index] === 'worker' ? agents : layout;

export const kits = {
  'hard way server': {
    layout: 'hard-way',
    kinds: ['control-plane'],
    nodes: [hardWayServer],
    risky: plainEtcd,
    unjudged: tokens2025,
  },
  'hard way worker': { layout: 'hard-way', kinds: ['worker'], nodes: [(changes) => hardWayWorker(changes)] },
  'hard way server and two workers': {
    layout: 'hard-way',
    kinds: ['control-plane', 'worker', 'worker'],
    nodes: [hardWayServer, (changes) => hardWayWorker(changes), (changes) => hardWayWorker(changes, 'node-1')],
    risky: plainEtcd,
    unjudged: tokens2025,
  },
  'hard way 2021 controller': {
    layout: 'hard-way-2021',
    kinds: ['control-plane'],
    nodes: [(changes) => hardWay2021Controller(changes)],
    unjudged: tokens2021,
  },
  'hard way 2021 worker': {
    layout: 'hard-way-2021',
    kinds: ['worker'],
    nodes: [(changes) => hardWay2021Worker(changes)],
  },
  'hard way 2021 controllers': {
    layout: 'hard-way-2021',
    kinds: ['control-plane', 'control-plane'],
    nodes: [(changes) => hardWay2021Controller(changes), (changes) => hardWay2021Controller(changes, 1)],
    unjudged: tokens2021,
  },
  'kubeasz master': {
    layout: 'kubeasz',
    kinds: ['control-plane'],
    nodes: [(changes) => kubeaszMaster(changes)],
    risky: plainEtcd,
  },
  'kubeasz worker': { layout: 'kubeasz', kinds: ['worker'], nodes: [kubeaszWorker] },
  'kubeasz masters and worker': {
    layout: 'kubeasz',
    kinds: ['control-plane', 'control-plane', 'worker'],
    nodes: [(changes) => kubeaszMaster(changes), (changes) => kubeaszMaster(changes, 1), kubeaszWorker],
    risky: plainEtcd,
  },
  '/opt/kubernetes master': { layout: 'opt-kubernetes', kinds: ['control-plane'], nodes: [optKubernetesMaster] },
  '/opt/kubernetes worker': {
    layout: 'opt-kubernetes',
    kinds: ['worker'],
    nodes: [optKubernetesWorker],
    unjudged: ['/opt/kubernetes/ssl/kubelet.crt'],
  },
  '/opt/kubernetes masters': {
    layout: 'opt-kubernetes',
    kinds: ['control-plane', 'control-plane'],
    nodes: [optKubernetesMaster, optKubernetesSecondMaster],
  },
  '/opt/k8s master': { layout: 'opt-kubernetes', kinds: ['control-plane'], nodes: [optK8sMaster] },
  '/opt/k8s worker': {
    layout: 'opt-kubernetes',
    kinds: ['worker'],
    nodes: [optK8sWorker],
    unjudged: ['/opt/k8s/ssl/kubelet.crt'],
  },
  'mmumshad control plane': {
    layout: 'mmumshad',
    kinds: ['control-plane'],
    nodes: [(changes) => mmumshadControlPlane(changes)],
    unjudged: tokensOfMmumshad,
  },
  'mmumshad worker': { layout: 'mmumshad', kinds: ['worker'], nodes: [mmumshadWorker] },
  'mmumshad control planes and worker': {
    layout: 'mmumshad',
    kinds: ['control-plane', 'control-plane', 'worker'],
    nodes: [(changes) => mmumshadControlPlane(changes), (changes) => mmumshadControlPlane(changes, 1), mmumshadWorker],
    unjudged: tokensOfMmumshad,
  },
  'kubespray control plane': {
    layout: 'kubespray',
    kinds: ['control-plane'],
    nodes: [kubesprayControlPlane],
    unjudged: [selfSigned],
  },
  'kubespray etcd': {
    layout: 'kubespray',
    kinds: ['etcd'],
    nodes: [kubesprayEtcd],
  },
  'kubespray worker': { layout: 'kubespray', kinds: ['worker'], nodes: [kubesprayWorker], unjudged: [selfSigned] },
  'kubespray control plane, etcd and worker': {
    layout: 'kubespray',
    kinds: ['control-plane', 'etcd', 'worker'],
    nodes: [kubesprayControlPlane, kubesprayEtcd, kubesprayWorker],
    unjudged: [selfSigned],
  },
  'k0s controller': { layout: 'k0s', kinds: ['control-plane'], nodes: [(changes) => k0sController(changes)] },
  'k0s controller and worker in one': {
    layout: 'k0s',
    kinds: ['control-plane'],
    nodes: [(changes) => k0sController(changes, { as: 'worker' })],
  },
  'k0s single': {
    layout: 'k0s',
    kinds: ['control-plane'],
    nodes: [(changes) => k0sController(changes, { as: 'single' })],
  },
  // The CA is in /run too, which copies do not have.
  'k0s worker': {
    layout: 'k0s',
    kinds: ['worker'],
    nodes: [k0sWorker],
    unjudged: ['/var/lib/k0s/kubelet.conf'],
  },
  'k0s controller with an external etcd': {
    layout: 'k0s',
    kinds: ['control-plane'],
    nodes: [(changes) => k0sController(changes, { external: true })],
  },
  "k0s controller with the user's CA": {
    layout: 'k0s',
    kinds: ['control-plane'],
    nodes: [(changes) => k0sController(changes, { ownCa: true })],
  },
  'k0s controller and worker in one with another data directory': {
    layout: 'k0s',
    kinds: ['control-plane'],
    nodes: [(changes) => k0sController(changes, { as: 'worker', dataDir: '/opt/k0s' })],
  },
  'k0s controllers and worker': {
    layout: 'k0s',
    kinds: ['control-plane', 'control-plane', 'worker'],
    nodes: [
      (changes) => k0sController(changes, { index: 0 }),
      (changes) => k0sController(changes, { index: 1 }),
      k0sWorker,
    ],
  },
  'MicroShift node': { layout: 'microshift', kinds: ['control-plane'], nodes: [microshiftNode] },
  'kops control plane': { layout: 'kops', kinds: ['control-plane'], nodes: [kopsControlPlane] },
  'kops node': { layout: 'kops', kinds: ['worker'], nodes: [kopsNode] },
  'kops control planes and node': {
    layout: 'kops',
    kinds: ['control-plane', 'control-plane', 'control-plane', 'worker'],
    nodes: [kopsControlPlane, kopsSecondControlPlane, kopsThirdControlPlane, kopsNode],
  },
  'kops control plane on GCE': { layout: 'kops', kinds: ['control-plane'], nodes: [kopsOnGce] },
  'kops control plane with cilium': { layout: 'kops', kinds: ['control-plane'], nodes: [kopsWithCilium] },
  'kops control planes in a rotation': {
    layout: 'kops',
    kinds: ['control-plane', 'control-plane'],
    nodes: [kopsCreated, kopsPromoted],
  },
  // Nothing reads what an earlier release has left.
  'kops control plane that was upgraded': {
    layout: 'kops',
    kinds: ['control-plane'],
    nodes: [kopsUpgraded],
    unjudged: ['/srv/kubernetes/apiserver-aggregator.cert', '/srv/kubernetes/server.cert'],
  },
  'EKS worker': { layout: 'eks', kinds: ['worker'], nodes: [eksWorker] },
  'EKS worker with Bottlerocket': { layout: 'eks', kinds: ['worker'], nodes: [bottlerocketWorker] },
  // The script decides on the kubeconfig: it is not certain that the kubelet reads it.
  'AKS worker started by a script': {
    layout: 'aks',
    kinds: ['worker'],
    nodes: [aksScriptedWorker],
    unjudged: ['/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem'],
  },
  'AKS worker': { layout: 'aks', kinds: ['worker'], nodes: [aksWorker] },
  'GKE worker': { layout: 'gke', kinds: ['worker'], nodes: [gkeWorker], unjudged: [selfSigned] },
  'home-made control plane': { layout: 'systemd', kinds: ['control-plane'], nodes: [homeMadeControlPlane] },
  'home-made control plane with a CA for servers': {
    layout: 'systemd-two-cas',
    kinds: ['control-plane'],
    nodes: [homeMadeWithTwoCas],
  },
  'home-made control plane with a CA for members of etcd': {
    layout: 'systemd-peer-ca',
    kinds: ['control-plane'],
    nodes: [homeMadeWithPeerCa],
  },
  'home-made control plane with CAs for servers and members of etcd': {
    layout: 'systemd-three-cas',
    kinds: ['control-plane'],
    nodes: [homeMadeWithThreeCas],
  },
  'home-made worker with a CA for servers': {
    layout: 'systemd',
    kinds: ['worker'],
    nodes: [homeMadeWorkerWithTwoCas],
    unjudged: ['/data/k8s/conf/proxy.kubeconfig', '/data/k8s/tls/server-root.crt'],
  },
  'home-made worker': { layout: 'systemd', kinds: ['worker'], nodes: [homeMadeWorker] },
  'home-made control plane and worker': {
    layout: 'systemd',
    kinds: ['control-plane', 'worker'],
    nodes: [homeMadeControlPlane, homeMadeWorker],
  },
  'mmumshad bootstrapped worker': { layout: 'mmumshad', kinds: ['worker'], nodes: [mmumshadBootstrappedWorker] },
  'kubeasz etcd': { layout: 'kubeasz', kinds: ['etcd'], nodes: [kubeaszEtcd], risky: plainEtcd },
  'kubeasz etcd named with its release': {
    layout: 'kubeasz',
    kinds: ['etcd'],
    nodes: [kubeaszNamedEtcd],
    risky: plainEtcd,
  },
  'hard way server with leftovers of kubeadm': {
    layout: 'hard-way',
    kinds: ['control-plane'],
    nodes: [hardWayOverKubeadm],
    risky: plainEtcd,
    unjudged: tokens2025,
  },
  'kubeadm control plane with leftovers of the hard way': {
    layout: 'kubeadm',
    kinds: ['control-plane'],
    nodes: [kubeadmOverHardWay],
  },
  'k8s snap node': { layout: 'k8s-snap', kinds: ['control-plane'], nodes: [k8sSnapNode] },
  'k8s snap worker': { layout: 'k8s-snap', kinds: ['worker'], nodes: [k8sSnapWorker] },
  'k8s snap node and worker': {
    layout: 'k8s-snap',
    kinds: ['control-plane', 'worker'],
    nodes: [k8sSnapNode, k8sSnapWorker],
  },
  'k8s snap node with edited arguments': { layout: 'k8s-snap', kinds: ['control-plane'], nodes: [k8sSnapEdited] },
  'k8s snap node with dqlite': { layout: 'k8s-snap', kinds: ['control-plane'], nodes: [k8sSnapWithDqlite] },
  'MicroK8s node': {
    layout: 'microk8s',
    kinds: ['control-plane'],
    nodes: [(changes) => microk8sNode(changes)],
    risky: openMicrok8s,
  },
  'MicroK8s nodes': {
    layout: 'microk8s',
    kinds: ['control-plane', 'control-plane'],
    nodes: [(changes) => microk8sNode(changes), (changes) => microk8sNode(changes, 1)],
    risky: openMicrok8s,
  },
  'MicroK8s worker': {
    layout: 'microk8s-worker',
    kinds: ['worker'],
    nodes: [(changes) => microk8sWorker(changes)],
    risky: ['kubelet/open@kubelet'],
    unjudged: ownOfWorker,
  },
  'MicroK8s node and worker': {
    layout: 'microk8s',
    agents: 'microk8s-worker',
    kinds: ['control-plane', 'worker'],
    nodes: [(changes) => microk8sNode(changes), (changes) => microk8sWorker(changes)],
    risky: openMicrok8s,
    unjudged: ownOfWorker,
  },
  'MicroK8s node with refreshed certificates': {
    layout: 'microk8s',
    kinds: ['control-plane'],
    nodes: [microk8sRefreshed],
    risky: openMicrok8s,
  },
  'MicroK8s node with an intermediate CA': {
    layout: 'microk8s',
    kinds: ['control-plane'],
    nodes: [microk8sWithOwnCa],
    risky: openMicrok8s,
  },
  'hardened MicroK8s node': { layout: 'microk8s', kinds: ['control-plane'], nodes: [microk8sHardened] },
  ...rancherKits,
  'home-made wrapped': { layout: 'systemd', kinds: ['control-plane'], nodes: [homeMadeWrapped] },
} as const satisfies Readonly<Record<string, Cluster>>;

export type KitName = keyof typeof kits;
