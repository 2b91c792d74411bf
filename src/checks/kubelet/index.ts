/** The checks of the rules `kubelet/*`, whose words are in `rules/catalog/kubelet.json`. */
import { kubeletAccessChecks } from './access.ts';
import { kubeletCertificatesChecks } from './certificates.ts';
import { kubeletKubeconfigChecks } from './kubeconfig.ts';

export const kubeletChecks = {
  ...kubeletKubeconfigChecks,
  ...kubeletAccessChecks,
  ...kubeletCertificatesChecks,
};
