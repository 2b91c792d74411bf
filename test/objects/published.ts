/** What a cluster publishes about itself, as YAML: the ConfigMaps and Leases of kube-system and kube-public. */
import { base64, metadata } from './objects.ts';

const indented = (text: string, by: number): string => text.trimEnd().replace(/^/gm, ' '.repeat(by));

const configMap = (name: string, namespace: string, data: Readonly<Record<string, string>>): string => `
apiVersion: v1
kind: ConfigMap
${metadata(name, namespace)}
data:${Object.entries(data)
  .map(([key, text]) => `\n  ${key}: |\n${indented(text, 4)}`)
  .join('')}
`;

/** ConfigMap cluster-info; without `ca`, its kubeconfig names a file. */
export function clusterInfo({
  ca,
  server = 'https://192.0.2.10:6443',
  signedFor = [],
}: {
  readonly ca?: string;
  readonly server?: string;
  readonly signedFor?: readonly string[];
}): string {
  const trust = ca === undefined ? '' : `\n    certificate-authority-data: ${base64(ca)}`;
  const kubeconfig = `apiVersion: v1
clusters:
- cluster:${trust}
    server: ${server}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null`;
  const signatures = signedFor.map((id) => [`jws-kubeconfig-${id}`, 'eyJhbGciOiJIUzI1NiJ9..signature']);
  return configMap('cluster-info', 'kube-public', { ...Object.fromEntries(signatures), kubeconfig });
}

/** ConfigMap kube-root-ca.crt of a namespace. */
export const rootCa = (namespace: string, ca: string): string =>
  configMap('kube-root-ca.crt', namespace, { 'ca.crt': ca });

/** ConfigMap extension-apiserver-authentication. */
export const extensionAuthentication = (
  clientCa: string,
  requestHeaderCa: string,
  names = '["front-proxy-client"]',
): string =>
  configMap('extension-apiserver-authentication', 'kube-system', {
    'client-ca-file': clientCa,
    'requestheader-allowed-names': names,
    'requestheader-client-ca-file': requestHeaderCa,
  });

/** ConfigMap kube-proxy. */
export const kubeProxy = (server: string): string =>
  configMap('kube-proxy', 'kube-system', {
    'kubeconfig.conf': `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: ${server}
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token`,
  });

/** ConfigMap kubeadm-config. */
export const kubeadmConfig = (configuration: string): string =>
  configMap('kubeadm-config', 'kube-system', {
    ClusterConfiguration: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
${configuration}`,
  });

/** ConfigMap kubelet-config. */
export const kubeletConfig = (configuration: string): string =>
  configMap('kubelet-config', 'kube-system', {
    kubelet: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
${configuration}`,
  });

/** The Lease of a component. */
export const lease = (name: string, renewed: string): string => `
apiVersion: coordination.k8s.io/v1
kind: Lease
${metadata(name, 'kube-system')}
spec:
  holderIdentity: cp-1_d4f5e3a0-1b3c-4a7e-9b41-0f1f2a3b4c5d
  renewTime: "${renewed}"
`;

/** The Secret of a bootstrap token, without the token. */
export const bootstrapToken = (id: string, expiration: string, usages = ''): string => `
apiVersion: v1
kind: Secret
type: bootstrap.kubernetes.io/token
metadata:
  name: bootstrap-token-${id}
  namespace: kube-system
  creationTimestamp: "2026-11-28T10:00:00Z"
data:
  expiration: ${base64(expiration)}${usages}
`;

/** The same, as `pki-lint objects` prints it. */
export const printedToken = (id: string, expiration: string, signs: boolean): string =>
  bootstrapToken(id, expiration).replace(
    /\ndata:[\s\S]*/,
    `
stringData:
  expiration: "${expiration}"
  usage-bootstrap-signing: "${signs}"
`,
  );

/** A Node. */
export const clusterNode = (name: string, address: string): string => `
apiVersion: v1
kind: Node
${metadata(name)}
status:
  addresses:
  - address: ${address}
    type: InternalIP
  - address: ${name}
    type: Hostname
  nodeInfo:
    kubeletVersion: v1.36.2
`;
