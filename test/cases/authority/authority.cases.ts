import { certificatePem } from '../../support/certificates.ts';
import { type Authority, makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

/** A different CA with the same name, such as `kubeadm init` creates on a second machine. */
const namesake = (commonName: string) => makeAuthority(commonName, { key: keyNamed(`another ${commonName}`) });
const newer = namesake('kubernetes');
const pemOf = (authority: Authority) => certificatePem(authority.certificate);

/** The old and the new CA in the trust file; only the signing CA in a file of its own. */
const rotating = (node: NodeTree, bundle: (old: string) => string) =>
  node
    .edit('pki/ca.crt', bundle)
    .write('pki/signer.crt', pemOf(newer))
    .write('pki/signer.key', privateKeyPem(newer.key))
    .replaceFlag('kube-controller-manager', 'cluster-signing-cert-file', '/etc/kubernetes/pki/signer.crt')
    .replaceFlag('kube-controller-manager', 'cluster-signing-key-file', '/etc/kubernetes/pki/signer.key');

const presence: readonly Case[] = [
  ...(['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'] as const).map(
    (role): Case => ({
      name: `the certificate of ${role} is missing`,
      change: (node) =>
        node.remove(`pki/${{ 'kubernetes-ca': 'ca', 'etcd-ca': 'etcd/ca' }[role as string] ?? role}.crt`),
      findings: [`authority/present@${role}`],
    }),
  ),
  {
    name: 'the CA of a worker is missing',
    node: { worker: true },
    change: (node) => node.remove('pki/ca.crt'),
    findings: ['authority/present@kubernetes-ca'],
  },
  {
    name: 'an external CA: the keys are kept elsewhere',
    node: { externalCa: true },
    findings: ['authority/key@front-proxy-ca', 'authority/key@kubernetes-ca'],
  },
  {
    name: 'the key of the front-proxy CA is kept elsewhere',
    change: (node) => node.remove('pki/front-proxy-ca.key'),
    findings: ['authority/key@front-proxy-ca'],
  },
  {
    name: 'the controller manager is to sign, and the key of the CA is not there',
    change: (node) => node.remove('pki/ca.key'),
    findings: ['argument/file@kube-controller-manager --cluster-signing-key-file'],
  },
];

const pairs: readonly Case[] = [
  {
    name: 'the key of another CA lies beside the cluster CA',
    change: (node) => node.write('pki/ca.key', privateKeyPem(newer.key)),
    findings: ['authority/pair@kubernetes-ca'],
  },
  {
    name: 'the key of another CA lies beside that of etcd, and nothing that runs reads it',
    change: (node) => node.write('pki/etcd/ca.key', privateKeyPem(newer.key)),
    findings: ['authority/stray-key@etcd-ca'],
  },
  {
    name: 'the signing key is in PKCS#8',
    change: (node) => node.edit('pki/ca.key', () => privateKeyPem(node.authority('kubernetes-ca').key, 'pkcs8')),
    findings: [],
  },
];

const identity: readonly Case[] = [
  {
    name: 'the cluster CA was made anew, with its key',
    change: (node) => node.write('pki/ca.crt', pemOf(newer)).write('pki/ca.key', privateKeyPem(newer.key)),
    findings: ['authority/issued@kubernetes-ca'],
  },
  {
    name: 'the certificate of another cluster lies beside the right key',
    change: (node) => node.write('pki/ca.crt', pemOf(newer)),
    findings: ['authority/issued@kubernetes-ca'],
  },
  {
    name: 'the CA of etcd was made again',
    change: (node) => node.issue('etcd-ca', { key: 'P-256' }),
    findings: ['authority/issued@etcd-ca'],
  },
  {
    name: 'the CA of the front proxy was made anew: one certificate tells, and names itself',
    change: (node) => node.issue('front-proxy-ca', { key: 'P-256' }),
    findings: ['cert/issuer@front-proxy-client'],
  },
  {
    name: 'a worker has the CA of another cluster',
    node: { worker: true },
    change: (node) => node.write('pki/ca.crt', pemOf(newer)),
    findings: ['authority/issued@kubernetes-ca'],
  },
  {
    name: 'the CA was renewed with the same name and key',
    change: (node) => node.issue('kubernetes-ca', { notBefore: '2026-11-30', notAfter: '2036-11-30', serial: 7n }),
    findings: [],
  },
  {
    name: 'the CA was renewed with its key and another name, which breaks every chain',
    change: (node) => node.issue('kubernetes-ca', { commonName: 'my-cluster' }),
    findings: ['authority/issued@kubernetes-ca'],
  },
  ...(['P-384', 'RSA-2048'] as const).map(
    (key): Case => ({
      name: `the cluster CA has a key of ${key}`,
      node: { certificates: { 'kubernetes-ca': { key } } },
      findings: [],
    }),
  ),
  {
    name: 'each authority has the name of the page',
    node: {
      certificates: {
        'kubernetes-ca': { commonName: 'kubernetes-ca' },
        'front-proxy-ca': { commonName: 'kubernetes-front-proxy-ca' },
      },
    },
    findings: [],
  },
  {
    name: 'an authority has a name of its own',
    node: { certificates: { 'etcd-ca': { commonName: 'our-etcd' } } },
    findings: ['authority/name@etcd-ca'],
  },
  {
    name: 'an authority has no common name',
    node: { certificates: { 'etcd-ca': { subject: [['O', 'etcd']] } } },
    findings: ['authority/name@etcd-ca'],
  },
];

/** The key identifier of a CA, and that in the certificates which it signed before it was made again. */
const identifiers: readonly Case[] = [
  {
    name: 'two CAs were made again with their keys, and with other key identifiers',
    change: (node) => {
      const subjectKeyId = Buffer.alloc(20, 7);
      // The front proxy's CA signs no server.
      for (const role of ['kubernetes-ca', 'front-proxy-ca'] as const) node.issue(role, { subjectKeyId });
    },
    findings: ['authority/key-identifier@kubernetes-ca'],
  },
  {
    name: 'a CA was made again without a key identifier',
    change: (node) => node.issue('etcd-ca', { subjectKeyId: null }),
    findings: [],
  },
  {
    name: 'the CA that the certificates name is in the same file',
    change: (node) => {
      const before = node.read('pki/etcd/ca.crt');
      node.issue('etcd-ca', { subjectKeyId: Buffer.alloc(20, 7) }).edit('pki/etcd/ca.crt', (text) => text + before);
    },
    findings: [],
  },
];

const rotation: readonly Case[] = [
  {
    name: 'rotation: old CA, then new CA, and every leaf from the old one',
    change: (node) => rotating(node, (old) => old + pemOf(newer)),
    findings: [],
  },
  {
    name: 'rotation: new CA first, and leaves from both',
    change: (node) =>
      rotating(node, (old) => pemOf(newer) + old)
        .issue('scheduler.conf', { issuer: newer })
        .issue('kube-apiserver-kubelet-client', { issuer: newer }),
    // The key is that of the old CA.
    findings: ['authority/order@kubernetes-ca'],
  },
  {
    name: 'rotation: the signer is handed the bundle',
    change: (node) => node.edit('pki/ca.crt', (old) => old + pemOf(newer)),
    findings: ['argument/load@kube-controller-manager --cluster-signing-cert-file'],
  },
  {
    name: 'rotation of the CA of etcd: a bundle of both',
    change: (node) => {
      const other = namesake('etcd-ca');
      return node.edit('pki/etcd/ca.crt', (old) => old + pemOf(other)).issue('kube-etcd-peer', { issuer: other });
    },
    findings: [],
  },
  {
    name: 'rotation is over too early: the old CA is gone, two leaves are left behind',
    change: (node) => {
      node.authorityKeys.set('kubernetes-ca', newer.key);
      const kept = ['admin.conf', 'scheduler.conf'] as const;
      const old = kept.map((file) => [file, node.read(file)] as const);
      node.write('pki/ca.crt', pemOf(newer)).write('pki/ca.key', privateKeyPem(newer.key));
      for (const role of [
        'kube-apiserver',
        'kube-apiserver-kubelet-client',
        'super-admin.conf',
        'controller-manager.conf',
        'kubelet.conf',
      ] as const) {
        node.issue(role);
        if (role.endsWith('.conf')) node.editKubeconfig(role, { certificateAuthority: pemOf(newer) });
      }
      for (const [file, text] of old)
        node.write(file, text).editKubeconfig(file, { certificateAuthority: pemOf(newer) });
    },
    findings: ['cert/issuer@cp-1'],
    members: ['cert/issuer@admin.conf', 'cert/issuer@scheduler.conf'],
  },
];

const abilities: readonly Case[] = [
  {
    name: 'the cluster CA does not say that it is one',
    change: (node) => node.issue('kubernetes-ca', { ca: false }),
    findings: ['authority/may-sign@kubernetes-ca'],
  },
  {
    name: 'the CA of the front proxy has no basic constraints',
    change: (node) => node.issue('front-proxy-ca', { ca: null }),
    findings: ['authority/may-sign@front-proxy-ca'],
  },
  {
    name: 'the key usages of the CA of etcd leave out to sign certificates',
    change: (node) => node.issue('etcd-ca', { keyUsage: ['digitalSignature'] }),
    findings: ['authority/may-sign@etcd-ca'],
  },
  {
    name: 'the cluster CA lists no key usages at all',
    change: (node) => node.issue('kubernetes-ca', { keyUsage: null }),
    findings: [],
  },
  {
    name: 'a root of version 1 says nothing, and Go takes it',
    change: (node) => node.issue('front-proxy-ca', { version: 1 }),
    findings: [],
  },
  {
    name: 'a certificate that signs nothing stands beside the CA',
    change: (node) => node.edit('pki/front-proxy-ca.crt', (own) => own + node.read('pki/apiserver.crt')),
    findings: [],
  },
  {
    name: 'etcd trusts the cluster CA as well',
    change: (node) => node.edit('pki/etcd/ca.crt', (own) => own + node.read('pki/ca.crt')),
    findings: ['authority/distinct@etcd-ca'],
  },
  {
    name: 'one CA for everything',
    node: {
      certificates: {
        'etcd-ca': { commonName: 'kubernetes', key: keyNamed('kubernetes-ca') },
        'front-proxy-ca': { commonName: 'kubernetes', key: keyNamed('kubernetes-ca') },
      },
    },
    findings: [
      'authority/distinct@etcd-ca',
      'authority/distinct@front-proxy-ca',
      'authority/name@etcd-ca',
      'authority/name@front-proxy-ca',
    ],
  },
];

const root = makeAuthority('Example Root');
const oneForFrontProxy = { 'front-proxy-ca': { commonName: 'kubernetes', key: keyNamed('kubernetes-ca') } };

const shared: readonly Case[] = [
  {
    name: 'one CA for clients and the front proxy, and every name is allowed',
    node: { certificates: oneForFrontProxy },
    change: (node) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', ''),
    findings: ['authority/impersonation@front-proxy-ca', 'authority/name@front-proxy-ca'],
  },
  {
    name: 'one CA for clients and the front proxy, every name is allowed, but no header is read',
    node: { certificates: oneForFrontProxy },
    change: (node) =>
      node
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', '')
        .replaceFlag('kube-apiserver', 'requestheader-username-headers', undefined),
    findings: ['authority/distinct@front-proxy-ca', 'authority/name@front-proxy-ca'],
  },
  {
    name: 'the front proxies are verified by the root above the cluster CA, and every name is allowed',
    node: { certificates: { 'kubernetes-ca': { issuer: root } } },
    change: (node) =>
      node
        .edit('pki/front-proxy-ca.crt', (own) => own + pemOf(root))
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', ''),
    findings: ['authority/impersonation@front-proxy-ca'],
  },
  {
    name: 'the argument for the CA of the front proxy names the cluster CA, and every name is allowed',
    change: (node) =>
      node
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', '')
        .replaceFlag('kube-apiserver', 'requestheader-client-ca-file', '/etc/kubernetes/pki/ca.crt'),
    findings: ['argument/target@kube-apiserver --requestheader-client-ca-file', 'authority/overlap@front-proxy-ca'],
  },
  {
    name: 'the front proxy has its certificate from the cluster CA, as in many guides',
    change: (node) =>
      node
        .issue('front-proxy-client', { issuer: 'kubernetes-ca' })
        .remove('pki/front-proxy-ca.crt')
        .remove('pki/front-proxy-ca.key')
        .replaceFlag('kube-apiserver', 'requestheader-allowed-names', '')
        .replaceFlag('kube-apiserver', 'requestheader-client-ca-file', '/etc/kubernetes/pki/ca.crt')
        .replaceFlag('kube-controller-manager', 'requestheader-client-ca-file', '/etc/kubernetes/pki/ca.crt'),
    findings: ['authority/name@front-proxy-ca', 'authority/overlap@front-proxy-ca'],
  },
  {
    name: 'etcd trusts the root above the cluster CA',
    node: { certificates: { 'kubernetes-ca': { issuer: root } } },
    change: (node) => node.edit('pki/etcd/ca.crt', (own) => own + pemOf(root)),
    findings: ['authority/distinct@etcd-ca'],
  },
  {
    name: 'the cluster CA comes from a root that nobody else trusts',
    node: { certificates: { 'kubernetes-ca': { issuer: root } } },
    findings: [],
  },
  {
    name: 'a namesake of the root above the cluster CA',
    node: { certificates: { 'kubernetes-ca': { issuer: root } } },
    change: (node) => node.edit('pki/etcd/ca.crt', (own) => own + pemOf(namesake('Example Root'))),
    findings: [],
  },
];

/** Rules about CAs. */
export const authorityCases: readonly Case[] = [
  ...identifiers,
  ...presence,
  ...pairs,
  ...identity,
  ...rotation,
  ...abilities,
  ...shared,
];
