import { mount } from '../../cases/manifest-edits.ts';
import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { encryption, identity, provider } from './configuration-texts.ts';
import { kubeadm132, kubeadm136, madeUpKey, release } from './hardening.ts';
import { configure } from './settings.ts';
import type { Shape } from './shape.ts';

const encryptData = 'https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/';
const rotating = `${encryptData}#rotating-a-decryption-key`;
const kmsProvider = 'https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/';
const file = '/etc/kubernetes/enc/enc.yaml';

const old = ['key1', madeUpKey(1)] as const;
const next = ['key2', madeUpKey(2)] as const;

const encrypt = (node: NodeTree, text: string): NodeTree => configure(node, 'encryption-provider-config', file, text);

const aescbc = (...keys: readonly (readonly [string, string])[]) => encryption(provider('aescbc', keys) + identity);

/** Three control planes, each with its own text: what a rotation looks like while it goes from node to node. */
function stage(first: string, second: string, third: string): Pick<Shape, 'node' | 'beside'> {
  return {
    node: () => encrypt(controlPlane(1), first),
    beside: () => [encrypt(controlPlane(2), second), encrypt(controlPlane(3), third)],
  };
}

const kms = (fields: string) => `      - kms:\n${fields}`;

const kmsV2 = kms(
  '          apiVersion: v2\n          name: aws-encryption-provider\n          endpoint: unix:///var/run/kmsplugin/socket.sock\n          timeout: 3s\n',
);

/** The plugin as a static pod, and its socket in a folder that both pods mount. */
function withPlugin(node: NodeTree, text: string): NodeTree {
  node.directory('/var/run/kmsplugin', 0o700);
  mount(node, 'kube-apiserver', '/var/run/kmsplugin');
  node.write(
    'manifests/aws-encryption-provider.yaml',
    `apiVersion: v1
kind: Pod
metadata:
  name: aws-encryption-provider
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: aws-encryption-provider
    image: example.test/aws-encryption-provider:v0.2.0
    command:
    - /aws-encryption-provider
    - --key=arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000
    - --region=eu-central-1
    - --listen=/var/run/kmsplugin/socket.sock
    - --health-port=:8083
    ports:
    - containerPort: 8083
      protocol: TCP
    livenessProbe:
      httpGet:
        path: /healthz
        port: 8083
    volumeMounts:
    - mountPath: /var/run/kmsplugin
      name: var-run-kmsplugin
  volumes:
  - name: var-run-kmsplugin
    hostPath:
      path: /var/run/kmsplugin
      type: DirectoryOrCreate
`,
  );
  return encrypt(node, text);
}

