/** Whether the components of a control plane work, by their Leases. */
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';

/** Leases are renewed every two seconds, and end after 15 (k8s.io/component-base, leader election). */
const late = 60_000;

/**
 * Whether no instance of a component works, by the dump's own time: its Lease was renewed long before the newest time
 * in the dump. undefined if there is no such Lease.
 */
export function isStopped(component: string, { leases, newest }: ClusterObjects): boolean | undefined {
  const renewed = leases.find(({ name }) => name === component)?.renewed;
  return renewed === undefined || newest === undefined ? undefined : newest - renewed > late;
}
