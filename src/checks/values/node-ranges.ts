/**
 * The ranges of nodes that kube-controller-manager cannot divide --cluster-cidr into
 * (cmd/kube-controller-manager/app/core.go, setNodeCIDRMaskSizes; pkg/controller/nodeipam/node_ipam_controller.go;
 * pkg/controller/nodeipam/ipam/cidrset/cidr_set.go).
 */
import { isOn, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { isAddressRange } from '../../x509/ip-address.ts';
import { isFlag, type RefusedValue } from './refusal.ts';

/** The bits of a node's mask, without a flag. */
const usual = { 4: 24, 6: 64 } as const;
/** The bits by which the masks of IPv6 may differ. */
const mostBits = 16;

interface Range {
  readonly family: 4 | 6;
  /** Bits of the mask. */
  readonly ones: number;
}

/** Returns the words of kube-controller-manager about the ranges; undefined if it can give each node one. */
function errorOf(ranges: readonly Range[], component: Component): string | undefined {
  const number = (flag: string) => Number(lastArgument(component, flag)?.value || 0);
  const both = number('node-cidr-mask-size');
  const own = { 4: number('node-cidr-mask-size-ipv4'), 6: number('node-cidr-mask-size-ipv6') };
  if (![both, own[4], own[6]].every((size) => Number.isInteger(size) && size >= 0)) return undefined;
  const [first] = ranges;
  if (ranges.length > 1 && both !== 0) return 'usage of --node-cidr-mask-size is not allowed with dual-stack clusters';
  if (both !== 0 && (own[4] !== 0 || own[6] !== 0)) return undefined;
  if (ranges.length === 1 && first && own[first.family === 4 ? 6 : 4] !== 0) return undefined;
  for (const { family, ones } of ranges) {
    const node = both || own[family] || usual[family];
    if (ones > node)
      return 'Controller: Invalid --cluster-cidr, mask size of cluster CIDR must be less than or equal to --node-cidr-mask-size configured for CIDR family';
    if (family === 6 && node <= 128 && node - ones > mostBits)
      return 'New CIDR set failed; the node CIDR size is too big';
  }
  return undefined;
}

/** Whether the controller runs that gives nodes their ranges. */
function allocates(component: Component): boolean {
  const type = lastArgument(component, 'cidr-allocator-type')?.value ?? 'RangeAllocator';
  const controllers =
    lastArgument(component, 'controllers') === undefined ? ['*'] : listedValues(component, 'controllers');
  const names = ['nodeipam', 'node-ipam-controller'];
  const isOff = names.some((name) => controllers.includes(`-${name}`));
  const isListed = controllers.includes('*') || names.some((name) => controllers.includes(name));
  return isOn(component, 'allocate-node-cidrs') && type === 'RangeAllocator' && isListed && !isOff;
}

/** Ranges of --cluster-cidr that do not fit those of nodes. */
export function* refusedNodeRanges(component: Component): Generator<RefusedValue> {
  if (component.name !== 'kube-controller-manager' || !allocates(component)) return;
  const argument = lastArgument(component, 'cluster-cidr');
  const texts = argument?.value?.trim().split(',') ?? [];
  if (!argument || !isFlag(argument) || texts.length > 2 || !texts.every(isAddressRange)) return;
  const ranges = texts.map((text): Range => {
    const [address = '', ones] = text.split('/');
    return { family: address.includes(':') ? 6 : 4, ones: Number(ones) };
  });
  const error = errorOf(ranges, component);
  if (error === undefined) return;
  const isDual = error.startsWith('usage');
  const mask = isDual ? lastArgument(component, 'node-cidr-mask-size') : undefined;
  if (mask !== undefined)
    return yield {
      argument: mask,
      error,
      takes: 'no value with two ranges: --node-cidr-mask-size-ipv4 and --node-cidr-mask-size-ipv6 are for them',
      meant: '',
    };
  const takes = error.startsWith('New')
    ? 'a range of IPv6 at most 16 bits larger than that of a node, or set --node-cidr-mask-size-ipv6'
    : 'a range that is not smaller than that of a node, or set --node-cidr-mask-size-ipv4 or --node-cidr-mask-size-ipv6';
  yield { argument, error, takes };
}
