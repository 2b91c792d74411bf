import { addKubeletFlag } from '../../support/kubelet-settings.ts';
import type { Case } from '../harness.ts';

/** Flags for these settings. */
const given: readonly (readonly [text: string, stops: boolean])[] = [
  ['--cpu-manager-policy=statiic', true],
  ['--topology-manager-policy=single-numa', true],
  ['--authorization-mode=webhook', true],
  ['--max-pods=-1', true],
  ['--enforce-node-allocatable=pods,kube', true],
  ['--enforce-node-allocatable=', false],
  ['--hairpin-mode=hairpin-veth', false],
  ['--image-gc-high-threshold=90', false],
];

export const kubeletFlags: readonly Case[] = given.map(([text, stops]) => ({
  name: `the kubelet with ${text}`,
  node: { release: '1.32' },
  change: addKubeletFlag(text),
  findings: stops ? ['argument/value@kubelet'] : [],
}));
