/** Replaces the trust files of both ends with an unrelated CA, and the keys for tokens and for signing certificates. */
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Break, Way } from './breaking.ts';
import { ofEtcd } from './certificates.ts';
import { issue, pki, stranger as strangerCa, strangerPem, withStranger } from './every-connection.ts';

const stranger = `${pki}/stranger.crt`;
const etcdStranger = `${pki}/etcd/stranger.crt`;
const unknownAuthority = 'x509: certificate signed by unknown authority';

const apiServerUsers = [
  'kubelet-kube-apiserver',
  'kube-controller-manager-kube-apiserver',
  'kube-scheduler-kube-apiserver',
  'admin-kube-apiserver',
  'super-admin-kube-apiserver',
  'kube-proxy-kube-apiserver',
  'signed-kube-apiserver',
];
const frontProxy = ['aggregator-extension', 'kube-apiserver-peer'];
const etcdUsers = ofEtcd.filter((id) => id !== 'etcd-peer');

/** A flag as `component flag`, its new value, the rows that fail because of it, and the end that breaks. */
const flags: readonly (readonly [of: string, value: string, fails: readonly string[], way: Way, cause?: string])[] = [
  ['kube-apiserver etcd-cafile', stranger, ['kube-apiserver-etcd'], 'trust of the client'],
  ['kube-apiserver client-ca-file', stranger, apiServerUsers, 'trust of the server'],
  ['kube-apiserver requestheader-client-ca-file', stranger, frontProxy, 'trust of the server'],
  ['kube-controller-manager root-ca-file', stranger, ['pods-kube-apiserver'], 'trust of the client'],
  ['etcd trusted-ca-file', etcdStranger, etcdUsers, 'trust of the server'],
  ['etcd peer-trusted-ca-file', etcdStranger, ['etcd-peer'], 'trust of the client'],
  [
    'kube-apiserver kubelet-certificate-authority',
    stranger,
    ['kube-apiserver-kubelet'],
    'trust of the client',
    'connection/server-trust@kube-apiserver → kubelet',
  ],
  [
    'kube-apiserver peer-ca-file',
    stranger,
    ['kube-apiserver-peer'],
    'trust of the client',
    'connection/server-trust@kube-apiserver → kube-apiserver of other nodes',
  ],
];

const replaced = flags.map(([of, value, fails, way, cause]): Break => {
  const [component = '', flag = ''] = of.split(' ');
  return {
    name: `${of}: a stranger's`,
    change: (node) => withStranger(node).replaceFlag(component, flag, value),
    fails,
    reason: unknownAuthority,
    cause: cause ?? `argument/target@${component} --${flag}`,
    covers: { [way]: fails, ...(flag === 'peer-trusted-ca-file' ? { 'trust of the server': fails } : {}) },
  };
});

const kubeconfigs = ['kubelet', 'controller-manager', 'scheduler', 'admin', 'super-admin', 'kube-proxy'];

const embedded = kubeconfigs.map((name): Break => {
  const fails = apiServerUsers.filter(
    (id) => id === `${name.replace(/^c/, 'kube-c').replace(/^sc/, 'kube-sc')}-kube-apiserver`,
  );
  return {
    name: `${name}.conf: a stranger's CA`,
    change: (node) => node.editKubeconfig(`${name}.conf`, { certificateAuthority: strangerPem }),
    fails,
    reason: unknownAuthority,
    cause:
      name === 'kube-proxy'
        ? 'connection/server-trust@kube-proxy → kube-apiserver'
        : `kubeconfig/authority@${name}.conf`,
    covers: { 'trust of the client': fails },
  };
});

const manager = (flag: string, value: string | undefined) => (node: NodeTree) =>
  node.replaceFlag('kube-controller-manager', flag, value);

/** Configures separate signers for kubelets and for other clients instead of one for all. */
const keyOf = (certificate: string) => certificate.replace(/crt$/, 'key');

/** A stranger's CA with its key, which belong together: otherwise kube-controller-manager does not start. */
const withSigner = (node: NodeTree) => withStranger(node).write('pki/stranger.key', privateKeyPem(strangerCa.key));

