/** Times of leader election that do not fit together. */
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { readBool, readDuration } from '../../core/go-values.ts';
import { isFlag, type RefusedValue } from './refusal.ts';

const second = 1_000_000_000n;

/** The flags, and their defaults in nanoseconds (k8s.io/component-base config/v1alpha1/defaults.go). */
const times = {
  lease: { flag: 'leader-elect-lease-duration', usual: 15n * second },
  renew: { flag: 'leader-elect-renew-deadline', usual: 10n * second },
  retry: { flag: 'leader-elect-retry-period', usual: 2n * second },
} as const;

/** Nanoseconds of a flag, or those of its default; undefined if they are not known. */
function timeOf(component: Component, { flag, usual }: (typeof times)[keyof typeof times]): bigint | undefined {
  const argument = lastArgument(component, flag);
  const read = argument === undefined ? usual : readDuration(argument.value ?? '');
  return typeof read === 'bigint' ? read : undefined;
}

/** kube-scheduler asks this one first (k8s.io/component-base config/validation/validation.go). */
const schedulerWords = 'leaderElection.leaseDuration: Invalid value: …: must be greater than `RenewDeadline`';

/**
 * What a component says before it takes part in an election (k8s.io/client-go tools/leaderelection/leaderelection.go,
 * NewLeaderElector, where JitterFactor is 1.2).
 */
function errorOf({ name }: Component, lease: bigint, renew: bigint, retry: bigint): string | undefined {
  if (lease <= renew)
    return name === 'kube-scheduler' ? schedulerWords : 'leaseDuration must be greater than renewDeadline';
  if (10n * renew <= 12n * retry) return 'renewDeadline must be greater than retryPeriod*JitterFactor';
  return retry <= 0n ? 'retryPeriod must be greater than zero' : undefined;
}

/** The times of leader election that kube-controller-manager and kube-scheduler refuse. */
export function* refusedElectionTimes(component: Component): Generator<RefusedValue> {
  if (component.name !== 'kube-controller-manager' && component.name !== 'kube-scheduler') return;
  // kube-scheduler reads the times from its configuration instead.
  if (lastArgument(component, 'config') !== undefined || component.unknown !== undefined) return;
  const isOff = readBool(lastArgument(component, 'leader-elect')?.value ?? 'true') === false;
  const argument = Object.values(times)
    .map(({ flag }) => lastArgument(component, flag))
    .find((one) => one !== undefined && isFlag(one));
  const [lease, renew, retry] = [times.lease, times.renew, times.retry].map((time) => timeOf(component, time));
  if (isOff || !argument || lease === undefined || renew === undefined || retry === undefined) return;
  const error = errorOf(component, lease, renew, retry);
  if (error === undefined) return;
  yield {
    argument,
    error,
    takes: 'times of which the lease is the longest, then the renew deadline, then 1.2 times the retry period',
  };
}
