/** The ConfigMap from which kubeadm writes the configuration of kubelets. */
import { isFrom } from '../facts/release.ts';
import type { Pki } from './pki.ts';

/**
 * Returns its name. Before 1.24 it had the minor release in it (kubeadm's feature gate UnversionedKubeletConfigMap,
 * kubernetes#108027).
 */
export function configMapOfKubelets({ facts }: Pki): string {
  const release = facts.kubernetesVersion?.value;
  if (release === undefined || isFrom(release, '1.24.0')) return 'kubelet-config';
  return `kubelet-config-${release.split('.').slice(0, 2).join('.')}`;
}