function signers(node: NodeTree, kubelets: string, others: string): NodeTree {
  manager('cluster-signing-cert-file', undefined)(node);
  manager('cluster-signing-key-file', undefined)(node);
  manager('cluster-signing-kubelet-client-cert-file', kubelets)(node);
  manager('cluster-signing-kubelet-client-key-file', keyOf(kubelets))(node);
  manager('cluster-signing-kube-apiserver-client-cert-file', others)(node);
  return manager('cluster-signing-kube-apiserver-client-key-file', keyOf(others))(node);
}

const others: readonly Break[] = [
  {
    name: "the kubelet's clientCAFile: a stranger's",
    change: (node) =>
      withStranger(node).edit('/var/lib/kubelet/config.yaml', (text) => text.replace('pki/ca.crt', 'pki/stranger.crt')),
    fails: ['kube-apiserver-kubelet'],
    reason: `Unauthorized: ${unknownAuthority}`,
    cause: 'argument/target@kubelet authentication.x509.clientCAFile',
    covers: { 'trust of the server': ['kube-apiserver-kubelet'] },
  },
  {
    name: 'the CA of etcd on disk: a stranger',
    change: (node) => node.write('pki/etcd/ca.crt', strangerPem),
    fails: ofEtcd,
    reason: unknownAuthority,
    cause: 'authority/issued@etcd-ca',
    covers: { 'trust of the client': ['etcdctl-etcd'] },
  },
  {
    name: 'sa.pub: another key',
    change: (node) => node.write('pki/sa.pub', publicKeyPem(keyNamed('another service account'))),
    // kube-controller-manager exits: it uses tokens of its own service accounts.
    fails: ['pods-kube-apiserver', 'kube-controller-manager-kube-apiserver', 'signed-kube-apiserver'],
    reason: '',
    cause: 'service-account/verified@service-account',
    covers: { 'trust of the server': ['pods-kube-apiserver'] },
  },
  {
    name: 'a signer that nobody trusts',
    change: (node) =>
      manager(
        'cluster-signing-key-file',
        keyOf(stranger),
      )(manager('cluster-signing-cert-file', stranger)(withSigner(node))),
    fails: ['signed-kube-apiserver'],
    reason: `Unauthorized: ${unknownAuthority}`,
    cause: 'argument/target@kube-controller-manager --cluster-signing-cert-file',
    covers: { 'client chain': ['signed-kube-apiserver'] },
  },
  {
    name: 'of two signers for clients the one that signs for kubelets',
    change: (node) => signers(withSigner(node), stranger, `${pki}/ca.crt`),
    fails: ['signed-kube-apiserver'],
    reason: `Unauthorized: ${unknownAuthority}`,
    cause: 'argument/target@kube-controller-manager --cluster-signing-kubelet-client-cert-file',
  },
  {
    name: 'of two signers for clients the one that signs for all others',
    change: (node) => signers(withSigner(node), `${pki}/ca.crt`, stranger),
    fails: ['signed-kube-apiserver'],
    reason: `Unauthorized: ${unknownAuthority}`,
    cause: 'argument/target@kube-controller-manager --cluster-signing-kube-apiserver-client-cert-file',
  },
  {
    name: 'a signer for what kubelets serve, which kube-apiserver does not trust',
    change: (node) => {
      signers(withSigner(node), `${pki}/ca.crt`, `${pki}/ca.crt`);
      manager('cluster-signing-kubelet-serving-cert-file', stranger)(node);
      manager('cluster-signing-kubelet-serving-key-file', keyOf(stranger))(node);
      issue(node, 'kubelet-server', { issuer: strangerCa });
    },
    fails: ['kube-apiserver-kubelet'],
    reason: unknownAuthority,
    cause: 'argument/target@kube-controller-manager --cluster-signing-kubelet-serving-cert-file',
  },
  {
    name: 'a signer for what kubelets serve, with the key of another CA',
    change: (node) => {
      signers(withSigner(node), `${pki}/ca.crt`, `${pki}/ca.crt`);
      manager('cluster-signing-kubelet-serving-cert-file', stranger)(node);
      manager('cluster-signing-kubelet-serving-key-file', `${pki}/ca.key`)(node);
    },
    fails: ['kube-controller-manager-kube-apiserver', 'signed-kube-apiserver'],
    reason: 'kube-controller-manager is not running',
    cause: 'argument/pair@kube-controller-manager --cluster-signing-kubelet-serving-cert-file',
  },
];

export const trustBreaks: readonly Break[] = [...replaced, ...embedded, ...others];
