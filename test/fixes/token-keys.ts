import { alsoVerifiedWith } from '../cases/manifest-edits.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { FixCase } from './fix-case.ts';

const pki = '/etc/kubernetes/pki';
const another = keyNamed('another service account');
const third = keyNamed('third service account');
const p224 = keyNamed('service account on P-224', 'P-224');

const privateOf = (node: NodeTree, key = another) => node.write('pki/sa.key', privateKeyPem(key));
const publicOf = (node: NodeTree, key = another) => node.write('pki/sa.pub', publicKeyPem(key));
const pairOf = (node: NodeTree, key = another) => publicOf(privateOf(node, key), key);

/** Signs tokens with the key of kube-apiserver. */
const signingWithTls = (node: NodeTree) =>
  node
    .replaceFlag('kube-apiserver', 'service-account-signing-key-file', `${pki}/apiserver.key`)
    .replaceFlag('kube-controller-manager', 'service-account-private-key-file', `${pki}/apiserver.key`);

/** The same, and verifies them with that file. */
const oneFileOfTls = (node: NodeTree) =>
  signingWithTls(node).replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/apiserver.key`);

/** kube-controller-manager signs with this file, unlike kube-apiserver. */
const signedByManager = (node: NodeTree, file: string) =>
  node.replaceFlag('kube-controller-manager', 'service-account-private-key-file', `${pki}/${file}`);

/** A copy of what is changed next. */
const kept = (...files: readonly string[]) =>
  `cp -p --backup=numbered ${files.map((file) => `${pki}/${file}`).join(' ')} /root/pki-backup-20261201-0000/`;
const append = `openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' >> ${pki}/sa.pub`;
/** A public half that replaces sa.pub. */
const derived = /-out |pki-lint issue/;

