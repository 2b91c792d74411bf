import { addKubeletFlag, setKubelet } from '../../support/kubelet-settings.ts';
import type { Case } from '../harness.ts';

const refused = ['configuration/value@kubelet --config'];

/** Settings, and whether the kubelet exits with them. Without a release it is the newest. */
const settings: readonly (readonly [text: string, stops: boolean, release?: '1.32'])[] = [
  ['logging: {format: yaml}', true],
  ['logging: {format: text}', false],
  ['eventBurst: -1', true],
  ['eventRecordQPS: -1', true],
  ['healthzPort: 70000', true],
  ['imageGCHighThresholdPercent: 101', true],
  ['imageGCLowThresholdPercent: -1', true],
  ['imageGCLowThresholdPercent: 85', true],
  ['imageGCHighThresholdPercent: 80', true],
  ['imageGCHighThresholdPercent: 81', false],
  ['iptablesDropBit: 32', true],
  ['iptablesMasqueradeBit: 32', true],
  ['kubeAPIBurst: -1', true],
  ['kubeAPIQPS: -1', true],
  ['nodeStatusMaxImages: -2', true],
  ['maxOpenFiles: -1', true],
  ['maxPods: -1', true],
  ['maxPods: 0', false],
  ['oomScoreAdj: -1001', true],
  ['podsPerCore: -1', true],
  ['port: 65536', true],
  ['readOnlyPort: -1', true],
  ['registryBurst: -1', true],
  ['registryPullQPS: -1', true],
  ['serverTLSBootstrap: true\nfeatureGates: {RotateKubeletServerCertificate: false}', true],
  ['topologyManagerPolicy: single-numa', true],
  ['topologyManagerPolicy: ""', false],
  ['topologyManagerScope: Pod', true],
  ['shutdownGracePeriodCriticalPods: 1m30s', true],
  ['shutdownGracePeriod: 20s\nshutdownGracePeriodCriticalPods: 20s', false],
  ['shutdownGracePeriodCriticalPods: 10s\nfeatureGates: {GracefulNodeShutdown: false}', false],
  ['memorySwap: {swapBehavior: limited}', true],
  ['memorySwap: {swapBehavior: NoSwap}\nfeatureGates: {NodeSwap: false}', true, '1.32'],
  ['enforceNodeAllocatable: [pod]', true],
  ['enforceNodeAllocatable: [system-reserved-compressible]\nsystemReservedCgroup: /a', false],
  ['enforceNodeAllocatable: [kube-reserved]', true],
  ['enforceNodeAllocatable: [none]', false],
  ['hairpinMode: veth', true],
  ['reservedSystemCPUs: "0"\nkubeReservedCgroup: /a', true],
  ['containerLogMaxFiles: 1', true],
  ['tlsCipherSuites: [TLS_RSA]', true],
  ['tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]', true],
  ['tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\ntlsMinVersion: VersionTLS13', false],
  ['tlsMinVersion: TLS1.2', true],
  ['registerWithTaints: [{key: a, value: "1", effect: NoSchedule}, {key: b, effect: NoExecute}]', false],
  ['kubeReserved: {gpu: "1"}', true],
  ['systemReserved: {memory: 1Gb}', true],
  ['evictionHard: {memory.free: 100Mi}', true],
  ['evictionHard: {memory.available: 0Mi}', true],
  ['evictionHard: {memory.available: 110%}', true],
  ['evictionHard: {memory.available: -1%}', true],
  ['evictionHard: {memory.available: some%}', true],
  ['evictionHard: {memory.available: 100 Mi}', true],
  ['evictionHard: {containerfs.available: 100%}', false],
  ['evictionSoft: {memory.available: 10%}', true],
  ['evictionSoft: {memory.available: 100Mib}\nevictionSoftGracePeriod: {memory.available: 1m}', true],
  ['evictionSoft: {memory.available: 10%}\nevictionSoftGracePeriod: {memory.available: 1m}', false],
];

const named = (text: string, release = 'the newest release') => `${text.replaceAll('\n', ', ')} (${release})`;

export const kubeletValues: readonly Case[] = [
  ...settings.map(
    ([text, stops, release]): Case => ({
      name: `the kubelet with ${named(text, release)}`,
      ...(release && { node: { release } }),
      change: setKubelet(`${text}\n`),
      findings: stops ? refused : [],
    }),
  ),
  ...['["a=b:NoSchedule"]', '[{key: a, value: 1, effect: NoSchedule}]'].map(
    (taints): Case => ({
      name: `the kubelet with registerWithTaints: ${taints}, which are decoded as objects with texts`,
      change: setKubelet(`registerWithTaints: ${taints}\n`),
      findings: ['configuration/field@kubelet --config'],
    }),
  ),
  {
    name: 'an unknown enforcement before 1.32, and a cgroup that is missing',
    node: { release: '1.32' },
    change: (node) => {
      node.edit('manifests/kube-apiserver.yaml', (text) => text.replace(/:v1\.32\.\d+/, ':v1.31.4'));
      setKubelet('enforceNodeAllocatable: [system-reserved, kube-reserved, kube-reserved-compressible]\n')(node);
    },
    findings: refused,
  },
  {
    name: 'a flag of the kubelet that takes precedence over a wrong value',
    change: (node) => {
      setKubelet('maxPods: -1\n')(node);
      addKubeletFlag('--max-pods=110')(node);
    },
    findings: [],
  },
  {
    name: 'a feature gate by a flag of the kubelet',
    change: (node) => {
      setKubelet('shutdownGracePeriodCriticalPods: 10s\n')(node);
      addKubeletFlag('--feature-gates=GracefulNodeShutdown=false')(node);
    },
    findings: [],
  },
];