/** Encryption of what is stored in etcd: providers, keys and the stages of their rotation. */
export const hardenedEncryption: readonly Shape[] = [
  {
    id: 'encryption-every-provider',
    runs: 'the example of the documentation: plain text is written, and everything that was ever written can be read',
    source: `${encryptData}#understanding-the-encryption-at-rest-configuration`,
    node: kubeadm136,
    change: (node) => {
      const rest = [
        provider('aesgcm', [['key1', madeUpKey(1, 16)], next]),
        provider('aescbc', [['key1', madeUpKey(3, 24)], next]),
        provider('secretbox', [['key1', madeUpKey(4)]]),
      ].join('');
      const more = [
        `  - resources: [events]\n    providers:\n${identity}`,
        `  - resources: ['*.apps']\n    providers:\n${provider('aescbc', [['key2', madeUpKey(5)]])}`,
        `  - resources: ['*.*']\n    providers:\n${provider('aescbc', [['key3', madeUpKey(6)]])}`,
      ].join('');
      encrypt(node, encryption(identity + rest, '[secrets, configmaps, pandas.awesome.bears.example]') + more);
    },
  },
  {
    id: 'encryption-begins',
    runs: 'the first step of encryption: one control plane has the key and still writes plain text, the others have no file yet',
    source: 'https://oneuptime.com/blog/post/2026-02-09-api-server-encryption-providers-secrets/view',
    node: () => encrypt(controlPlane(1), encryption(identity + provider('aescbc', [old]))),
    beside: () => [controlPlane(2), controlPlane(3)],
  },
  {
    id: 'encryption-of-the-same-kind-on-three',
    runs: 'three control planes with one file',
    source: encryptData,
    ...stage(aescbc(old), aescbc(old), aescbc(old)),
  },
  {
    id: 'rotation-of-keys-next-is-readable',
    runs: 'the first step of a rotation: the new key is second, and one control plane has it already',
    source: rotating,
    ...stage(aescbc(old, next), aescbc(old), aescbc(old)),
  },
  {
    id: 'rotation-of-keys-next-writes-on-one',
    runs: 'the second step: one control plane writes with the new key, all can read both',
    source: rotating,
    ...stage(aescbc(next, old), aescbc(old, next), aescbc(old, next)),
  },
  {
    id: 'rotation-of-keys-old-is-removed',
    runs: 'the last step: nothing is written with the old key any more, and one control plane has lost it',
    source: 'https://docs.rke2.io/security/secrets_encryption',
    ...stage(aescbc(next), aescbc(next, old), aescbc(next, old)),
  },
  {
    id: 'encryption-from-aescbc-to-secretbox',
    runs: 'a change of the provider, on two of three control planes',
    source: encryptData,
    ...stage(
      encryption(provider('secretbox', [next]) + provider('aescbc', [old]) + identity),
      encryption(provider('secretbox', [next]) + provider('aescbc', [old]) + identity),
      encryption(provider('aescbc', [old]) + provider('secretbox', [next]) + identity),
    ),
  },
  {
    id: 'encryption-ends',
    runs: 'clusters that stop to encrypt: identity is first, the keys remain until everything is rewritten',
    source: `${encryptData}#decrypting-all-data`,
    ...stage(
      encryption(identity + provider('aescbc', [old])),
      encryption(identity + provider('aescbc', [old])),
      encryption(provider('aescbc', [old]) + identity),
    ),
  },
  {
    id: 'encryption-with-reload',
    runs: 'clusters that read the file again while they run, with the name that kind and version had before 1.13',
    source: 'https://docs.mirantis.com/mke4k/latest/configuration/kubernetes/kube-apiserver',
    node: kubeadm136,
    change: (node) =>
      encrypt(
        node,
        aescbc(['key', madeUpKey(7)])
          .replace('apiserver.config.k8s.io/v1', 'v1')
          .replace('EncryptionConfiguration', 'EncryptionConfig'),
      ).replaceFlag('kube-apiserver', 'encryption-provider-config-automatic-reload', 'true'),
  },
  {
    id: 'kms-v2',
    runs: "clusters that encrypt with AWS' KMS, whose plugin is a static pod",
    source:
      'https://github.com/kubernetes-sigs/aws-encryption-provider/blob/89e1097a9e511c997c7f076758ae4194c926a74a/KOPS.md',
    node: kubeadm136,
    change: (node) => withPlugin(node, encryption(kmsV2 + identity)),
  },
  {
    id: 'kms-v2-without-a-pod',
    runs: 'clusters whose KMS plugin is a service of the machine, so that its socket is not in a copy of the files',
    source:
      'https://documentation.stormshield.eu/SDS-GW/v4/fr/Content/KMS_Plugin_Guide/configure_kubernetes_cluster.htm',
    node: kubeadm132,
    change: (node) => {
      node.directory('/opt/kms', 0o700);
      mount(node, 'kube-apiserver', '/opt/kms');
      const fields =
        '          apiVersion: v2\n          name: SDSKMSPlugin\n          endpoint: unix:///opt/kms/kube-kms-plugin.sock\n          timeout: 3s\n';
      node.write('/opt/kms/kube-encryption.yaml', encryption(kms(fields) + identity, '[secrets, configmaps]'), 0o600);
      node
        .replaceFlag('kube-apiserver', 'encryption-provider-config', '/opt/kms/kube-encryption.yaml')
        .replaceFlag('kube-apiserver', 'encryption-provider-config-automatic-reload', 'true');
    },
  },
  {
    id: 'kms-from-a-local-key',
    runs: 'clusters on their way from a key in the file to KMS',
    source: `${kmsProvider}#switching-from-a-local-encryption-provider-to-the-kms-v2-provider`,
    node: kubeadm136,
    change: (node) => withPlugin(node, encryption(kmsV2 + provider('aescbc', [old]))),
  },
  {
    id: 'kms-v1-with-its-gate',
    runs: 'clusters with a plugin of KMS v1, which since 1.29 needs its feature gate',
    source: kmsProvider,
    node: kubeadm132,
    change: (node) => {
      const fields =
        '          name: myKmsPlugin\n          endpoint: unix:///var/run/kmsplugin/socket.sock\n          cachesize: 100\n          timeout: 3s\n';
      return withPlugin(node, encryption(kms(fields) + identity)).replaceFlag(
        'kube-apiserver',
        'feature-gates',
        'KMSv1=true',
      );
    },
  },
  {
    id: 'kms-v1-before-1.29',
    runs: 'clusters of 1.28 with a plugin of KMS v1, which needs no gate there, and the gate of v2',
    source: 'https://github.com/openshift/kubernetes/commit/936819c21bc8a99a0eec5cbdd0d9a1490ca90ae3',
    node: { release: '1.28' },
    change: (node) => {
      const fields = '          name: myKmsPlugin\n          endpoint: unix:///var/run/kmsplugin/socket.sock\n';
      return withPlugin(
        release(node, { 'kube-apiserver': 'v1.28.15' }),
        encryption(kms(fields) + identity),
      ).replaceFlag('kube-apiserver', 'feature-gates', 'KMSv2=true,KMSv2KDF=false');
    },
  },
];
