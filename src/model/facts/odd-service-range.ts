/**
 * An API server with another service range than the rest of its node. The Service kubernetes keeps the address that it
 * got when the cluster was made, and the certificate has that address. To add the first address of the other range to
 * the certificate heals nothing.
 */

import { argumentOf, componentNamed, isWithout } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { remember } from '../../core/collections.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { firstAddress } from './host.ts';
import { certificateOnNode, fromFlag, fromInstaller } from './sources.ts';

export const serviceRangeFlag = 'service-cluster-ip-range';

/** It is deprecated, but still in force: pkg/kubeapiserver/options/options.go, DefaultServiceIPCIDR. */
export const defaultServiceRange = '10.0.0.0/24';

export interface OddServiceRange {
  /** The component with the flag. */
  readonly server: Component;
  readonly found: string;
  /** The range whose first address is in the certificate of the API server. */
  readonly wanted: string;
  /** What else has that range, such as `kube-controller-manager --service-cluster-ip-range`. */
  readonly source: string;
}

/** Returns the range of a node's API server, if everything else on the node has another one. */
export const oddServiceRange = remember((node: LaidOutNode): OddServiceRange | undefined => {
  const server = componentNamed(node, 'kube-apiserver');
  if (server === undefined) return undefined;
  const isDefault = node.layout.installer !== undefined && isWithout(server, serviceRangeFlag);
  const found = isDefault ? defaultServiceRange : argumentOf(node, server.name, serviceRangeFlag)?.value;
  // A configuration of the installer can be older than what two components agree on.
  const other = fromFlag(node, 'kube-controller-manager', serviceRangeFlag) ?? fromInstaller(node, 'serviceSubnet');
  if (!found || other === undefined || !isCertifiedFor(node, other.value, found)) return undefined;
  return { server, found, wanted: other.value, source: other.source };
});

/** Whether the certificate of a node's API server has the first address of one range, and not that of another. */
export function isCertifiedFor(node: LaidOutNode, range: string, other: string): boolean {
  const leaf = certificateOnNode(node, roleIds.apiServer);
  const isNamed = (ranges: string) =>
    leaf !== undefined && hasName(leaf, firstAddress(ranges.split(',')[0]?.trim() ?? '') ?? '');
  return isNamed(range) && !isNamed(other);
}
