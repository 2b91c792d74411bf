/** What fails when kube-apiserver cannot call a webhook, in words. */
import type { DialledServer } from '../../model/objects/dialled.ts';
import { list } from '../base/check.ts';

/** Resources and operations that are named. */
const mostNamed = 6;

const some = (words: readonly string[]): string =>
  words.length > mostNamed
    ? `${words.slice(0, mostNamed).join(', ')} and ${words.length - mostNamed} more`
    : list(words);

/**
 * Returns the requests that a webhook gets: `CREATE of pods and deployments.apps`.
 *
 * @param isUnread whether its caBundle cannot be read: then a CustomResourceDefinition is not served at all
 */
export function requestsTo({ kind, rules, isSelective }: DialledServer, isUnread: boolean): string {
  if (kind === 'conversion' && isUnread) return 'every request for its objects';
  if (kind === 'conversion') return 'every request for its objects in a version that is not the stored one';
  const operations = [...new Set(rules.flatMap((rule) => rule.operations))];
  const resources = [...new Set(rules.flatMap((rule) => namesOf(rule)))];
  if (resources.length === 0) return 'no request';
  const what = operations.includes('*') || operations.length === 0 ? 'every change' : some(operations);
  return `${what} of ${some(resources)}${isSelective ? ', of the namespaces and objects that it selects' : ''}`;
}

/** A resource with its group, as kubectl names it. */
const namesOf = ({ groups, resources }: DialledServer['rules'][number]): readonly string[] =>
  groups.flatMap((group) =>
    resources.map((resource) => {
      if (resource === '*' || resource === '*/*') return group === '*' ? 'everything' : `all of group "${group}"`;
      return group === '' || group === '*' ? resource : `${resource}.${group}`;
    }),
  );

/**
 * Whether it gets the updates of Leases, without which kube-controller-manager and kube-scheduler exit: 12 s later with
 * Kubernetes 1.36.2.
 */
export const getsLeases = ({ rules, seesSystem }: DialledServer): boolean =>
  seesSystem &&
  rules.some(
    ({ groups, resources, operations }) =>
      groups.some((one) => one === '*' || one === 'coordination.k8s.io') &&
      resources.some((one) => one === '*' || one === '*/*' || one === 'leases') &&
      operations.some((one) => one === '*' || one === 'UPDATE'),
  );
