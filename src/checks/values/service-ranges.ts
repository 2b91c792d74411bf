/** The ranges of services that kube-apiserver refuses (cmd/kube-apiserver/app/options/validation.go, completion.go). */
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted } from '../../core/go-values.ts';
import { readAddress } from '../../model/facts/host.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { isAddressRange } from '../../x509/ip-address.ts';
import { isFlag, type RefusedValue } from './refusal.ts';

/** netutils.ParseCIDRSloppy takes zeros before a number. */
const isRange = (text: string): boolean => isAddressRange(text.replaceAll(/(^|\.)0+(?=\d)/g, '$1'));

interface Range {
  readonly bits: 32 | 128;
  /** Bits of the mask. */
  readonly ones: number;
}

function rangeOf(text: string): Range {
  const [address = '', ones] = text.split('/');
  return { bits: address.includes(':') ? 128 : 32, ones: Number(ones) };
}

/** The most bits for addresses, and the release in which the allocator no longer keeps them in one object of etcd. */
const mostBits = 20;
const unlimitedFrom = '1.34.0';

function sizeError({ bits, ones }: Range, index: number): string | undefined {
  if (bits - ones <= mostBits) return undefined;
  const flag = `--service-cluster-ip-range${index === 0 ? '' : `[${index}]`}`;
  return `specified ${flag} is too large; for ${bits}-bit addresses, the mask must be >= ${bits - mostBits}`;
}

/** Whether the size of ranges is limited; not without a known release, and not with a gate. */
function isLimited(component: Component, { facts }: Pki): boolean {
  const release = facts.kubernetesVersion?.value;
  const gates = component.arguments.flatMap(({ name, value }) => (name === 'feature-gates' ? (value ?? '') : []));
  const isGated = gates.some((value) => value.includes('DisableAllocatorDualWrite'));
  return release !== undefined && !isFrom(release, unlimitedFrom) && !isGated;
}

/** The error for two ranges, or for a range and the address of the API server. */
function familyError(
  ranges: readonly Range[],
  first: string,
  component: Component,
  { facts }: Pki,
): string | undefined {
  const [primary, secondary] = ranges;
  if (secondary && secondary.bits === primary?.bits)
    return '--service-cluster-ip-range[0] and --service-cluster-ip-range[1] must be of different IP family';
  const release = facts.kubernetesVersion?.value;
  const address = readAddress(lastArgument(component, 'advertise-address')?.value ?? '');
  const isReconciled = lastArgument(component, 'endpoint-reconciler-type')?.value !== 'none';
  if (!isReconciled || address === undefined || release === undefined || !isFrom(release, '1.28.0')) return undefined;
  const isOther = address.includes(':') !== (primary?.bits === 128);
  return isOther
    ? `service IP family ${goQuoted(first)} must match public address family ${goQuoted(address)}`
    : undefined;
}

function rangesError(texts: readonly string[], component: Component, pki: Pki): string | undefined {
  const [first = '', second] = texts;
  if (!isRange(first)) return 'service-cluster-ip-range[0] is not a valid cidr';
  if (second !== undefined && !isRange(second)) return 'service-cluster-ip-range[1] is not an ip net';
  if (texts.length > 2) return '--service-cluster-ip-range must not contain more than two entries';
  const ranges = texts.map(rangeOf);
  const [primary] = ranges;
  if (primary && primary.bits - primary.ones < 3)
    return 'error determining service IP ranges for primary service cidr: the service cluster IP range must be at least 8 IP addresses';
  const sizes = isLimited(component, pki) ? ranges.map(sizeError) : [];
  return sizes.find((error) => error !== undefined) ?? familyError(ranges, first, component, pki);
}

/** The ranges of services that kube-apiserver refuses. */
export function* refusedRanges(component: Component, pki: Pki): Generator<RefusedValue> {
  const argument = lastArgument(component, 'service-cluster-ip-range');
  if (!argument?.value || !isFlag(argument)) return;
  const texts = argument.value.split(',');
  const error = rangesError(texts, component, pki);
  if (error === undefined) return;
  const trimmed = texts.map((text) => text.trim().replaceAll(/["']/g, ''));
  const isHealed = rangesError(trimmed, component, pki) === undefined;
  const takes = error.includes('too large')
    ? 'ranges with a mask of 12 or more for IPv4, and of 108 or more for IPv6'
    : 'one range of addresses such as 10.96.0.0/12, or one of each family separated by a comma';
  yield { argument, error, takes, meant: isHealed ? trimmed.join(',') : undefined };
}
