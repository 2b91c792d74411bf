/** What the mutations start from: real nodes and fixed keys, the same bytes in every run. */
import { corpora, corpus } from '../../support/corpus.ts';
import { pem } from '../../support/der.ts';
import { keyNamed } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { keysOf } from '../../support/secrets.ts';
import { corpusDer, corpusTexts, pathValidationDer, rareCertificates } from '../../x509/support/der-samples.ts';
import { certificationRequest, fixedKey, secretForms } from '../../x509/support/key-samples.ts';

export interface Samples {
  readonly certificates: readonly Uint8Array[];
  readonly requests: readonly Uint8Array[];
  readonly privateKeys: readonly Uint8Array[];
  /** The PEM of the keys that are secret: the others consist of constants. */
  readonly secrets: readonly string[];
  readonly publicKeys: readonly Uint8Array[];
  /** PEM files: certificates, bundles, keys. */
  readonly armored: readonly string[];
  /** Those of them without a private key. */
  readonly publicArmor: readonly string[];
  readonly kubeconfigs: readonly string[];
  readonly manifests: readonly string[];
  /** Configurations of kubeadm, the kubelet and etcd. */
  readonly settings: readonly string[];
  readonly units: readonly string[];
  readonly environments: readonly string[];
  readonly nodes: readonly NodeTree[];
}

const kubeadmConfigs = [
  `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: {name: cp-1, kubeletExtraArgs: [{name: node-ip, value: 192.0.2.10}]}
localAPIEndpoint: {advertiseAddress: 192.0.2.10, bindPort: 6443}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.2
controlPlaneEndpoint: "lb.example.test:6443"
networking: {dnsDomain: cluster.local, serviceSubnet: 10.96.0.0/12,fd00::/108}
apiServer:
  certSANs: [api.example.test, 192.0.2.7]
etcd:
  local:
    serverCertSANs: &sans [etcd.example.test]
    peerCertSANs: *sans
clusterName: kubernetes
certificatesDir: /etc/kubernetes/pki
encryptionAlgorithm: ECDSA-P256
certificateValidityPeriod: 8760h
`,
  `kind: ConfigMap
metadata: {name: kubeadm-config}
data:
  ClusterConfiguration: |
    kind: ClusterConfiguration
    kubernetesVersion: v1.32.1
    etcd: {external: {endpoints: ["https://a:2379"]}}
`,
];

const etcdConfig = `name: cp-1
client-transport-security: {cert-file: /etc/kubernetes/pki/etcd/server.crt, client-cert-auth: true, allowed-cn: x}
peer-transport-security:
  trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt
listen-client-urls: https://127.0.0.1:2379,https://192.0.2.10:2379
`;

const dropIn = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml" 'A=b c' D=\\x20
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS \\
  $KUBELET_KUBEADM_ARGS \${KUBELET_EXTRA_ARGS} $$x
`;

const shellPod = `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.2
    env: [{name: HOST, value: 192.0.2.10}, {name: URL, value: "https://$(HOST):2379"}]
    command: [/bin/sh, -c]
    args:
    - |
      exec env A=1 nice -n 5 /usr/local/bin/kube-apiserver --etcd-servers="$URL" --advertise-address \${HOST} \\
        '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt' --client-ca-file=$(HOST) 2>&1 | tee /var/log/x.log
    volumeMounts: [{mountPath: /etc/kubernetes/pki, name: pki, subPath: a}]
  volumes: [{name: pki, hostPath: {path: /srv/pki}}]
`;

const isText = (text: string, pattern: RegExp): boolean => pattern.test(text);

/** Files that must not be the same in every sample, by what they contain. */
function sorted(texts: readonly string[]) {
  const distinct = [...new Set(texts)];
  return {
    armored: distinct.filter((text) => isText(text, /^-----BEGIN /)),
    kubeconfigs: distinct.filter((text) => isText(text, /^kind: Config$/m)),
    manifests: [...distinct.filter((text) => isText(text, /^kind: Pod$/m)), shellPod],
    settings: [
      ...distinct.filter((text) => isText(text, /^kind: KubeletConfiguration$/m)),
      ...kubeadmConfigs,
      etcdConfig,
    ],
    units: [...distinct.filter((text) => isText(text, /^\[(?:Service|Unit)\]$/m)), dropIn],
    environments: [...distinct.filter((text) => isText(text, /^KUBELET_\w+=/)), 'A="b\\"c" \\\n d\n# x\n;y\nB=\'c\'\n'],
  };
}

async function collect(): Promise<Samples> {
  const keys = [...(['P-256', 'P-384', 'P-521', 'Ed25519'] as const).map(fixedKey), keyNamed('fuzz', 'RSA-2048')];
  const real = await corpusDer();
  const signer = fixedKey('Ed25519');
  const rare = rareCertificates(keys, signer);
  const texts = sorted(await corpusTexts());
  const secrets = secretForms(keys);
  const nodes = await Promise.all(corpora.map((name) => corpus(name)));
  const bundle = rare.map((der) => pem('CERTIFICATE', der)).join('');
  return {
    ...texts,
    certificates: [...real.certificates, ...pathValidationDer(), ...rare, ...rare],
    requests: [certificationRequest(signer)],
    privateKeys: [...real.keys.slice(0, 12), ...secrets],
    secrets: nodes.flatMap(keysOf),
    publicKeys: keys.flatMap(({ publicKey }) => [
      publicKey.export({ type: 'spki', format: 'der' }),
      ...(publicKey.asymmetricKeyType === 'rsa' ? [publicKey.export({ type: 'pkcs1', format: 'der' })] : []),
    ]),
    publicArmor: texts.armored.filter((text) => !text.includes('PRIVATE KEY')),
    armored: [...texts.armored, bundle, ...secrets.map((der) => pem('PRIVATE KEY', der))],
    nodes,
  };
}

let collected: Promise<Samples> | undefined;

/** The samples, which are collected once. */
export function loadSamples(): Promise<Samples> {
  collected ??= collect();
  return collected;
}
