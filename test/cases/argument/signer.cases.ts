import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const pki = '/etc/kubernetes/pki';
const kinds = ['kubelet-client', 'kubelet-serving', 'kube-apiserver-client', 'legacy-unknown'] as const;
type Kind = (typeof kinds)[number];

const manager = (node: NodeTree, flag: string, value: string | undefined) =>
  node.replaceFlag('kube-controller-manager', flag, value);

/** Gives each of these signers a pair of its own, instead of one for all. */
function signers(node: NodeTree, pairs: Partial<Record<Kind, string>>): NodeTree {
  for (const half of ['cert', 'key']) manager(node, `cluster-signing-${half}-file`, undefined);
  for (const [kind, name] of Object.entries(pairs)) {
    manager(node, `cluster-signing-${kind}-cert-file`, `${pki}/${name}.crt`);
    manager(node, `cluster-signing-${kind}-key-file`, `${pki}/${name}.key`);
  }
  return node;
}

const all = (name = 'ca') => Object.fromEntries(kinds.map((kind) => [kind, name]));

/** A CA that nothing trusts. */
function withStranger(node: NodeTree, name = 'stranger'): NodeTree {
  const { certificate, key } = makeAuthority('stranger');
  return node.write(`pki/${name}.crt`, certificatePem(certificate), 0o644).write(`pki/${name}.key`, privateKeyPem(key));
}

const missing = (rule: 'recommended' | 'required', kind: Kind, half = 'cert') =>
  `argument/${rule}@kube-controller-manager --cluster-signing-${kind}-${half}-file`;

/** A kubelet that requests its serving certificate, and has got one. */
function requesting(node: NodeTree): NodeTree {
  node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}serverTLSBootstrap: true\n`);
  const file = '/var/lib/kubelet/pki/kubelet-server-2026-11-24-14-05-00.pem';
  node.issue('kubelet.conf', { usages: ['serverAuth', 'clientAuth'], sans: ['DNS:cp-1', 'IP:192.0.2.10'] });
  node.write(file, node.certificate('kubelet.conf') + privateKeyPem(node.key('kubelet.conf')));
  return node.link('/var/lib/kubelet/pki/kubelet-server-current.pem', file);
}

const verifying = (node: NodeTree) =>
  node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/ca.crt`);

const halves: readonly Case[] = kinds.flatMap((kind) => [
  {
    name: `the signer ${kind} without its key`,
    change: (node) => manager(signers(node, all()), `cluster-signing-${kind}-key-file`, undefined),
    findings: [missing('required', kind, 'key')],
  },
  {
    name: `the signer ${kind} without its certificate`,
    change: (node) => manager(signers(node, all()), `cluster-signing-${kind}-cert-file`, ''),
    findings: [missing('required', kind)],
  },
  {
    name: `the signer ${kind} with files that do not exist`,
    change: (node) => signers(node, { ...all(), [kind]: 'gone' }),
    findings: ['cert', 'key'].map(
      (half) => `argument/file@kube-controller-manager --cluster-signing-${kind}-${half}-file`,
    ),
  },
  {
    name: `the signer ${kind} with a chain`,
    change: (node) => {
      node.write('pki/chain.crt', node.read('pki/ca.crt') + certificatePem(makeAuthority('root').certificate));
      manager(signers(node, all()), `cluster-signing-${kind}-cert-file`, `${pki}/chain.crt`);
    },
    findings: [`argument/load@kube-controller-manager --cluster-signing-${kind}-cert-file`],
  },
]);

/** The key of the first signer is also that of the authority, which authority/pair judges. */
const mismatched: readonly Case[] = kinds
  .filter((kind) => kind !== 'kubelet-client')
  .map((kind) => ({
    name: `the signer ${kind} with a key of another certificate`,
    change: (node) => {
      withStranger(node).remove('pki/stranger.crt').write('pki/same.crt', node.read('pki/ca.crt'), 0o644);
      signers(node, { ...all(), [kind]: 'same' });
      manager(node, `cluster-signing-${kind}-key-file`, `${pki}/stranger.key`);
    },
    findings: [`argument/pair@kube-controller-manager --cluster-signing-${kind}-cert-file`],
  }));

const unnamed: readonly Case[] = [
  {
    name: 'only kubelets get client certificates',
    change: (node) => signers(node, { 'kubelet-client': 'ca' }),
    findings: [missing('recommended', 'kube-apiserver-client'), missing('recommended', 'kubelet-serving')],
  },
  {
    name: 'no signer for what names no signer, in the last release in which a request could do so',
    node: { release: '1.22' },
    change: (node) => signers(node, { 'kubelet-client': 'ca', 'kubelet-serving': 'ca', 'kube-apiserver-client': 'ca' }),
    options: { facts: { kubernetesVersion: 'v1.21.14' } },
    findings: [missing('recommended', 'legacy-unknown')],
  },
  {
    name: 'kubelets request serving certificates that nothing signs',
    change: (node) =>
      requesting(signers(node, { 'kubelet-client': 'ca', 'kube-apiserver-client': 'ca', 'legacy-unknown': 'ca' })),
    findings: [missing('required', 'kubelet-serving')],
  },
  {
    name: 'kubelets request serving certificates, and each signer has its pair',
    change: (node) => verifying(requesting(signers(node, all()))),
    findings: [],
  },
];

