/** Clusters whose nodes disagree about a CA, by what is wrong with them. */

import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { type Authority, makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { AuthorityRole, LeafRole } from '../support/roles.ts';

/** A worker by its number. */
const numbered = (index: number, options: NodeOptions = {}): NodeTree =>
  worker({ name: `worker-${index}`, ip: `192.0.2.${100 + index}`, ...options });

const ofOther = (...ids: AuthorityRole[]): NodeOptions => ({
  certificates: Object.fromEntries(ids.map((id) => [id, { key: keyNamed(`other ${id}`) }])),
});

const stranger = makeAuthority('kubernetes', { key: keyNamed('stranger') });

/** A worker that trusts a different CA, with a credential of the right one. */
function trusting(node: NodeTree, { certificate }: Authority): NodeTree {
  const pem = certificatePem(certificate);
  return node.write('pki/ca.crt', pem).editKubeconfig('kubelet.conf', { certificateAuthority: pem });
}

/** A file of two nodes, that of the first one first. */
const both = (one: NodeTree, other: NodeTree, path = 'pki/ca.crt'): string => one.read(path) + other.read(path);

const rebuilt = () => controlPlane(1, ofOther('kubernetes-ca'));

/** A control plane that trusts a second CA, which has signed one of its certificates. */
function rotating(node: NodeTree, path: string, name: string, role: LeafRole): NodeTree {
  const next = makeAuthority(name, { key: keyNamed(`the next ${name}`) });
  return node.issue(role, { issuer: next }).edit(path, (text) => text + certificatePem(next.certificate));
}

/** The signer has a file of its own, as it needs when ca.crt becomes a bundle. */
const signingApart = (node: NodeTree): NodeTree =>
  node
    .write('pki/ca-signing.crt', node.read('pki/ca.crt'))
    .replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', '/etc/kubernetes/pki/ca-signing.crt');

/** A worker in a rotation: it trusts the old CA and the new one, and its credential is of the old one. */
function late(): NodeTree {
  const node = numbered(1);
  const pem = both(rebuilt(), node);
  return node.write('pki/ca.crt', pem).editKubeconfig('kubelet.conf', { certificateAuthority: pem });
}

/** A machine that runs only etcd. */
function etcdNode(index: number, options: NodeOptions = {}): NodeTree {
  const node = buildNode({ name: `etcd-${index}`, ip: `192.0.2.${30 + index}`, ...options });
  const kept = /^\/etc\/kubernetes\/(pki\/etcd\/|manifests\/etcd\.yaml)/;
  for (const [path, entry] of node.entries) if (entry.type === 'file' && !kept.test(path)) node.entries.delete(path);
  return node;
}

const client = (number: 1 | 2): NodeTree =>
  controlPlane(number, { externalEtcd: ['https://192.0.2.31:2379', 'https://192.0.2.32:2379'] });

const newEtcd = ofOther('etcd-ca');

/** A worker to which the PKI folder of a control plane was copied. */
function withPkiOf(other: NodeTree): NodeTree {
  const node = worker();
  for (const [path, entry] of other.entries) if (path.startsWith('/etc/kubernetes/pki/')) node.entries.set(path, entry);
  return node;
}

export const scenarios = {
  'workers trust a foreign CA, and their credentials are those of the cluster': () => [
    controlPlane(1),
    ...[1, 2].map((index) => trusting(numbered(index), stranger)),
  ],
  'workers have a foreign ca.crt, and kubelet.conf is right': () => [
    controlPlane(1),
    ...[1, 2].map((index) => numbered(index).write('pki/ca.crt', certificatePem(stranger.certificate))),
  ],
  'the only control plane was made again, and the workers are of the old cluster': () => [
    rebuilt(),
    numbered(1),
    numbered(2),
  ],
  'a rotation: the control plane trusts both CAs and serves with the new one, the worker trusts the old one': () => [
    signingApart(rebuilt()).write('pki/ca.crt', both(rebuilt(), controlPlane(1))),
    numbered(1),
  ],
  'a rotation: one of three control planes presents the new CA, the others trust the old one': () => [
    controlPlane(1),
    controlPlane(2),
    rotating(signingApart(controlPlane(3)), 'pki/ca.crt', 'kubernetes', 'kube-apiserver-kubelet-client'),
  ],
  'the same, and a flag of the others is not on a line of its own': () => [
    controlPlane(1).edit('manifests/kube-controller-manager.yaml', (text) =>
      text.replace(/- (--cluster-signing-cert-file=.*)/, '- "$1"'),
    ),
    rotating(signingApart(controlPlane(2)), 'pki/ca.crt', 'kubernetes', 'kube-apiserver-kubelet-client'),
  ],
  'a worker dropped the old CA, with which a control plane that trusts both still serves': () => [
    signingApart(controlPlane(1)).write('pki/ca.crt', both(controlPlane(1), rebuilt())),
    numbered(1, ofOther('kubernetes-ca')),
  ],
  'a worker trusts the old CA and one of its own, and the control plane the old and the new one': () => {
    const next = signingApart(rebuilt()).write('pki/ca.crt', both(rebuilt(), controlPlane(1)));
    return [next, numbered(1).edit('pki/ca.crt', (text) => text + certificatePem(stranger.certificate))];
  },
  'a control plane dropped the old CA too early': () => [rebuilt(), late()],
  'the same, and it still has the key of the old CA': () => [
    rebuilt().write('pki/ca-old.key', privateKeyPem(controlPlane(1).authority('kubernetes-ca').key), 0o600),
    late(),
  ],
  'the same, and another control plane trusts both': () => [
    signingApart(rebuilt()),
    signingApart(controlPlane(2, ofOther('kubernetes-ca'))).write('pki/ca.crt', both(rebuilt(), controlPlane(1))),
    late(),
  ],
  'a rotation of the CA of etcd: one member presents the new one': () => [
    controlPlane(1),
    rotating(controlPlane(2), 'pki/etcd/ca.crt', 'etcd-ca', 'kube-etcd-peer'),
  ],
  'a rotation of the front-proxy CA': () => [
    controlPlane(1),
    rotating(controlPlane(2), 'pki/front-proxy-ca.crt', 'front-proxy-ca', 'front-proxy-client'),
  ],
  'two control planes with a CA each': () => [controlPlane(1), controlPlane(2, ofOther('kubernetes-ca'))],
  'two control planes with a CA each, and a worker of each': () => [
    controlPlane(1),
    controlPlane(2, ofOther('kubernetes-ca')),
    numbered(1),
    numbered(2, ofOther('kubernetes-ca')),
  ],
  'two control planes with a CA each, and a worker of the first': () => [
    controlPlane(1),
    controlPlane(2, ofOther('kubernetes-ca')),
    numbered(1),
  ],
  'the same, and the CA of the first is kept elsewhere': () => [
    controlPlane(1).remove('pki/ca.key'),
    controlPlane(2, ofOther('kubernetes-ca')),
    numbered(1),
  ],
  'one of three control planes has a CA of etcd of its own': () => [
    controlPlane(1),
    controlPlane(2),
    controlPlane(3, ofOther('etcd-ca')),
  ],
  'one of three control planes has a front-proxy CA of its own': () => [
    controlPlane(1),
    controlPlane(2),
    controlPlane(3, ofOther('front-proxy-ca')),
  ],
  'the first of three control planes has a CA of its own': () => [rebuilt(), controlPlane(2), controlPlane(3)],
  'one of three control planes serves with the new CA, and the kubeconfigs of the others trust the old one': () => [
    signingApart(controlPlane(1)),
    signingApart(controlPlane(2)),
    rotating(signingApart(controlPlane(3)), 'pki/ca.crt', 'kubernetes', 'kube-apiserver'),
  ],
  'one of three control planes has a front-proxy CA of its own, and the key of the others is kept elsewhere': () => [
    controlPlane(1).remove('pki/front-proxy-ca.key'),
    controlPlane(2).remove('pki/front-proxy-ca.key'),
    controlPlane(3, ofOther('front-proxy-ca')),
  ],
  'two control planes with a front-proxy CA each': () => [controlPlane(1), controlPlane(2, ofOther('front-proxy-ca'))],
  'a control plane is a cluster of its own': () => [
    controlPlane(1),
    controlPlane(2),
    controlPlane(3, ofOther('kubernetes-ca', 'etcd-ca', 'front-proxy-ca')),
  ],
  'a worker is of a CA that neither of two control planes has, which disagree': () => [
    controlPlane(1),
    controlPlane(2, ofOther('kubernetes-ca')),
    trusting(numbered(1), stranger).issue('kubelet.conf', { issuer: stranger }),
  ],
  'both members of an external etcd have a different CA': () => [
    client(1),
    client(2),
    etcdNode(1, newEtcd),
    etcdNode(2, newEtcd),
  ],
  'a worker to which a PKI folder was copied': () => [withPkiOf(controlPlane(1))],
  'a worker to which a PKI folder was copied, and the control plane': () => [
    controlPlane(1),
    withPkiOf(controlPlane(1)).write('admin.conf', controlPlane(1).read('admin.conf')),
  ],
  'a worker to which a PKI folder was copied, and a control plane without the key of the CA': () => [
    controlPlane(1).remove('pki/ca.key'),
    withPkiOf(controlPlane(1)),
  ],
  'a control plane whose manifests were moved away': () => [
    (() => {
      const node = controlPlane(1);
      for (const path of [...node.entries.keys()]) if (/manifests\/.*yaml$/.test(path)) node.entries.delete(path);
      for (const name of ['controller-manager', 'scheduler']) node.remove(`${name}.conf`);
      return node;
    })(),
  ],
} satisfies Readonly<Record<string, () => readonly NodeTree[]>>;
