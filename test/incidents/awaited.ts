/**
 * Incidents that pki-lint does not report as it should, and the number of the line of the plan that will change it. The test of
 * each must fail: a change that makes it pass removes the entry.
 */
export const awaited: Readonly<Record<string, number>> = {
  'policy-among-manifests': 1,
  'sni-empty-names': 2,
  'kubelet-key-missing': 3,
  'kubelet-network-plugin': 5,
  'authorization-config-and-mode': 5,
  'oidc-ca-missing': 6,
  'audit-policy-not-mounted': 6,
  'token-file-not-mounted': 6,
  'masters-with-a-comma': 7,
  'one-ca-for-clients-and-front-proxy': 8,
  'ca-key-on-workers': 9,
  'serving-requests-not-approved': 9,
  'etcd-key-of-root': 9,
  'etcd-not-on-loopback': 10,
  'kubeconfig-for-everyone': 12,
};
