import { worker } from '../../support/cluster.ts';
import { addKubeletFlag, setKubelet } from '../../support/kubelet-settings.ts';
import { kubeadm132, kubeadm136 } from './hardening.ts';
import type { Shape } from './shape.ts';

/** Settings of kubelets that look like those which stop one. */
export const kubeletSettings: readonly Shape[] = [
  {
    id: 'kubelet-static-cpus',
    runs: 'kubelets with the static CPU policy, one NUMA node, and CPUs that are reserved by their numbers',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies/',
    node: () => worker(),
    change: setKubelet(
      'cpuManagerPolicy: static\nreservedSystemCPUs: "0,1"\ntopologyManagerPolicy: single-numa-node\ntopologyManagerScope: pod\n',
    ),
  },
  {
    id: 'kubelet-static-cpus-reserved-by-amount',
    runs: 'kubelets with the static CPU policy, and a CPU of kubeReserved',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/cpu-management-policies/#static-policy-configuration',
    node: kubeadm132,
    change: setKubelet(
      'cpuManagerPolicy: static\nkubeReserved: {cpu: 500m, memory: 1Gi, ephemeral-storage: 1Gi, pid: "1000"}\n',
    ),
  },
  {
    id: 'kubelet-node-allocatable',
    runs: 'kubelets that enforce their reserves in cgroups',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/',
    node: kubeadm136,
    change: setKubelet(
      'enforceNodeAllocatable: [pods, system-reserved, kube-reserved-compressible]\nsystemReservedCgroup: /system.slice\nkubeReservedCgroup: /runtime.slice\nsystemReserved: {cpu: 500m, memory: 1Gi}\n',
    ),
  },
  {
    id: 'kubelet-evictions',
    runs: 'kubelets with soft and hard thresholds of eviction, in percent and in bytes',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/',
    node: kubeadm136,
    change: setKubelet(
      'evictionHard: {memory.available: 500Mi, nodefs.available: "10%", nodefs.inodesFree: 5%, imagefs.available: 15%, pid.available: "0%"}\nevictionSoft: {memory.available: 1.5Gi}\nevictionSoftGracePeriod: {memory.available: 1m30s}\nimageGCHighThresholdPercent: 75\nimageGCLowThresholdPercent: 70\n',
    ),
  },
  {
    id: 'kubelet-graceful-shutdown',
    runs: 'kubelets with a graceful shutdown, a third of it for critical pods',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/',
    node: kubeadm136,
    change: setKubelet('shutdownGracePeriod: 30s\nshutdownGracePeriodCriticalPods: 10s\n'),
  },
  {
    id: 'kubelet-swap',
    runs: 'kubelets with swap, limited',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/',
    node: kubeadm132,
    change: setKubelet('failSwapOn: false\nmemorySwap:\n  swapBehavior: LimitedSwap\n'),
  },
  {
    id: 'kubelet-logs-as-json',
    runs: 'kubelets that log JSON, and keep many files of containers',
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/system-logs/',
    node: kubeadm136,
    change: setKubelet(
      'logging:\n  format: json\ncontainerLogMaxFiles: 10\ncontainerLogMaxSize: 50Mi\nreadOnlyPort: 0\nhealthzPort: 0\noomScoreAdj: -999\neventRecordQPS: 0\nnodeStatusMaxImages: -1\n',
    ),
  },
  {
    id: 'kubelet-flag-before-field',
    runs: 'kubelets with a flag that takes precedence over a value that would stop them',
    source:
      'https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/#kubelet-configuration-merging-order',
    node: kubeadm132,
    change: (node) => {
      setKubelet('imageGCHighThresholdPercent: 70\ncpuManagerPolicy: static\n')(node);
      addKubeletFlag('--image-gc-low-threshold=60 --kube-reserved=cpu=500m')(node);
    },
  },
];