export const tokenKeyFixes: readonly FixCase[] = [
  {
    name: 'sa.key is wrong: another control plane has the key that sa.pub verifies',
    nodes: () => [controlPlane(1), privateOf(controlPlane(2))],
    rule: 'service-account/verified',
    says: 'cp-1 has a different signing key, which this node verifies',
    steps: [`${pki}/sa.key is the wrong one`, kept('sa.key'), `scp root@cp-1:${pki}/sa.key ${pki}/sa.key`],
    never: /openssl|pki-lint/,
  },
  {
    name: 'sa.pub is wrong: another control plane has the same sa.key',
    nodes: () => [controlPlane(1), publicOf(controlPlane(2))],
    rule: 'service-account/verified',
    says: 'cp-1 has the same signing key',
    steps: [`${pki}/sa.pub is the wrong one`, kept('sa.pub'), `scp root@cp-1:${pki}/sa.pub ${pki}/sa.pub`],
    never: /openssl|pki-lint/,
  },
  {
    name: 'nothing tells which half is wrong',
    nodes: () => [publicOf(buildNode())],
    rule: 'service-account/verified',
    steps: ['either file may be the wrong one', kept('sa.pub'), append],
    never: derived,
  },
  {
    name: 'the other control plane cannot tell: its pair is another one',
    nodes: () => [pairOf(controlPlane(1), third), privateOf(controlPlane(2))],
    rule: 'service-account/verified',
    steps: [append],
    never: /openssl pkey.* -out |scp/,
  },
  {
    name: 'the other control plane cannot tell: its halves do not match either',
    nodes: () => [publicOf(controlPlane(1), third), privateOf(controlPlane(2))],
    rule: 'service-account/verified',
    steps: [append],
    never: /scp/,
  },
  {
    name: 'the other control planes do not agree which half is wrong',
    nodes: () => [controlPlane(1), pairOf(controlPlane(2)), privateOf(controlPlane(3))],
    rule: 'service-account/verified',
    steps: [append],
    never: /scp/,
  },
  {
    name: 'the other control plane verifies with its private key, which is not copied',
    nodes: () => [
      controlPlane(1).replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa.key`),
      publicOf(controlPlane(2)),
    ],
    rule: 'service-account/verified',
    steps: [append],
    never: /scp/,
  },
  {
    name: 'a worker cannot tell either',
    nodes: () => [
      privateOf(controlPlane(1)),
      buildNode({ worker: true, controlPlaneEndpoint: 'lb.example.test:6443' }),
    ],
    rule: 'service-account/verified',
    steps: [append],
  },
  {
    name: 'two control planes have a pair each',
    nodes: () => [controlPlane(1), pairOf(controlPlane(2))],
    rule: 'cluster/service-account',
    steps: [
      'first let every API server verify the tokens of all',
      kept('sa.key', 'sa.pub'),
      `ssh -n root@cp-1 openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' >> ${pki}/sa.pub`,
      `openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' | ssh root@cp-1 'cat >> ${pki}/sa.pub'`,
      'restart kube-apiserver',
      'once kube-apiserver of cp-2 is ready again, restart it on cp-1 in the same way, one after the other',
      'then let cp-2 sign with the key of cp-1',
      `scp root@cp-1:${pki}/sa.key ${pki}/sa.key`,
      'restart kube-apiserver',
    ],
    never: derived,
  },
  {
    name: 'one of three control planes has a pair of its own: each of the others gets its public key',
    nodes: () => [controlPlane(1), controlPlane(2), pairOf(controlPlane(3))],
    rule: 'cluster/service-account',
    steps: [
      `ssh -n root@cp-1 openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' >> ${pki}/sa.pub`,
      `openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' | ssh root@cp-1 'cat >> ${pki}/sa.pub'`,
      `openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' | ssh root@cp-2 'cat >> ${pki}/sa.pub'`,
      `scp root@cp-1:${pki}/sa.key ${pki}/sa.key`,
    ],
    never: derived,
  },
  {
    name: 'two control planes use the keys of their servers: these must neither be appended to nor replaced',
    nodes: () => [oneFileOfTls(controlPlane(2)), oneFileOfTls(controlPlane(1))],
    rule: 'cluster/service-account',
    steps: ['give tokens a pair of files of their own', 'let every API server verify with both keys'],
    never: /^(?:ssh|scp|openssl)/,
  },
  {
    name: 'the pair is missing, and another control plane has it',
    nodes: () => [controlPlane(1), controlPlane(2).remove('pki/sa.key').remove('pki/sa.pub')],
    options: { rules: { 'cluster/incomplete': 'off' } },
    rule: 'service-account/present',
    steps: [`scp root@cp-1:${pki}/sa.key ${pki}/sa.key`, `scp root@cp-1:${pki}/sa.pub ${pki}/sa.pub`],
    never: derived,
  },
  {
    name: 'half of the pair is missing, and another control plane has both: what is there is kept',
    nodes: () => [controlPlane(1), controlPlane(2).remove('pki/sa.pub')],
    options: { rules: { 'cluster/incomplete': 'off' } },
    rule: 'service-account/present',
    steps: [
      'mkdir -p /root/pki-backup-20261201-0000',
      `cp --parents --backup=numbered ${pki}/sa.key /root/pki-backup-20261201-0000/`,
      `scp root@cp-1:${pki}/sa.key ${pki}/sa.key`,
      `scp root@cp-1:${pki}/sa.pub ${pki}/sa.pub`,
    ],
    never: derived,
  },
  {
    name: 'sa.pub is missing, and no other control plane was given',
    nodes: () => [buildNode().remove('pki/sa.pub')],
    rule: 'service-account/present',
    steps: ['if only sa.pub is missing, and the sa.key', 'copy sa.key and sa.pub from another control-plane node'],
  },
  {
    name: 'both halves are lost on the only control plane: a new pair, which is said to refuse all tokens',
    nodes: () => [buildNode().remove('pki/sa.pub').remove('pki/sa.key')],
    rule: 'service-account/present',
    whole: true,
    says: `the service account key pair lacks ${pki}/sa.key and ${pki}/sa.pub`,
    steps: [
      'with a new pair every token that the old one signed is refused: restart the pods that use one when kube-apiserver and kube-controller-manager have restarted',
      `make a new key, since no other control-plane node is known, unless a backup has the old one: openssl genrsa -out ${pki}/sa.key 3072`,
      `openssl pkey -in ${pki}/sa.key -pubout -out ${pki}/sa.pub`,
      'kube-apiserver and kube-controller-manager must restart',
    ],
  },
  {
    name: 'both halves are lost where there may be other control planes: theirs is copied',
    nodes: () => [controlPlane(2).remove('pki/sa.pub').remove('pki/sa.key')],
    rule: 'service-account/present',
    whole: true,
    says: `the service account key pair lacks ${pki}/sa.key and ${pki}/sa.pub`,
    steps: [
      'copy sa.key and sa.pub from another control-plane node: all of them share one pair',
      'kube-apiserver and kube-controller-manager must restart',
    ],
  },
  {
    name: 'the same in the end: a new pair if it is nowhere',
    nodes: () => [controlPlane(2).remove('pki/sa.pub').remove('pki/sa.key')],
    rule: 'service-account/present',
    steps: [
      'copy sa.key and sa.pub from another control-plane node',
      'with a new pair every token that the old one signed is refused',
      `only if no other control-plane node and no backup has the pair: make a new one: openssl genrsa -out ${pki}/sa.key 3072`,
      `openssl pkey -in ${pki}/sa.key -pubout -out ${pki}/sa.pub`,
    ],
    never: /^or, if only/,
  },
  {
    name: 'only the private half is lost: tokens that the public half verifies stay valid',
    nodes: () => [buildNode().remove('pki/sa.key')],
    rule: 'service-account/present',
    whole: true,
    says: `the service account key pair lacks ${pki}/sa.key`,
    steps: [
      `${pki}/sa.key is lost: a new key signs from now on, and ${pki}/sa.pub goes on verifying the tokens of the old one`,
      'mkdir -p /root/pki-backup-20261201-0000',
      `cp --parents --backup=numbered ${pki}/sa.pub /root/pki-backup-20261201-0000/`,
      `make a new key, since no other control-plane node is known, unless a backup has the old one: openssl genrsa -out ${pki}/sa.key 3072`,
      append,
      'kube-apiserver and kube-controller-manager must restart',
    ],
  },
  {
    name: 'a pair on P-224 has signed no token, and is replaced',
    nodes: () => [pairOf(buildNode(), p224)],
    rule: 'file/parse',
    steps: [
      'with a new pair every token that the old one signed is refused',
      `make a new key, since no other control-plane node is known, unless a backup has the old one: openssl genrsa -out ${pki}/sa.key 3072`,
      `openssl pkey -in ${pki}/sa.key -pubout -out ${pki}/sa.pub`,
    ],
    never: /goes on verifying|>> /,
  },
  {
    name: 'a key on P-224 that keeps the others from being published is removed',
    nodes: () => [buildNode().edit('pki/sa.pub', (text) => `${publicKeyPem(p224)}${text}${publicKeyPem(p224)}`)],
    rule: 'service-account/published',
    steps: [kept('sa.pub'), `sed -i -e 1,/-----END/d -e 9,/-----END/d ${pki}/sa.pub`],
    never: /openssl/,
  },
  {
    name: 'a key on P-224 in a file of its own: the flag that names it goes',
    nodes: () => [alsoVerifiedWith(buildNode().write('pki/sa-old.pub', publicKeyPem(p224)), `${pki}/sa-old.pub`)],
    rule: 'service-account/published',
    steps: [`remove --service-account-key-file=${pki}/sa-old.pub from kube-apiserver on every control-plane node`],
    never: /sed/,
  },
  {
    name: 'each API server refuses the tokens of the other: both get all audiences',
    nodes: () => [controlPlane(1), controlPlane(2).replaceFlag('kube-apiserver', 'api-audiences', 'api,vault')],
    rule: 'cluster/issuer',
    says: 'kube-apiserver --api-audiences on cp-',
    steps: [
      'set --api-audiences=api,https://kubernetes.default.svc.cluster.local,vault for kube-apiserver on every control-plane node',
    ],
  },
  {
    name: 'tokens are signed with the key of kube-apiserver, and verified with sa.pub',
    nodes: () => [signingWithTls(buildNode())],
    rule: 'service-account/verified',
    says: 'it is the key of a certificate, and changes with every renewal',
    steps: [
      `on every control-plane node, point kube-apiserver --service-account-signing-key-file and kube-controller-manager --service-account-private-key-file at ${pki}/sa.key`,
    ],
    never: /openssl|pki-lint/,
  },
  {
    name: 'kube-controller-manager signs with the key of a CA, and kube-apiserver with sa.key',
    nodes: () => [signedByManager(buildNode(), 'ca.key')],
    rule: 'service-account/verified',
    says: 'it is the key of a certificate',
    steps: [
      `on every control-plane node, point kube-controller-manager --service-account-private-key-file at ${pki}/sa.key`,
    ],
    never: /openssl|pki-lint/,
  },
  {
    name: 'kube-controller-manager signs with a key of which nothing is known, and kube-apiserver with sa.key',
    nodes: () => [signedByManager(buildNode().write('pki/old.key', privateKeyPem(third)), 'old.key')],
    rule: 'service-account/verified',
    says: `those signed with ${pki}/sa.key are`,
    steps: [
      `on every control-plane node, point kube-controller-manager --service-account-private-key-file at ${pki}/sa.key`,
    ],
    never: /openssl|pki-lint/,
  },
  {
    name: 'sa.key is the key of a CA: its public half is not to verify tokens',
    nodes: () => [buildNode().write('pki/sa.key', buildNode().read('pki/ca.key'))],
    rule: 'service-account/verified',
    steps: [`restore the key whose public half is in ${pki}/sa.pub, from another control-plane node or from a backup`],
    never: /openssl|pki-lint/,
  },
  {
    name: 'tokens are signed with sa.key, and verified with the certificate of kube-apiserver',
    nodes: () => [buildNode().replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/apiserver.crt`)],
    rule: 'service-account/verified',
    says: `${pki}/apiserver.crt, which has the key of a certificate`,
    steps: [`on every control-plane node, point kube-apiserver --service-account-key-file at ${pki}/sa.pub`],
    never: /openssl|pki-lint/,
  },
  {
    name: 'kube-apiserver verifies with a certificate and with another key: that one may be right',
    nodes: () => {
      const node = publicOf(buildNode()).write('pki/sa-old.pub', publicKeyPem(third));
      return [
        alsoVerifiedWith(
          node.replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/sa-old.pub`),
          `${pki}/apiserver.crt`,
        ),
      ];
    },
    rule: 'service-account/verified',
    steps: [`openssl pkey -in ${pki}/sa.key -pubout | sed '1s/^/\\n/' >> ${pki}/sa-old.pub`],
  },
  {
    name: 'tokens are signed and verified with the key of kube-apiserver, and sa.key and sa.pub are there',
    nodes: () => [
      signingWithTls(buildNode()).replaceFlag('kube-apiserver', 'service-account-key-file', `${pki}/apiserver.crt`),
    ],
    rule: 'key/shared',
    says: 'the next renewal of the certificate creates a new key, and then every token is refused',
    steps: [
      `tokens get the key of ${pki}/sa.key again`,
      `openssl pkey -in ${pki}/apiserver.key -pubout | sed '1s/^/\\n/' >> ${pki}/sa.pub`,
      `on every control-plane node, point kube-apiserver --service-account-key-file at ${pki}/sa.pub`,
      'then point kube-apiserver --service-account-signing-key-file',
    ],
  },
  {
    name: 'sa.key is a copy of the key of kube-apiserver',
    nodes: () => {
      const node = buildNode();
      return [pairOf(node, node.key('kube-apiserver'))];
    },
    rule: 'key/shared',
    steps: [
      `openssl genrsa -out ${pki}/sa.key.new 3072`,
      `openssl pkey -in ${pki}/sa.key.new -pubout | sed '1s/^/\\n/' >> ${pki}/sa.pub`,
      `mv ${pki}/sa.key.new ${pki}/sa.key`,
    ],
  },
];
