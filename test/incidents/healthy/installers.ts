import { mount, repath, setFlags } from '../../cases/manifest-edits.ts';
import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { controlPlane } from '../../support/cluster.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Shape } from './shape.ts';

const pki = '/etc/kubernetes/pki';
const pods = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(
  (name) => `manifests/${name}.yaml`,
);

/** kubespray: certificates in /etc/kubernetes/ssl, where the usual folder leads too, and a proxy on each node. */
function kubespray(): NodeTree {
  const node = buildNode({ name: 'node1' });
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  node.issue('kube-apiserver', {
    sans: [...names, 'node1', 'localhost', 'lb-apiserver.kubernetes.local']
      .map((name) => `DNS:${name}`)
      .concat(['IP:10.96.0.1', 'IP:192.0.2.10', 'IP:127.0.0.1']),
  });
  node.move('pki', '/etc/kubernetes/ssl').link('/etc/kubernetes/pki', '/etc/kubernetes/ssl');
  repath(
    node,
    [...pods.filter((path) => node.read(path).includes(pki)), '/var/lib/kubelet/config.yaml'],
    pki,
    '/etc/kubernetes/ssl',
  );
  for (const name of ['admin', 'super-admin'])
    node.editKubeconfig(`${name}.conf`, { server: 'https://127.0.0.1:6443' });
  return node;
}

/** A worker of kubespray: the kubelet dials a static pod that forwards to the control planes. */
function nginxProxy(node: NodeTree): void {
  const volume = '  volumes:\n  - hostPath:\n      path: /etc/nginx\n    name: etc-nginx\n';
  const container =
    '  - name: nginx-proxy\n    image: docker.io/library/nginx:1.28.0-alpine\n    volumeMounts:\n    - mountPath: /etc/nginx\n      name: etc-nginx\n      readOnly: true\n';
  node.write(
    'manifests/nginx-proxy.yml',
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx-proxy\n  namespace: kube-system\nspec:\n  hostNetwork: true\n  containers:\n${container}${volume}`,
    0o640,
  );
  node.editKubeconfig('kubelet.conf', { server: 'https://localhost:6443' });
}

/** What `openssl x509 -text` prints before the certificate. */
const printed = (pem: string) =>
  `Certificate:\n    Data:\n        Version: 3 (0x2)\n        Signature Algorithm: ecdsa-with-SHA256\n${pem}`;

/** The block that `openssl ecparam -genkey` writes before a key of P-256. */
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

const events = 'https://192.0.2.10:4002';

/** Nodes of other installers, and files as other tools write them. */
export const installers: readonly Shape[] = [
  {
    id: 'kubespray',
    runs: 'kubespray: /etc/kubernetes/pki is a link to /etc/kubernetes/ssl, and administrators dial 127.0.0.1',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/7104',
    node: kubespray,
  },
  {
    id: 'kubespray-worker',
    runs: 'workers of kubespray, whose kubelets dial a proxy on the same node',
    source: 'https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/ha-mode.md',
    node: { worker: true },
    change: nginxProxy,
  },
  {
    id: 'events-in-etcd-of-their-own',
    runs: 'kops and large clusters, which keep events in a second etcd',
    source: 'https://github.com/kopeio/etcd-manager/issues/305',
    change: (node) => node.replaceFlag('kube-apiserver', 'etcd-servers-overrides', `/events#${events}`),
  },
  {
    id: 'every-member-dialled',
    runs: 'API servers that dial every member of etcd, and members that say "existing"',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/',
    node: () => {
      const node = controlPlane(3).replaceFlag('etcd', 'initial-cluster-state', 'existing');
      return node.replaceFlag(
        'kube-apiserver',
        'etcd-servers',
        [1, 2, 3].map((index) => `https://192.0.2.${9 + index}:2379`).join(),
      );
    },
    beside: () => [controlPlane(1), controlPlane(2)],
  },
  {
    id: 'public-name',
    runs: 'API servers that show a public certificate to users who dial a public name, and only to them',
    source: 'https://github.com/k0sproject/k0s/issues/6570',
    change: (node) => {
      const publicCa = makeAuthority('a public CA');
      const key = keyNamed('the public pair');
      const { certificate } = makeAuthority(
        'api.example.com',
        { key, ca: false, usages: ['serverAuth'], sans: ['DNS:api.example.com'] },
        publicCa,
      );
      node.write(
        '/etc/letsencrypt/live/api.example.com/fullchain.pem',
        certificatePem(certificate, publicCa.certificate),
        0o644,
      );
      node.write('/etc/letsencrypt/live/api.example.com/privkey.pem', privateKeyPem(key), 0o600);
      const folder = '/etc/letsencrypt/live/api.example.com';
      node.replaceFlag('kube-apiserver', 'tls-sni-cert-key', `${folder}/fullchain.pem,${folder}/privkey.pem`);
      mount(node, 'kube-apiserver', '/etc/letsencrypt');
    },
  },
  {
    id: 'printed-certificates',
    runs: 'certificates that openssl or EasyRSA wrote, with the printed fields before them',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/certificates/',
    change: (node) => {
      for (const path of ['pki/apiserver.crt', 'pki/front-proxy-client.crt', 'pki/etcd/server.crt'])
        node.edit(path, printed);
    },
  },
  {
    id: 'openssl-keys',
    runs: 'keys that openssl made: in PKCS#8, or with a block of parameters before them',
    source: 'https://kubernetes.io/docs/tasks/administer-cluster/certificates/#openssl',
    change: (node) => {
      node.write('pki/apiserver.key', privateKeyPem(node.key('kube-apiserver'), 'pkcs8'));
      node.write('pki/etcd/server.key', privateKeyPem(node.key('kube-etcd'), 'pkcs8'));
      node.edit('pki/front-proxy-client.key', (text) => parameters + text);
    },
  },
  {
    id: 'certificates-as-token-keys',
    runs: 'Kubernetes the hard way, which verifies tokens with a certificate',
    source: 'https://github.com/kelseyhightower/kubernetes-the-hard-way/issues/626',
    change: (node) => {
      const key = keyNamed('hard way tokens');
      const { certificate } = makeAuthority('service-accounts', { key, ca: false }, node.authority('kubernetes-ca'));
      node.write('pki/service-account.pem', certificatePem(certificate), 0o644);
      node.write('pki/sa.key', privateKeyPem(key)).remove('pki/sa.pub');
      setFlags(node, 'kube-apiserver', { 'service-account-key-file': `${pki}/service-account.pem` });
    },
  },
];
