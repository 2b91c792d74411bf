/** Kits that are variations of others: less of a node, traces of something older, commands that hide their programs. */
import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { hardWayServer } from './hard-way.ts';
import { homeMadeControlPlane, homeMadeWithTwoCas } from './home-made.ts';
import type { Kit } from './kit.ts';
import { kubeaszMaster } from './kubeasz.ts';

const unit = (name: string) => `/etc/systemd/system/${name}.service`;

/** A host with only etcd, by kubeasz. */
export const kubeaszEtcd: Kit = (changes = {}) => {
  const tree = kubeaszMaster(changes, 2);
  const own = /^\/etc\/kubernetes\/ssl\/(?:ca|etcd(?:-key)?)\.pem$|\/etcd\.service$|^\/etc\/hostname$/;
  for (const [path, { type }] of [...tree.entries]) if (type === 'file' && !own.test(path)) tree.remove(path);
  return tree.directory('/var/lib/etcd', 0o700);
};

export const kubeaszNamedEtcd: Kit = (changes) =>
  kubeaszEtcd(changes).edit(unit('etcd'), (text) => text.replace('/opt/kube/bin/etcd', '$&-v3.6.1'));

/** What `kubeadm reset` leaves, long expired, on a machine that was set up again. */
const leftovers = () => buildNode({ certificates: { 'kube-apiserver': { notAfter: '2026-11-25T00:00:00Z' } } });

function withLeftovers(tree: NodeTree): NodeTree {
  for (const [path, entry] of leftovers().entries) {
    if (entry.type === 'file' && /^\/etc\/kubernetes\/(?:pki\/|admin\.conf)/.test(path)) tree.entries.set(path, entry);
  }
  return tree.directory('/etc/kubernetes/pki').directory('/etc/kubernetes/pki/etcd');
}

export const hardWayOverKubeadm: Kit = (changes) => withLeftovers(hardWayServer(changes));

/** A control plane of kubeadm with what is left of an older cluster of units. */
export const kubeadmOverHardWay: Kit = () => {
  const [node, old] = [buildNode(), hardWayServer()];
  for (const [path, entry] of old.entries) if (path.startsWith('/var/lib/kubernetes/')) node.entries.set(path, entry);
  return node.directory('/var/lib/kubernetes');
};

/** Programs with releases in their names, behind a shell, and behind other programs. */
export const homeMadeWrapped: Kit = (changes) =>
  homeMadeControlPlane(changes)
    .edit(unit('kube-apiserver'), (text) =>
      text.replace(/^ExecStart=.*$/m, "ExecStart=/bin/bash -c 'exec /data/k8s/bin/kube-apiserver-v1.33.2 $API $STORE'"),
    )
    .edit(unit('kube-scheduler'), (text) => text.replace('bin/kube-scheduler', 'bin/hyperkube kube-scheduler'))
    .edit(unit('kubelet'), (text) =>
      text.replace('ExecStart=/data', 'ExecStart=/usr/bin/nice -n -5 /usr/bin/env LANG=C /data'),
    )
    .edit(unit('etcd'), (text) =>
      text.replace('ExecStart=/data/etcd/bin/etcd ', 'ExecStart=-!/data/etcd/bin/etcd-3.6 '),
    );

/** The CA of members of etcd where clients have another, with its key. */
const peerCa = makeAuthority('Acme Peer Root');

const withPeerCa =
  (make: Kit): Kit =>
  (changes = {}) =>
    make({
      ...changes,
      certificates: {
        ...changes.certificates,
        'store-peer': { issuer: peerCa, ...changes.certificates?.['store-peer'] },
      },
      files: {
        '/data/etcd/tls/peer-ca.crt': certificatePem(peerCa.certificate),
        '/data/etcd/tls/peer-ca.key': privateKeyPem(peerCa.key),
        '/data/etcd/conf/etcd.yaml': (text) =>
          text.replace(/(peer-transport-security:.*trusted-ca-file: \S+)ca\.crt/s, '$1peer-ca.crt'),
        ...changes.files,
      },
    });

export const homeMadeWithPeerCa = withPeerCa(homeMadeControlPlane);
export const homeMadeWithThreeCas = withPeerCa(homeMadeWithTwoCas);
