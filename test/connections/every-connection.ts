/** A healthy node on which every connection of the table exists, verifies both ends, and succeeds. */
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { type Changes, certify, kubeadmProfile, makeAuthority } from '../support/issue.ts';
import { type Key, keyNamed, privateKeyPem } from '../support/keys.ts';
import { kubeconfig } from '../support/manifests.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Role, Site } from '../support/roles.ts';

export const pki = '/etc/kubernetes/pki';
const servingPath = '/var/lib/kubelet/pki/kubelet-server-current.pem';

const site: Site = {
  name: 'cp-1',
  ip: '192.0.2.10',
  release: '1.36',
  serviceCidr: '10.96.0.0/12',
  serviceIp: '10.96.0.1',
  dnsDomain: 'cluster.local',
};

/** A CA that belongs to no cluster, and its certificate in PEM. */
export const stranger = makeAuthority('stranger');
export const strangerPem = certificatePem(stranger.certificate);

/**
 * Roles, and two certificates that no documented table lists: the kubelet's serving certificate and kube-proxy.conf.
 */
export type Part = Role | 'kubelet-server' | 'kube-proxy.conf';

function signed(node: NodeTree, like: Role, changes: Changes, key: Key): string {
  const issuer = typeof changes.issuer === 'object' ? changes.issuer : node.authority('kubernetes-ca');
  return certificatePem(certify(kubeadmProfile(like, site), changes, key, issuer));
}

function keyOf(part: string, { key, writeKey }: Changes): readonly [certified: Key, written: Key] {
  const usual = keyNamed(part);
  const certified = typeof key === 'object' ? key : usual;
  return [certified, writeKey === false ? usual : certified];
}

function writeServing(node: NodeTree, changes: Changes): NodeTree {
  const [certified, written] = keyOf('kubelet-server', changes);
  const own: Changes = {
    commonName: 'system:node:cp-1',
    organizations: ['system:nodes'],
    sans: ['DNS:cp-1', 'IP:192.0.2.10'],
  };
  const pem = signed(node, 'kube-apiserver', { ...own, ...changes }, certified);
  return node.write(servingPath, pem + privateKeyPem(written), 0o600);
}

function writeKubeProxy(node: NodeTree, changes: Changes): NodeTree {
  const [certified, written] = keyOf('kube-proxy.conf', changes);
  const certificate = signed(node, 'scheduler.conf', { commonName: 'system:kube-proxy', ...changes }, certified);
  const text = kubeconfig({
    server: 'https://192.0.2.10:6443',
    user: 'system:kube-proxy',
    certificateAuthority: node.read('pki/ca.crt'),
    credential: { certificate, key: privateKeyPem(written) },
    release: '1.36',
  });
  return node.write('kube-proxy.conf', text, 0o600);
}

/** Reissues a certificate with changes. */
export function issue(node: NodeTree, part: Part, changes: Changes = {}): NodeTree {
  if (part === 'kubelet-server') return writeServing(node, changes);
  return part === 'kube-proxy.conf' ? writeKubeProxy(node, changes) : node.issue(part, changes);
}

export function everyConnection(): NodeTree {
  const node = buildNode()
    .replaceFlag('etcd', 'initial-cluster', 'cp-1=https://192.0.2.10:2380,cp-2=https://192.0.2.11:2380')
    .replaceFlag('kube-apiserver', 'peer-ca-file', `${pki}/ca.crt`)
    .replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/ca.crt`);
  node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}serverTLSBootstrap: true\n`);
  return issue(issue(node, 'kubelet-server'), 'kube-proxy.conf');
}

/** Adds the unrelated CA's certificate where every component can read it. */
export function withStranger(node: NodeTree): NodeTree {
  return node.write('pki/stranger.crt', strangerPem).write('pki/etcd/stranger.crt', strangerPem);
}
