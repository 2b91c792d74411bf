/** Fields of a configuration file that mean the same as a flag. */

/** A field, by the names from the root of the document, and its flag. */
export type ArgumentField = readonly [field: string, flag: string];

/**
 * Fields of KubeletConfiguration, with the flags that they correspond to (kubelet.config.k8s.io/v1beta1;
 * cmd/kubelet/app/options).
 */
export const kubeletFields: readonly ArgumentField[] = [
  ['authentication.x509.clientCAFile', 'client-ca-file'],
  ['authentication.anonymous.enabled', 'anonymous-auth'],
  ['authentication.webhook.enabled', 'authentication-token-webhook'],
  ['authorization.mode', 'authorization-mode'],
  ['tlsCertFile', 'tls-cert-file'],
  ['tlsPrivateKeyFile', 'tls-private-key-file'],
  ['tlsMinVersion', 'tls-min-version'],
  ['tlsCipherSuites', 'tls-cipher-suites'],
  ['rotateCertificates', 'rotate-certificates'],
  ['serverTLSBootstrap', 'rotate-server-certificates'],
  ['staticPodPath', 'pod-manifest-path'],
  ['staticPodURL', 'manifest-url'],
  ['clusterDomain', 'cluster-domain'],
  ['clusterDNS', 'cluster-dns'],
  ['readOnlyPort', 'read-only-port'],
  ['address', 'address'],
  ['port', 'port'],
  ['featureGates', 'feature-gates'],
];
