import { serveKubeletWith, setFlags } from '../cases/manifest-edits.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const backupFolder = '/root/pki-backup-20261201-0000';
const writing =
  "write down what kubeadm has to know about this node: it adds the name and the address of the node to certificates by itself: printf '%s\\n'";
const writingWithNames =
  "write down what kubeadm has to know about this node, and add the names that only the lost certificate had to the file as apiServer.certSANs: printf '%s\\n'";
const restored = `kubectl config view --raw --minify --kubeconfig /etc/kubernetes/admin.conf -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ${pki}/ca.crt`;
const another = keyNamed('another CA');
const stranger = makeAuthority('kubernetes', { key: another });

const verifying = (node: NodeTree) =>
  node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/ca.crt`);

/** A kubelet that serves with a pair of a CA that kube-apiserver does not trust. */
function servedByStranger(): NodeTree {
  const node = buildNode();
  serveKubeletWith(
    node,
    makeAuthority(
      'system:node:cp-1',
      { ca: false, usages: ['serverAuth'], sans: ['DNS:cp-1', 'IP:192.0.2.10'] },
      stranger,
    ),
  );
  return verifying(node);
}

/** `--requestheader-client-ca-file` names the CA of clients, and any name is allowed. */
const oneCa = (node: NodeTree) =>
  setFlags(node, 'kube-apiserver', {
    'requestheader-client-ca-file': `${pki}/ca.crt`,
    'requestheader-allowed-names': undefined,
  });

const withoutOwnCa = (node: NodeTree) => node.remove('pki/front-proxy-ca.crt').remove('pki/front-proxy-ca.key');

/** A node whose file in one place is that of another. */
function overwritten(node: NodeTree, path: string, by: string): NodeTree {
  return node.write(path, node.read(by));
}

const manifest = 'manifests/kube-apiserver.yaml';
const backup = (change: (text: string) => string) => () => {
  const node = buildNode();
  return [node.write(`${manifest}.bak`, change(node.read(manifest)))];
};

const verified = `--insecure-skip-tls-verify=false --certificate-authority=${pki}/ca.crt --embed-certs`;
const clusterNamed = (name: string) => (node: NodeTree) =>
  node
    .edit('admin.conf', (text) => text.replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'))
    .edit('admin.conf', (text) =>
      text.replace('name: kubernetes\n', `name: ${name}\n`).replace('cluster: kubernetes\n', `cluster: ${name}\n`),
    );

/** A node whose etcd runs as a user whose id could be that of a person. */
const etcdAsUser = (node: NodeTree) =>
  node.edit('manifests/etcd.yaml', (text) =>
    text.replace('  hostNetwork: true\n', '  hostNetwork: true\n  securityContext:\n    runAsUser: 1001\n'),
  );
const etcdFiles = ['server.key', 'peer.key'].map((file) => `${pki}/etcd/${file}`);

const withoutContext = (change: (text: string) => string) => () => [
  buildNode().edit('admin.conf', (text) => change(text.replace(/^current-context: .*$/m, 'current-context: prod'))),
];
const useContext = 'kubectl config use-context';
const secondContext = `contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: second
`;

/** One client dials an address that no API server has. */
const oddClients: readonly FixCase[] = [
  {
    name: 'a worker that dials an address of no API server',
    nodes: () => [
      controlPlane(1),
      controlPlane(2),
      worker().editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' }),
    ],
    rule: 'kubeconfig/address',
    says: 'kubelet.conf connects to https://192.0.2.99:6443',
    steps: [
      `mkdir -p ${backupFolder}`,
      `cp --parents --backup=numbered /etc/kubernetes/kubelet.conf ${backupFolder}/`,
      'connect to the address that the API server and the other clients use: kubectl config set-cluster kubernetes --server=https://lb.example.test:6443 --kubeconfig /etc/kubernetes/kubelet.conf',
      'systemctl restart kubelet',
      'if 192.0.2.99 is that of a load balancer which is not in the input: add it to the certificate of every API server, as a SAN',
    ],
  },
  {
    name: 'a worker that dials an address of no API server, and nothing says what others dial',
    nodes: () => [
      ...([1, 2] as const).map((number) => {
        const node = controlPlane(number).remove('admin.conf').remove('kubelet.conf');
        return number === 1 ? node.remove('super-admin.conf') : node;
      }),
      worker().editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' }),
    ],
    rule: 'connection/server-name',
    steps: [
      `mkdir -p ${backupFolder}`,
      `cp --parents --backup=numbered /etc/kubernetes/kubelet.conf ${backupFolder}/`,
      'connect to the address that the API server and the other clients use: kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig /etc/kubernetes/kubelet.conf',
      'systemctl restart kubelet',
      'if https://192.0.2.99:6443 is right: reissue /etc/kubernetes/pki/apiserver.crt of every control-plane node with that name as well',
    ],
  },
  {
    name: 'a worker that dials an address of no API server, and no kubeconfig is right',
    nodes: () => [
      ['admin.conf', 'super-admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf'].reduce(
        (node, file) => node.remove(file),
        controlPlane(1),
      ),
      worker().editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' }),
    ],
    rule: 'connection/server-name',
    steps: [
      'set the server in /etc/kubernetes/kubelet.conf to an address for which /etc/kubernetes/pki/apiserver.crt is valid',
      'systemctl restart kubelet',
      'if https://192.0.2.99:6443 is right: reissue /etc/kubernetes/pki/apiserver.crt of every control-plane node with that name as well',
    ],
    never: /set-cluster/,
  },
];

export const otherFixes: readonly FixCase[] = [
  {
    name: 'a certificate is missing, and its key is not: kubeadm creates a pair only where neither is',
    nodes: () => [buildNode().remove('pki/apiserver.crt')],
    rule: 'cert/present',
    steps: [
      `mkdir -p ${backupFolder}`,
      `mv --backup=numbered ${pki}/apiserver.key ${backupFolder}/`,
      'kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml',
    ],
  },
  {
    name: 'a certificate and its key are missing: nothing is in the way of kubeadm',
    nodes: () => [buildNode().remove('pki/apiserver.crt').remove('pki/apiserver.key')],
    rule: 'cert/present',
    steps: ['kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml'],
    never: /^mv /,
  },
  {
    name: 'a key of tokens is refused by Go: it is kept all the same',
    nodes: () => [
      buildNode()
        .write('pki/sa.key', privateKeyPem(keyNamed('a key of tokens that is refused', 'RSA-768')))
        .write('pki/sa.pub', publicKeyPem(keyNamed('a key of tokens that is refused', 'RSA-768'))),
    ],
    rule: 'service-account/key-usable',
    steps: [
      `cp -p --backup=numbered ${pki}/sa.key ${pki}/sa.pub ${backupFolder}/`,
      `openssl genrsa -out ${pki}/sa.key`,
    ],
  },
  {
    name: 'a key of tokens is too short: the old one is kept',
    nodes: () => [
      buildNode()
        .write('pki/sa.key', privateKeyPem(keyNamed('a short key of tokens', 'RSA-1024')))
        .write('pki/sa.pub', publicKeyPem(keyNamed('a short key of tokens', 'RSA-1024'))),
    ],
    rule: 'service-account/key-size',
    steps: [
      `cp -p --backup=numbered ${pki}/sa.key ${pki}/sa.pub ${backupFolder}/`,
      'openssl genrsa',
      `mv ${pki}/sa-new.key ${pki}/sa.key`,
    ],
  },
  {
    name: 'a file with a name that cannot be printed is not in a command: it would name a different file',
    nodes: () => [
      buildNode()
        .move('pki/apiserver.key', 'pki/api\u200b\u202eserver.key')
        .replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/api\u200b\u202eserver.key`)
        .chmod('pki/api\u200b\u202eserver.key', 0o644),
    ],
    rule: 'key/mode',
    steps: [
      `a command is left out here, because it needs names that cannot be printed: ${pki}/api\\u200b\\u202eserver.key. Rename them`,
    ],
    never: /chmod|\u200b/,
  },
  {
    name: 'a file whose name is not UTF-8 is not in a command, and what would follow is not either',
    nodes: () => [
      buildNode()
        .move('pki/sa.pub', 'pki/sa\ufffd.pub')
        .replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa\ufffd.pub`)
        .write('pki/sa.key', privateKeyPem(keyNamed('another key'))),
    ],
    rule: 'service-account/verified',
    steps: [
      `a command is left out here, because it needs names that cannot be printed: ${pki}/sa\ufffd.pub. Rename them`,
    ],
    never: /^(?:openssl|mv|crictl|systemctl)/,
  },
  {
    name: 'a context is a name, even if it looks like an option',
    nodes: () => [
      buildNode()
        .edit('admin.conf', (text) => text.replace(/^current-context: .*$/m, 'current-context: prod'))
        .edit('admin.conf', (text) => text.replace(/^(.*name: ).*@kubernetes$/m, '$1--kubeconfig=/tmp/x')),
    ],
    rule: 'kubeconfig/context',
    steps: ['kubectl config use-context --kubeconfig /etc/kubernetes/admin.conf -- --kubeconfig=/tmp/x'],
  },
  {
    name: 'a name that no node can have is not in a command: it could name the file of an administrator',
    nodes: () => [
      worker()
        .issue('kubelet.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' })
        .edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
          text.replace('hostname-override=worker-1', 'hostname-override=../etc/kubernetes/admin'),
        ),
    ],
    rule: 'cert/expired',
    steps: [
      'replace NAME with the name of this node',
      'on a control-plane node with the key of the CA: install -m 600 /dev/null /root/NAME.conf',
    ],
    never: /\.\.\/etc/,
  },
  {
    name: 'a name with quotes and spaces can be printed',
    nodes: () => [
      buildNode()
        .move('pki/apiserver.key', "pki/it's a key")
        .replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/it's a key`)
        .chmod("pki/it's a key", 0o644),
    ],
    rule: 'key/mode',
    steps: [`chmod 600 '${pki}/it'\\''s a key'`],
  },
  {
    name: 'a cluster whose name begins with a dash is not an option of kubectl',
    nodes: () => [clusterNamed('-x')(buildNode())],
    rule: 'kubeconfig/verification',
    steps: [`kubectl config set-cluster ${verified} --kubeconfig /etc/kubernetes/admin.conf -- -x`],
  },
  {
    name: 'a cluster whose name has a dash in it',
    nodes: () => [clusterNamed('x-y')(buildNode())],
    rule: 'kubeconfig/verification',
    steps: [`kubectl config set-cluster x-y ${verified} --kubeconfig /etc/kubernetes/admin.conf`],
  },
  {
    name: 'a kubeconfig has one context that works',
    nodes: withoutContext((text) => text),
    rule: 'kubeconfig/context',
    steps: [`${useContext} kubernetes-admin@kubernetes --kubeconfig /etc/kubernetes/admin.conf`],
    never: /CONTEXT|backup/,
  },
  {
    name: 'a kubeconfig has two contexts that work',
    nodes: withoutContext((text) => text.replace('contexts:\n', secondContext)),
    rule: 'kubeconfig/context',
    steps: ['replace CONTEXT with one of these: second, kubernetes-admin@kubernetes'],
    never: /backup/,
  },
  {
    name: 'a kubeconfig has no context that works',
    nodes: withoutContext((text) => text.replace('cluster: kubernetes', 'cluster: old')),
    rule: 'kubeconfig/context',
    steps: ['no context in /etc/kubernetes/admin.conf leads to a cluster and a user that exist'],
    never: /kubectl/,
  },
  {
    name: 'a component that is not root gets its keys, and may read certificates like everyone',
    nodes: () => [etcdAsUser(buildNode()).chmod('pki/etcd/ca.crt', 0o600)],
    rule: 'argument/access',
    steps: [
      `chmod o+r ${pki}/etcd/ca.crt`,
      `chown 1001 ${etcdFiles.join(' ')}`,
      'the kubelet restarts etcd by itself within 5 minutes',
    ],
    never: /by itself$/,
  },
  {
    name: 'what a component owns that runs as this user stays its own',
    nodes: () => {
      const node = etcdAsUser(buildNode()).chown('pki/sa.key', 998);
      for (const path of etcdFiles) node.chown(path, 1001);
      return [node];
    },
    rule: 'file/owner-program',
    steps: [`only if no component runs as that user`, 'leave 2 paths as is: a component runs as the owner'],
    never: /etcd/,
  },
  ...oddClients,
  {
    name: 'kube-apiserver verifies kubelets, which sign their certificates themselves',
    nodes: () => [verifying(buildNode({ rotatedKubelet: true }))],
    rule: 'connection/server-trust',
    steps: [
      'the kubelet of cp-1 has signed /var/lib/kubelet/pki/kubelet.crt itself',
      'add serverTLSBootstrap: true',
      'kubectl -n kube-system edit configmap kubelet-config',
      'then, on every node:',
      `cp -p --backup=numbered /var/lib/kubelet/config.yaml ${backupFolder}/`,
      "sed -i '$aserverTLSBootstrap: true' /var/lib/kubelet/config.yaml",
      'systemctl restart kubelet',
      'Kubernetes does not approve the requests',
      'kubectl get csr --field-selector spec.signerName=kubernetes.io/kubelet-serving',
    ],
  },
  {
    name: 'the same before 1.24, when the ConfigMap had the release in its name',
    nodes: () => [verifying(buildNode({ release: '1.22', rotatedKubelet: true }))],
    rule: 'connection/server-trust',
    steps: ['kubectl -n kube-system edit configmap kubelet-config-1.22'],
  },
  {
    name: "a kubelet is given a certificate that is not of kube-apiserver's CA",
    nodes: () => [servedByStranger()],
    rule: 'connection/server-trust',
    says: 'x509: certificate signed by unknown authority',
    steps: [
      `reissue /srv/kubernetes/kubelet-server.crt of cp-1 from a CA that kube-apiserver --kubelet-certificate-authority=${pki}/ca.crt contains`,
      'let the cluster sign it',
    ],
  },
  {
    name: 'one CA for clients and the front proxy, which has one of its own: the flag goes back',
    nodes: () => [oneCa(buildNode())],
    rule: 'authority/overlap',
    steps: [`on every control-plane node, point kube-apiserver --requestheader-client-ca-file`],
    never: /kubeadm|client-ca-file=/,
  },
  {
    name: 'the same, and front-proxy-client is of the CA of clients',
    nodes: () => [oneCa(buildNode().issue('front-proxy-client', { issuer: 'kubernetes-ca' }))],
    rule: 'authority/overlap',
    steps: [
      `the front proxy gets a certificate signed by its own CA, ${pki}/front-proxy-ca.crt`,
      `mv --backup=numbered ${pki}/front-proxy-client.crt ${pki}/front-proxy-client.key ${backupFolder}/`,
      'kubeadm init phase certs front-proxy-client',
      'on every control-plane node, point kube-apiserver --requestheader-client-ca-file',
    ],
    never: /phase certs front-proxy-ca/,
  },
  {
    name: 'the same, and the front proxy has no CA of its own',
    nodes: () => [withoutOwnCa(oneCa(buildNode().issue('front-proxy-client', { issuer: 'kubernetes-ca' })))],
    rule: 'authority/overlap',
    steps: [
      `mv --backup=numbered ${pki}/front-proxy-client.crt ${pki}/front-proxy-client.key ${backupFolder}/`,
      'kubeadm init phase certs front-proxy-ca',
      'kubeadm init phase certs front-proxy-client',
      'copy front-proxy-ca.crt and front-proxy-ca.key to the other control-plane nodes',
      'on every control-plane node, point kube-apiserver --requestheader-client-ca-file',
    ],
  },
  {
    name: 'the file of the front proxies is the CA of clients, before 1.35',
    nodes: () => [
      overwritten(buildNode(), 'pki/front-proxy-ca.crt', 'pki/ca.crt')
        .issue('front-proxy-client', { issuer: 'kubernetes-ca' })
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', ''),
    ],
    options: { facts: { kubernetesVersion: 'v1.34.2' } },
    rule: 'authority/impersonation',
    steps: [
      `mv --backup=numbered ${pki}/front-proxy-ca.crt ${pki}/front-proxy-ca.key ${pki}/front-proxy-client.crt ${pki}/front-proxy-client.key ${backupFolder}/`,
      'kubeadm init phase certs front-proxy-ca',
    ],
  },
  {
    name: 'the flag names the CA of clients, before 1.35',
    nodes: () => [oneCa(buildNode().issue('front-proxy-client', { issuer: 'kubernetes-ca' }))],
    options: { facts: { kubernetesVersion: 'v1.34.2' } },
    rule: 'authority/impersonation',
    steps: [
      'kubeadm init phase certs front-proxy-client',
      'on every control-plane node, point kube-apiserver --requestheader-client-ca-file',
    ],
    never: /phase certs front-proxy-ca/,
  },
  {
    name: 'the file of the front proxies has its own CA, and that of clients too',
    nodes: () => {
      const node = buildNode();
      node.edit('pki/front-proxy-ca.crt', (own) => own + node.read('pki/ca.crt'));
      return [node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', '')];
    },
    rule: 'authority/overlap',
    steps: [
      'set --requestheader-allowed-names=front-proxy-client',
      `remove CN=kubernetes from ${pki}/front-proxy-ca.crt`,
    ],
    never: /kubeadm/,
  },
  {
    name: 'ca.key alone is wrong',
    nodes: () => [buildNode().write('pki/ca.key', privateKeyPem(another))],
    rule: 'authority/pair',
    steps: [
      `only the key must be restored: ${pki}/ca.crt is right`,
      `mv --backup=numbered ${pki}/ca.key ${backupFolder}/`,
      `chmod 600 ${pki}/ca.key`,
    ],
    never: /its certificate|openssl|pki-lint/,
  },
  {
    name: 'ca.key alone is wrong, and another control plane has it',
    nodes: () => [controlPlane(1), controlPlane(2).write('pki/ca.key', privateKeyPem(another))],
    rule: 'authority/pair',
    steps: ['only the key must be restored: cp-1 has that', `scp -p root@cp-1:${pki}/ca.key ${pki}/ca.key`],
  },
  {
    name: "etcd's ca.key is wrong, and another control plane has it",
    nodes: () => [controlPlane(1), controlPlane(2).write('pki/etcd/ca.key', privateKeyPem(another))],
    rule: 'authority/stray-key',
    steps: [
      `mv --backup=numbered ${pki}/etcd/ca.key ${backupFolder}/`,
      `scp -p root@cp-1:${pki}/etcd/ca.key ${pki}/etcd/ca.key`,
    ],
  },
  {
    name: "etcd's CA was overwritten by that of the cluster",
    nodes: () => [
      overwritten(overwritten(buildNode(), 'pki/etcd/ca.crt', 'pki/ca.crt'), 'pki/etcd/ca.key', 'pki/ca.key'),
    ],
    rule: 'authority/issued',
    says: `${pki}/etcd/ca.crt is the certificate of kubernetes-ca, not that of etcd-ca: it did not issue any of the 4 certificates of etcd-ca on this node`,
    steps: ['the CA that signed the certificates of this node must be restored'],
  },
  {
    name: 'the same, and another control plane has it: what is overwritten is backed up',
    nodes: () => [
      controlPlane(1),
      overwritten(overwritten(controlPlane(2), 'pki/etcd/ca.crt', 'pki/ca.crt'), 'pki/etcd/ca.key', 'pki/ca.key'),
    ],
    rule: 'authority/issued',
    steps: [
      'cp-1 has the CA that signed the certificates of this node',
      `cp --parents --backup=numbered ${pki}/etcd/ca.crt ${pki}/etcd/ca.key ${backupFolder}/`,
      `scp -p root@cp-1:${pki}/etcd/ca.crt ${pki}/etcd/ca.crt`,
      `scp -p root@cp-1:${pki}/etcd/ca.key ${pki}/etcd/ca.key`,
      'with several etcd members, do this on one node',
    ],
    never: /first the files on all of them/,
  },
  {
    name: 'the same, and there is no key to back up',
    nodes: () => [
      controlPlane(1),
      overwritten(controlPlane(2), 'pki/etcd/ca.crt', 'pki/ca.crt').remove('pki/etcd/ca.key'),
    ],
    rule: 'authority/issued',
    steps: [
      `cp --parents --backup=numbered ${pki}/etcd/ca.crt ${backupFolder}/`,
      `scp -p root@cp-1:${pki}/etcd/ca.key ${pki}/etcd/ca.key`,
    ],
  },
  {
    name: 'the same, and its key is right: only the certificate is copied',
    nodes: () => [controlPlane(1), overwritten(controlPlane(2), 'pki/etcd/ca.crt', 'pki/ca.crt')],
    rule: 'authority/issued',
    steps: [
      `cp --parents --backup=numbered ${pki}/etcd/ca.crt ${backupFolder}/`,
      `scp -p root@cp-1:${pki}/etcd/ca.crt ${pki}/etcd/ca.crt`,
    ],
    never: /ca\.key/,
  },
  {
    name: 'the same, and the other control plane has no key of it',
    nodes: () => [
      controlPlane(1).remove('pki/etcd/ca.key'),
      overwritten(controlPlane(2), 'pki/etcd/ca.crt', 'pki/ca.crt'),
    ],
    rule: 'authority/issued',
    steps: [`scp -p root@cp-1:${pki}/etcd/ca.crt ${pki}/etcd/ca.crt`],
    never: /ca\.key/,
  },
  {
    name: 'a CA that was made anew',
    nodes: () => [buildNode().write('pki/etcd/ca.crt', certificatePem(stranger.certificate))],
    rule: 'authority/issued',
    says: `${pki}/etcd/ca.crt did not issue any of the 4 certificates of etcd-ca on this node`,
    steps: ['the CA that signed the certificates of this node must be restored'],
    never: /scp/,
  },
  {
    name: 'the certificate of the CA is empty like what it signed: a kubeconfig restores it, before anything is issued',
    nodes: () => [buildNode().write('pki/ca.crt', '').write('pki/apiserver.crt', '').write('pki/etcd/server.crt', '')],
    rule: 'file/parse',
    steps: [
      restored,
      'kubeadm init phase certs apiserver',
      restored,
      'pki-lint issue --write --only kube-etcd --replace kube-etcd',
      'kubeadm init phase certs apiserver',
    ],
  },
  {
    name: 'the certificate of the CA is empty, and the key next to it is a different one than in kubeconfigs',
    nodes: () => [buildNode().write('pki/ca.crt', '').write('pki/ca.key', privateKeyPem(another))],
    rule: 'file/parse',
    steps: ['the CA that signed the certificates of this node must be restored'],
    never: /base64/,
  },
  {
    name: 'etcd lets in only peers of another name',
    nodes: () => [controlPlane(1), controlPlane(2).replaceFlag('etcd', 'peer-cert-allowed-cn', 'member')],
    rule: 'connection/identity',
    says: '(etcd --peer-cert-allowed-cn=member of cp-2 does not allow "cp-1")',
    steps: [
      'decide which is right, etcd --peer-cert-allowed-cn=member or the name cp-1',
      'if the name is right: add it to the flag, separated by a comma, in the manifest of etcd on cp-2',
      'if etcd --peer-cert-allowed-cn=member is right',
    ],
  },
  {
    name: 'a kubeconfig names a CA that does not exist',
    nodes: () => [
      buildNode().edit('scheduler.conf', (text) =>
        text.replace(/certificate-authority-data: .*/, 'certificate-authority: /etc/kubernetes/ca.crt'),
      ),
    ],
    rule: 'kubeconfig/file',
    steps: [
      `kubectl config set-cluster kubernetes --certificate-authority=${pki}/ca.crt --embed-certs --kubeconfig /etc/kubernetes/scheduler.conf`,
      'restart kube-scheduler',
    ],
    never: /kubeadm|pki-lint/,
  },
  {
    name: 'kubeconfigs name a CA and a pair that are not mounted: they are embedded',
    nodes: () => [
      buildNode().edit('scheduler.conf', (text) =>
        text
          .replace(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt')
          .replace(/client-certificate-data: .*/, 'client-certificate: pki/apiserver.crt')
          .replace(/client-key-data: .*/, 'client-key: pki/apiserver.key'),
      ),
    ],
    rule: 'argument/mount',
    steps: [
      `kubectl config set-cluster kubernetes --certificate-authority=${pki}/ca.crt --embed-certs --kubeconfig /etc/kubernetes/scheduler.conf`,
      `kubectl config set-credentials system:kube-scheduler --client-certificate=${pki}/apiserver.crt --embed-certs --kubeconfig /etc/kubernetes/scheduler.conf`,
      `kubectl config set-credentials system:kube-scheduler --client-key=${pki}/apiserver.key --embed-certs --kubeconfig /etc/kubernetes/scheduler.conf`,
      'chmod 600 /etc/kubernetes/scheduler.conf',
    ],
  },
  {
    name: 'a kubeconfig names a client certificate that does not exist: it is made anew',
    nodes: () => [
      buildNode().edit('scheduler.conf', (text) =>
        text.replace(/client-certificate-data: .*/, 'client-certificate: /etc/kubernetes/scheduler.crt'),
      ),
    ],
    rule: 'kubeconfig/file',
    steps: ['kubeadm init phase kubeconfig scheduler --config /root/kubeadm-certs.yaml'],
    never: /set-cluster/,
  },
  {
    name: 'a kubeconfig without https: the URL is that of another kubeconfig',
    nodes: () => [buildNode().edit('scheduler.conf', (text) => text.replace('https://', 'http://'))],
    rule: 'kubeconfig/server',
    steps: [
      'kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig /etc/kubernetes/scheduler.conf',
    ],
  },
  {
    name: 'a second manifest that is equal but for layout and comments',
    nodes: backup((text) => `# before the upgrade\n${text}`),
    rule: 'manifest/duplicate',
    steps: [`mv --backup=numbered /etc/kubernetes/manifests/kube-apiserver.yaml.bak ${backupFolder}/`],
  },
  {
    name: 'a second manifest of another release, with other flags',
    nodes: backup((text) =>
      text.replace(':v1.36.2', ':v1.35.1').replace('--secure-port=6443', '--secure-port=6444\n    - --v=4'),
    ),
    rule: 'manifest/conflict',
    says: 'in the image (registry.k8s.io/kube-apiserver:v1.35.1 instead of registry.k8s.io/kube-apiserver:v1.36.2), --secure-port (6444 instead of 6443) and --v (4 instead of none)',
    steps: [
      'decide which of the two is right',
      `diff /etc/kubernetes/${manifest} /etc/kubernetes/${manifest}.bak`,
      `mv --backup=numbered /etc/kubernetes/${manifest}.bak ${backupFolder}/`,
    ],
  },
  {
    name: 'a second manifest with values that may be secret, or are long',
    nodes: backup((text) =>
      text.replace(
        '--secure-port=6443',
        `--secure-port=6443\n    - --log-secret=hunter2\n    - --external-hostname=${'a'.repeat(90)}\n    - --etcd-prefix=https://me:hunter2@a.test/`,
      ),
    ),
    rule: 'manifest/conflict',
    says: '--log-secret (a value that is not shown instead of none), --external-hostname (a value that is not shown instead of none) and --etcd-prefix (https://…@a.test/ instead of none)',
    steps: [`mv --backup=numbered /etc/kubernetes/${manifest}.bak ${backupFolder}/`],
  },
  {
    name: 'a second manifest with another volume',
    nodes: backup((text) => text.replace(/^( +path: )\/etc\/kubernetes\/pki$/m, '$1/srv/pki')),
    rule: 'manifest/conflict',
    says: 'kube-apiserver.yaml in volumes',
    steps: [`mv --backup=numbered /etc/kubernetes/${manifest}.bak ${backupFolder}/`],
  },
  {
    name: 'a second manifest that differs otherwise',
    nodes: backup((text) => text.replace('hostNetwork: true', 'hostNetwork: false')),
    rule: 'manifest/conflict',
    says: 'in fields other than the image, the flags and the volumes',
    steps: [`mv --backup=numbered /etc/kubernetes/${manifest}.bak ${backupFolder}/`],
  },
  {
    name: 'the CA of etcd was replaced on one of several members: how to find the one that signed the certificates',
    nodes: () => {
      const node = controlPlane(1);
      return [
        node
          .write('pki/etcd/ca.crt', certificatePem(stranger.certificate))
          .write('pki/etcd/ca.key', privateKeyPem(another)),
      ];
    },
    rule: 'authority/issued',
    steps: [
      `look for it in backups on this node: below each OK is the path of a CA certificate that signed ${pki}/etcd/server.crt: find /etc /root /home /opt /srv /var/backups -xdev -type f -name '*ca.crt*' -exec openssl verify -partial_chain -no_check_time -CAfile '{}' ${pki}/etcd/server.crt ';' -print 2>/dev/null`,
      'on another control-plane node: or take it from a node where this prints ',
      `then copy it to ${pki}/etcd/ca.crt, and its key to ${pki}/etcd/ca.key`,
      "restart etcd: crictl ps --name '^etcd$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
      "restart kube-apiserver: crictl ps --name '^kube-apiserver$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
    ],
  },
  {
    name: 'only the certificate of the cluster CA was replaced: a kubeconfig has it too',
    nodes: () => [buildNode().write('pki/ca.crt', certificatePem(stranger.certificate))],
    rule: 'authority/issued',
    steps: [`mkdir -p ${backupFolder}`, `cp --parents --backup=numbered ${pki}/ca.crt ${backupFolder}/`, restored],
    never: /openssl verify/,
  },
  {
    name: 'the kubeconfig of a webhook names a CA that does not exist: its entry is written as it is',
    nodes: () => [
      setFlags(
        buildNode().write(
          'pki/audit.conf',
          buildNode()
            .read('admin.conf')
            .replace(/certificate-authority-data: .*/, 'certificate-authority: audit-ca.pem'),
        ),
        'kube-apiserver',
        { 'audit-webhook-config-file': `${pki}/audit.conf` },
      ),
    ],
    rule: 'argument/file',
    steps: [
      `kube-apiserver --audit-webhook-config-file: clusters[kubernetes].certificate-authority: correct the path, or put the file at ${pki}/audit-ca.pem`,
    ],
    never: /\\x/,
  },
  {
    name: 'a name that only kubeconfigs ask for by tls-server-name: it is removed',
    nodes: () => [
      ['kubelet.conf', 'scheduler.conf'].reduce(
        (node, file) => node.edit(file, (text) => text.replace(/^( +)server: /m, '$1tls-server-name: old.test\n$&')),
        buildNode(),
      ),
    ],
    rule: 'san/coverage',
    says: '(tls-server-name in line',
    steps: [
      'kubectl config set-cluster kubernetes --tls-server-name= --kubeconfig /etc/kubernetes/kubelet.conf',
      'kubectl config set-cluster kubernetes --tls-server-name= --kubeconfig /etc/kubernetes/scheduler.conf',
    ],
  },
  {
    name: 'a name that most kubeconfigs ask for by tls-server-name: it is added',
    nodes: () => [
      ['kubelet.conf', 'scheduler.conf', 'controller-manager.conf', 'admin.conf'].reduce(
        (node, file) => node.edit(file, (text) => text.replace(/^( +)server: /m, '$1tls-server-name: old.test\n$&')),
        buildNode(),
      ),
    ],
    rule: 'san/coverage',
    says: '(tls-server-name in line',
    steps: ['kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml'],
    never: /--tls-server-name/,
  },
  {
    name: 'a missing name of a load balancer: kubeadm adds it as the endpoint',
    nodes: () => [
      ['admin.conf', 'super-admin.conf', 'kubelet.conf'].reduce(
        (node, file) => node.editKubeconfig(file, { server: 'https://api.example.org:6443' }),
        buildNode(),
      ),
    ],
    rule: 'san/coverage',
    steps: [
      `${writing} '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"ClusterConfiguration","kubernetesVersion":"v1.36.2","controlPlaneEndpoint":"api.example.org:6443","networking"`,
      'kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml',
    ],
  },
  {
    name: 'a missing name: what kubeadm has to know is written down, and nothing is renewed',
    nodes: () => [
      buildNode({ release: '1.28' }).issue('kube-apiserver', {
        sans: ['DNS:cp-1', 'DNS:mine.example.org', 'IP:192.0.2.99'],
      }),
    ],
    rule: 'san/coverage',
    steps: [
      `${writing} '{"apiVersion":"kubeadm.k8s.io/v1beta3","kind":"ClusterConfiguration","kubernetesVersion":"v1.28.2","networking":{"serviceSubnet":"10.96.0.0/12","dnsDomain":"cluster.local"},"apiServer":{"certSANs":["mine.example.org","192.0.2.99"]}}' --- '{"apiVersion":"kubeadm.k8s.io/v1beta3","kind":"InitConfiguration","localAPIEndpoint":{"advertiseAddress":"192.0.2.10"},"nodeRegistration":{"name":"cp-1"}}' > /root/kubeadm-certs.yaml`,
      'kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml',
    ],
    never: /certs renew|config migrate|kubeadm\.yaml/,
  },
  {
    name: 'the names in a certificate of a different CA are not written down',
    nodes: () => [buildNode().issue('kube-apiserver', { sans: ['DNS:evil.example.org'], issuer: stranger })],
    rule: 'cert/issuer',
    steps: ['kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml'],
    never: /evil/,
  },
  {
    name: 'the port of the API server is written down',
    nodes: () => [setFlags(buildNode().remove('pki/apiserver.crt'), 'kube-apiserver', { 'secure-port': '8443' })],
    rule: 'cert/present',
    steps: [
      `${writingWithNames} '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"ClusterConfiguration","kubernetesVersion":"v1.36.2","networking":{"serviceSubnet":"10.96.0.0/12","dnsDomain":"cluster.local"}}' --- '{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"InitConfiguration","localAPIEndpoint":{"advertiseAddress":"192.0.2.10","bindPort":8443}`,
      'kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml',
    ],
  },
  {
    name: 'from 1.37 on kubeadm refuses a configuration of v1beta3',
    nodes: () => [
      buildNode({ worker: true }).issue('kubelet.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' }),
    ],
    options: { facts: { kubernetesVersion: 'v1.37.0' } },
    rule: 'cert/expired',
    steps: [
      'kubeadm.yaml is the configuration file that kubeadm init used',
      'if kubeadm.yaml is lost, a running cluster has it too: kubectl -n kube-system get configmap kubeadm-config -o jsonpath={.data.ClusterConfiguration} > kubeadm.yaml',
      'kubeadm v1.37 and later refuse a kubeadm.yaml with apiVersion kubeadm.k8s.io/v1beta3',
      'kubeadm config migrate --old-config kubeadm.yaml --new-config kubeadm-v1beta4.yaml',
      'mv kubeadm-v1beta4.yaml kubeadm.yaml',
      'on a control-plane node with the key of the CA: kubeadm kubeconfig user',
    ],
  },
  {
    name: 'a key that every user can read',
    nodes: () => [buildNode().chmod('pki/ca.key', 0o644)],
    rule: 'key/mode-signing',
    says: `${pki}/ca.key, which signs certificates, is world-readable (mode 0644)`,
    steps: [
      `chmod 600 ${pki}/ca.key`,
      'this does not undo a leak: if other users could log in to this node, replace the key',
    ],
    never: /pki-lint/,
  },
  {
    name: 'the same of the key of the tokens',
    nodes: () => [buildNode().chmod('pki/sa.key', 0o644)],
    rule: 'key/mode-signing',
    says: `${pki}/sa.key, which signs tokens, is world-readable (mode 0644)`,
    steps: [`chmod 600 ${pki}/sa.key`, 'this does not undo a leak: '],
  },
  {
    name: 'a key that signs nothing, and that every user can read',
    nodes: () => [buildNode().chmod('pki/apiserver.key', 0o644)],
    rule: 'key/mode',
    says: `${pki}/apiserver.key, which contains a secret, is world-readable (mode 0644)`,
    steps: [`chmod 600 ${pki}/apiserver.key`, 'this does not undo a leak: '],
  },
  {
    name: 'the same, and a component may read it as a member of its group: it still can afterwards',
    nodes: () => [buildNode().chmod('pki/ca.key', 0o644).chown('pki/ca.key', 0, 998)],
    rule: 'key/mode-signing',
    steps: [`chmod o-rwx ${pki}/ca.key`],
    never: /600|pki-lint/,
  },
  {
    name: 'the same of a component that is no member of it: the file becomes that of its user',
    nodes: () => [
      buildNode()
        .edit('manifests/kube-scheduler.yaml', (text) =>
          text
            .replace(/ {2}securityContext:\n(?: {4}.*\n)+/, '')
            .replace('  hostNetwork: true\n', '  hostNetwork: true\n  securityContext:\n    runAsUser: 65532\n'),
        )
        .chmod('scheduler.conf', 0o644),
    ],
    rule: 'key/mode',
    whole: true,
    says: '/etc/kubernetes/scheduler.conf, which contains a secret, is world-readable (mode 0644)',
    steps: [
      'chown 65532 /etc/kubernetes/scheduler.conf',
      'chmod 600 /etc/kubernetes/scheduler.conf',
      'this does not undo a leak: if other users could log in to this node, replace the secret as well',
    ],
  },
  {
    name: 'a wrong group: nothing is renewed',
    nodes: () => [buildNode().issue('controller-manager.conf', { organizations: ['extra'] })],
    rule: 'cert/privilege',
    steps: ['kubeadm init phase kubeconfig controller-manager --config /root/kubeadm-certs.yaml'],
    never: /certs renew/,
  },
];