const serving: readonly Case[] = [
  {
    name: 'kube-apiserver does not trust the serving certificates that are signed',
    change: (node) => signers(withStranger(verifying(requesting(node))), { ...all(), 'kubelet-serving': 'stranger' }),
    findings: ['argument/target@kube-controller-manager --cluster-signing-kubelet-serving-cert-file'],
  },
  {
    name: 'kube-apiserver would not trust the serving certificates that are signed, and the kubelet requests none',
    change: (node) => {
      requesting(node).edit('/var/lib/kubelet/config.yaml', (text) =>
        text.replace(
          'serverTLSBootstrap: true',
          ['tlsCertFile', 'tlsPrivateKeyFile']
            .map((key) => `${key}: /var/lib/kubelet/pki/kubelet-server-current.pem`)
            .join('\n'),
        ),
      );
      signers(withStranger(verifying(node)), { ...all(), 'kubelet-serving': 'stranger' });
    },
    findings: ['argument/target-minor@kube-controller-manager --cluster-signing-kubelet-serving-cert-file'],
  },
  {
    name: 'a CA of its own for serving certificates, which kube-apiserver trusts',
    change: (node) => {
      withStranger(node);
      node.write('pki/kubelets.crt', node.read('pki/ca.crt') + node.read('pki/stranger.crt'), 0o644);
      requesting(node).replaceFlag('kube-apiserver', 'kubelet-certificate-authority', `${pki}/kubelets.crt`);
      signers(node, { ...all(), 'kubelet-serving': 'stranger' });
    },
    findings: [],
  },
  {
    name: 'kube-apiserver does not verify kubelets',
    change: (node) => signers(withStranger(requesting(node)), { ...all(), 'kubelet-serving': 'stranger' }),
    findings: [],
  },
];

const rotation: readonly Case[] = [
  {
    name: 'a rotation: the new CA is trusted too, and signs with the old key',
    change: (node) => {
      const { certificate } = makeAuthority('kubernetes');
      node.write('pki/next.crt', certificatePem(certificate), 0o644);
      node.edit('pki/ca.crt', (own) => own + certificatePem(certificate));
      manager(node, 'cluster-signing-cert-file', `${pki}/next.crt`);
    },
    findings: ['argument/pair@kube-controller-manager --cluster-signing-cert-file'],
  },
];

const sharedCa = (node: NodeTree) => {
  node
    .write('pki/front-proxy-ca.crt', node.read('pki/ca.crt'))
    .write('pki/front-proxy-ca.key', node.read('pki/ca.key'));
  return node.issue('front-proxy-client', { issuer: 'kubernetes-ca' });
};
const anyName = (node: NodeTree) => node.replaceFlag('kube-apiserver', 'requestheader-allowed-names', '');

const overlap: readonly Case[] = [
  {
    name: 'one certificate verifies clients and front proxies, and any name is allowed',
    change: (node) => anyName(sharedCa(node)),
    findings: ['authority/name@front-proxy-ca', 'authority/overlap@front-proxy-ca'],
  },
  {
    name: 'the same on the last release that starts with it',
    node: { release: '1.32' },
    change: (node) => anyName(sharedCa(node)),
    options: { facts: { kubernetesVersion: 'v1.34.2' } },
    findings: ['authority/impersonation@front-proxy-ca', 'authority/name@front-proxy-ca'],
  },
  {
    name: 'the same before an upgrade to the first release that does not',
    node: { release: '1.32' },
    change: (node) => anyName(sharedCa(node)),
    options: { facts: { kubernetesVersion: 'v1.34.2' }, targetVersion: 'v1.35.0' },
    findings: [
      'authority/impersonation@front-proxy-ca',
      'authority/name@front-proxy-ca',
      'authority/overlap@front-proxy-ca',
      'upgrade/etcd@etcd',
    ],
  },
  {
    name: 'a different certificate with the same key, which kube-apiserver does not notice',
    change: (node) => {
      sharedCa(node).issue('front-proxy-ca', { key: node.key('kubernetes-ca'), commonName: 'front-proxy-ca' });
      anyName(node.issue('front-proxy-client'));
    },
    findings: ['authority/impersonation@front-proxy-ca'],
  },
];

export const signerCases: readonly Case[] = [...halves, ...mismatched, ...unnamed, ...serving, ...rotation, ...overlap];
