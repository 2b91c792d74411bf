import { setKubelet } from '../../support/kubelet-settings.ts';
import type { Incident } from '../incident.ts';

const config = '/var/lib/kubelet/config.yaml';
const refused = ['error configuration/value@kubelet --config'];

/** Settings with which the kubelet exits, with its words. */
export const kubeletValues: readonly Incident[] = [
  {
    id: 'kubelet-unlimited-swap',
    title: 'UnlimitedSwap, after the release that removed it',
    source: 'https://github.com/canonical/microk8s/issues/4704',
    happened:
      'A blog post about swap had swapBehavior: UnlimitedSwap. Kubelets from 1.30 on exit with "invalid configuration: memorySwap.swapBehavior "UnlimitedSwap" must be one of: "", "LimitedSwap" or "NoSwap"".',
    change: setKubelet('memorySwap:\n  swapBehavior: UnlimitedSwap\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-shutdown-periods',
    title: 'A shorter shutdownGracePeriod, with the old one for critical pods',
    source: 'https://github.com/kubernetes/kubernetes/issues/102818',
    happened:
      'shutdownGracePeriod was lowered to 10s, and shutdownGracePeriodCriticalPods stayed at 15s. The kubelet exited: "shutdownGracePeriodCriticalPods {15s} must be <= shutdownGracePeriod {10s}".',
    change: setKubelet('shutdownGracePeriod: 10s\nshutdownGracePeriodCriticalPods: 15s\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-static-cpus-without-reserve',
    title: 'cpuManagerPolicy: static without a reserved CPU',
    source: 'https://github.com/kubernetes/kubernetes/issues/70161',
    happened:
      'The static policy was turned on, and nothing was reserved. The kubelet exited: "failed to run Kubelet: [cpumanager] unable to determine reserved CPU resources for static policy".',
    change: setKubelet('cpuManagerPolicy: static\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-mistyped-cpu-policy',
    title: 'A misspelled cpuManagerPolicy',
    source: 'https://github.com/kubernetes/kubernetes/pull/80294',
    happened:
      'An invalid name of a policy fell back to none without a word. Since this change the kubelet fails instead: "unknown policy: "statiic"".',
    change: setKubelet('cpuManagerPolicy: statiic\nsystemReserved:\n  cpu: 500m\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-image-thresholds-swapped',
    title: 'The thresholds of image garbage collection, swapped',
    source: 'https://github.com/openshifttips/web/issues/56',
    happened:
      'An example in a documentation had imageGCHighThresholdPercent and imageGCLowThresholdPercent the wrong way round. The kubelet did not start any more.',
    change: setKubelet('imageGCHighThresholdPercent: 70\nimageGCLowThresholdPercent: 80\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-enforced-without-cgroup',
    title: 'system-reserved and kube-reserved are enforced, without their cgroups',
    source: 'https://github.com/cozystack/cozystack/pull/2420',
    happened:
      'enforceNodeAllocatable got system-reserved and kube-reserved, but no cgroup was named. The kubelet exits: "systemReservedCgroup (--system-reserved-cgroup) must be specified when "system-reserved" …". A review caught it before the nodes did.',
    change: setKubelet(
      'enforceNodeAllocatable: [pods, system-reserved, kube-reserved]\nsystemReserved: {cpu: 100m, memory: 512Mi}\n',
    ),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-authorization-in-lower-case',
    title: 'authorization.mode: webhook',
    source: 'https://github.com/opsnull/follow-me-install-kubernetes-cluster/issues/231',
    happened: 'The mode was written in lower case: "failed to run Kubelet: Unknown authorization mode webhook".',
    change: (node) => node.edit(config, (text) => text.replace('mode: Webhook', 'mode: webhook')),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-negative-reserve',
    title: 'A negative reserve',
    source: 'https://github.com/kubernetes/kubernetes/issues/82386',
    happened:
      'kubeReserved and systemReserved had negative values. They passed the validation, and the kubelet went into a restart loop: resource quantity for "cpu" cannot be negative.',
    change: setKubelet('kubeReserved: {cpu: -200m, memory: -200G}\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-reserve-in-one-text',
    title: 'Two quantities in one',
    source: 'https://github.com/mysticaltech/terraform-hcloud-kube-hetzner/issues/1109',
    happened:
      'An example reserved "cpu=memory=200Mi". The kubelet exited: "--system-reserved value failed to parse: failed to parse quantity "memory=200Mi" for "cpu" resource: quantities must match the regular expression …".',
    change: setKubelet('systemReserved:\n  cpu: memory=200Mi\n'),
    finds: refused,
    fix: [],
  },
  {
    id: 'kubelet-one-log-file',
    title: 'containerLogMaxFiles: 1',
    source: 'https://github.com/kubernetes/kubernetes/pull/129072',
    happened:
      'One log file for each container is not possible: the log manager needs two, and the kubelet failed to start with "invalid MaxFiles 1, must be > 1" in its log. Since 1.33 it is validated.',
    node: { release: '1.32' },
    change: setKubelet('containerLogMaxFiles: 1\n'),
    finds: refused,
    fix: [],
  },
];
