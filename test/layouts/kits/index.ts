/** Every kit by name: the nodes of one cluster, each a function that takes changes. */
import type { NodeKind } from '../../../src/results/reported-node.ts';
import { aksWorker } from './aks.ts';
import { hardWayServer, hardWayWorker } from './hard-way.ts';
import { hardWay2021Controller, hardWay2021Worker } from './hard-way-2021.ts';
import { homeMadeControlPlane, homeMadeWorker } from './home-made.ts';
import type { Kit } from './kit.ts';
import { kubeaszMaster, kubeaszWorker } from './kubeasz.ts';
import { kubesprayControlPlane, kubesprayEtcd, kubesprayWorker } from './kubespray.ts';
import { eksWorker, gkeWorker } from './managed.ts';
import { mmumshadControlPlane, mmumshadWorker } from './mmumshad.ts';
import {
  optK8sMaster,
  optK8sWorker,
  optKubernetesMaster,
  optKubernetesSecondMaster,
  optKubernetesWorker,
} from './opt-kubernetes.ts';

/** Nodes of one cluster, and what they are. */
export interface Cluster {
  /** null: no row of the tables fits. */
  readonly layout: string | null;
  readonly kinds: readonly NodeKind[];
  readonly nodes: readonly Kit[];
}

export const kits = {
  'hard way server': { layout: 'hard-way', kinds: ['control-plane'], nodes: [hardWayServer] },
  'hard way worker': { layout: 'hard-way', kinds: ['worker'], nodes: [(changes) => hardWayWorker(changes)] },
  'hard way server and two workers': {
    layout: 'hard-way',
    kinds: ['control-plane', 'worker', 'worker'],
    nodes: [hardWayServer, (changes) => hardWayWorker(changes), (changes) => hardWayWorker(changes, 'node-1')],
  },
  'hard way 2021 controller': {
    layout: 'hard-way-2021',
    kinds: ['control-plane'],
    nodes: [(changes) => hardWay2021Controller(changes)],
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
  },
  'kubeasz master': { layout: 'kubeasz', kinds: ['control-plane'], nodes: [(changes) => kubeaszMaster(changes)] },
  'kubeasz worker': { layout: 'kubeasz', kinds: ['worker'], nodes: [kubeaszWorker] },
  'kubeasz masters and worker': {
    layout: 'kubeasz',
    kinds: ['control-plane', 'control-plane', 'worker'],
    nodes: [(changes) => kubeaszMaster(changes), (changes) => kubeaszMaster(changes, 1), kubeaszWorker],
  },
  '/opt/kubernetes master': { layout: 'opt-kubernetes', kinds: ['control-plane'], nodes: [optKubernetesMaster] },
  '/opt/kubernetes worker': { layout: 'opt-kubernetes', kinds: ['worker'], nodes: [optKubernetesWorker] },
  '/opt/kubernetes masters': {
    layout: 'opt-kubernetes',
    kinds: ['control-plane', 'control-plane'],
    nodes: [optKubernetesMaster, optKubernetesSecondMaster],
  },
  '/opt/k8s master': { layout: 'opt-kubernetes', kinds: ['control-plane'], nodes: [optK8sMaster] },
  '/opt/k8s worker': { layout: 'opt-kubernetes', kinds: ['worker'], nodes: [optK8sWorker] },
  'mmumshad control plane': {
    layout: 'mmumshad',
    kinds: ['control-plane'],
    nodes: [(changes) => mmumshadControlPlane(changes)],
  },
  'mmumshad worker': { layout: 'mmumshad', kinds: ['worker'], nodes: [mmumshadWorker] },
  'mmumshad control planes and worker': {
    layout: 'mmumshad',
    kinds: ['control-plane', 'control-plane', 'worker'],
    nodes: [(changes) => mmumshadControlPlane(changes), (changes) => mmumshadControlPlane(changes, 1), mmumshadWorker],
  },
  'kubespray control plane': { layout: 'kubespray', kinds: ['control-plane'], nodes: [kubesprayControlPlane] },
  'kubespray etcd': { layout: 'kubespray', kinds: ['etcd'], nodes: [kubesprayEtcd] },
  'kubespray worker': { layout: 'kubespray', kinds: ['worker'], nodes: [kubesprayWorker] },
  'kubespray control plane, etcd and worker': {
    layout: 'kubespray',
    kinds: ['control-plane', 'etcd', 'worker'],
    nodes: [kubesprayControlPlane, kubesprayEtcd, kubesprayWorker],
  },
  'EKS worker': { layout: 'eks', kinds: ['worker'], nodes: [eksWorker] },
  'AKS worker': { layout: 'aks', kinds: ['worker'], nodes: [aksWorker] },
  'GKE worker': { layout: 'gke', kinds: ['worker'], nodes: [gkeWorker] },
  'home-made control plane': { layout: null, kinds: ['control-plane'], nodes: [homeMadeControlPlane] },
  'home-made worker': { layout: null, kinds: ['worker'], nodes: [homeMadeWorker] },
  'home-made control plane and worker': {
    layout: null,
    kinds: ['control-plane', 'worker'],
    nodes: [homeMadeControlPlane, homeMadeWorker],
  },
} as const satisfies Readonly<Record<string, Cluster>>;

export type KitName = keyof typeof kits;
