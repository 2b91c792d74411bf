/** All faults on kits. */
import { clusterFaults } from './clusters.ts';
import { configurationFaults } from './configuration.ts';
import { dateFaults } from './dates-and-keys.ts';
import { etcdFaults } from './etcd.ts';
import type { KitFault } from './fault.ts';
import { k0sFaults } from './k0s.ts';
import { k8sSnapFaults } from './k8s-snap.ts';
import { kopsFaults } from './kops.ts';
import { microk8sFaults } from './microk8s.ts';
import { microshiftFaults } from './microshift.ts';
import { nameFaults } from './names.ts';
import { rancherFaults } from './rancher.ts';
import { rancherJoined } from './rancher-joined.ts';
import { rancherRoles } from './rancher-roles.ts';
import { trustFaults } from './trust.ts';
import { unitFaults } from './units.ts';

export const faults: readonly KitFault[] = [
  ...nameFaults,
  ...etcdFaults,
  ...trustFaults,
  ...unitFaults,
  ...configurationFaults,
  ...dateFaults,
  ...clusterFaults,
  ...k0sFaults,
  ...rancherFaults,
  ...rancherRoles,
  ...rancherJoined,
  ...kopsFaults,
  ...microk8sFaults,
  ...k8sSnapFaults,
  ...microshiftFaults,
];
