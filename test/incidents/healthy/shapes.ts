import { attacked } from './attacked.ts';
import { authorities } from './authorities.ts';
import { configurations } from './configurations.ts';
import { hardenedAdmission } from './hardened-admission.ts';
import { hardenedConfigurations } from './hardened-configurations.ts';
import { hardenedControlPlanes } from './hardened-control-planes.ts';
import { hardenedControllers } from './hardened-controllers.ts';
import { hardenedEgress } from './hardened-egress.ts';
import { hardenedEncryption } from './hardened-encryption.ts';
import { hardenedEtcd } from './hardened-etcd.ts';
import { hardenedKubelets } from './hardened-kubelets.ts';
import { hardenedKubespray } from './hardened-kubespray.ts';
import { hardenedProbes } from './hardened-probes.ts';
import { hardenedSpellings } from './hardened-spellings.ts';
import { installers } from './installers.ts';
import { kubeconfigs } from './kubeconfigs.ts';
import { kubeletSettings } from './kubelet-settings.ts';
import { kubelets } from './kubelets.ts';
import { manifests } from './manifests.ts';
import { mistaken } from './mistaken.ts';
import { nodes } from './nodes.ts';
import { pods } from './pods.ts';
import { probes } from './probes.ts';
import { releases } from './releases.ts';
import { settings } from './settings.ts';
import type { Shape } from './shape.ts';
import { values } from './values.ts';
import { wild } from './wild.ts';

/** Healthy nodes that people really run. */
export const shapes: readonly Shape[] = [
  ...authorities,
  ...nodes,
  ...kubelets,
  ...kubeconfigs,
  ...kubeletSettings,
  ...manifests,
  ...pods,
  ...probes,
  ...mistaken,
  ...settings,
  ...values,
  ...configurations,
  ...installers,
  ...hardenedControlPlanes,
  ...hardenedKubespray,
  ...hardenedProbes,
  ...hardenedEncryption,
  ...hardenedConfigurations,
  ...hardenedAdmission,
  ...hardenedEgress,
  ...hardenedEtcd,
  ...hardenedControllers,
  ...hardenedKubelets,
  ...hardenedSpellings,
  ...releases,
  ...attacked,
  ...wild,
];
