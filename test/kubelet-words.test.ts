/** What the kubelet prints about its settings: what it exits with, and what to write. */
import { describe, expect, it } from 'vitest';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { setKubelet } from './support/kubelet-settings.ts';

const config = '/var/lib/kubelet/config.yaml';
const validated = 'failed to validate kubelet configuration, error: invalid configuration: ';
const run = 'failed to run Kubelet: ';

/** Settings, the words of the kubelet, and the fix. */
const words = [
  [
    'maxPods: -1',
    `${validated}maxPods (--max-pods) -1 must not be a negative number`,
    'maxPods: write a number of at least 0',
  ],
  [
    'imageGCHighThresholdPercent: 75',
    `${validated}imageGCLowThresholdPercent (--image-gc-low-threshold) 80 must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) 75`,
    'imageGCLowThresholdPercent: write a value below that of imageGCHighThresholdPercent',
  ],
  [
    'shutdownGracePeriodCriticalPods: 90s',
    `${validated}shutdownGracePeriodCriticalPods {1m30s} must be <= shutdownGracePeriod {0s}`,
    'shutdownGracePeriodCriticalPods: write a value that is not above that of shutdownGracePeriod',
  ],
  [
    'topologyManagerScope: Pod',
    `${validated}topologyManagerScope (--topology-manager-scope) "Pod" must be one of: "container", or "pod"`,
    `s|^\\([^#]*\\)\\bPod\\b\\("*\\)|\\1pod\\2|' ${config}`,
  ],
  [
    'tlsMinVersion: TLS1.2',
    'failed to construct kubelet dependencies: unknown tls version "TLS1.2"',
    'tlsMinVersion: write VersionTLS12',
  ],
  [
    'cpuManagerPolicy: static',
    `${run}[cpumanager] unable to determine reserved CPU resources for static policy`,
    'cpuManagerPolicy: set reservedSystemCPUs, systemReserved.cpu or kubeReserved.cpu too, or remove static',
  ],
  ['systemReserved: {CPU: 1}', undefined, undefined],
  [
    'systemReserved: {CPU: "1"}',
    `${run}--system-reserved value failed to parse: cannot reserve "CPU" resource`,
    'systemReserved: write cpu',
  ],
  [
    'evictionHard: {memory.Available: 5%}',
    `${run}unsupported eviction signal memory.Available`,
    'evictionHard: write memory.available',
  ],
  [
    'evictionHard: {nodefs.available: 150%%}',
    `${run}eviction percentage threshold nodefs.available must be <= 100%: 150%%`,
    'evictionHard: write a quantity, such as 100Mi, or a percentage, such as 10%',
  ],
  [
    'evictionSoft: {memory.available: 5%}',
    `${run}failed to create kubelet: grace period must be specified for the soft eviction threshold memory.available`,
    'evictionSoft: write memory.available in evictionSoftGracePeriod too',
  ],
] as const;

describe('what the kubelet prints', () => {
  it.each(words)('%s', async (text, error, fix) => {
    const node = buildNode();
    setKubelet(`${text}\n`)(node);
    const { findings } = await lintTree(node);
    const found = findings.filter(({ rule }) => rule === 'configuration/value');
    const start = `kubelet does not start, because of ${config}: `;
    expect(found.map(({ message }) => message)).toEqual(error === undefined ? [] : [`${start}${error}`]);
    const steps = found.flatMap(
      (one) => one.fix[0]?.find(({ text: step }) => /^(?:correct|sed) /.test(step))?.text ?? [],
    );
    expect(steps).toEqual(fix === undefined ? [] : [expect.stringMatching(/^(?:correct|sed) /)]);
    expect(steps.filter((step) => !step.endsWith(`${fix}`))).toEqual([]);
  });
});
