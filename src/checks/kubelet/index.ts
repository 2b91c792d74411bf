/** The checks of the rules `kubelet/*`, whose words are in `rules/catalog/kubelet.json`. */
import { kubeletAccessChecks } from './access.ts';
import { kubeletCertificatesChecks } from './certificates.ts';

export const kubeletChecks = {
  ...kubeletAccessChecks,
  ...kubeletCertificatesChecks,
};
