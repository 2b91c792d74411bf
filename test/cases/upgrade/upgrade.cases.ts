import { type CorpusName, corpus } from '../../support/corpus.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../../support/keys.ts';
import type { Release } from '../../support/roles.ts';
import type { Case } from '../harness.ts';
import { between, late, short } from '../support/upgrade.ts';

/** A node that is healthy today and after the upgrade. */
const well = (release: Release, from: string, to: string, findings: readonly string[] = []): Case => ({
  name: `from ${from} to ${to}, and nothing is in the way`,
  node: { release },
  options: between(from, to),
  findings,
});

/** Real nodes, as kubeadm created them. */
const real = (name: CorpusName, targetVersion: string, findings: readonly string[] = []): Case => ({
  name: `${name} to ${targetVersion}, and nothing is in the way`,
  node: () => corpus(name),
  options: { targetVersion },
  findings,
});

const ways: readonly Case[] = [
  real('kubeadm-1.22-default', 'v1.23.17'),
  real('kubeadm-1.32-default', 'v1.33.11'),
  // kubeadm 1.36.2 deploys etcd 3.6.8, from which no member may go to 3.7.
  real('kubeadm-1.36-ha', 'v1.37.0', ['upgrade/etcd@etcd']),
  real('kubeadm-1.22-default', 'v1.25', ['upgrade/path@cp-1']),
  real('kubeadm-1.32-default', 'latest', [
    'upgrade/groups@kube-apiserver-kubelet-client',
    'upgrade/path@cp-1',
    'upgrade/peer-ca@kube-apiserver',
  ]),
  well('1.22', 'v1.22.4', 'v1.23.0'),
  well('1.28', 'v1.28.2', 'v1.28.15'),
  well('1.32', 'v1.32.6', 'v1.33.0'),
  well('1.36', 'v1.36.2', 'v1.37.0'),
  well('1.36', 'v1.36.2', 'v1.36.2'),
  well('1.28', 'v1.28.2', 'v1.29.0', ['upgrade/groups@admin.conf', 'upgrade/groups@kube-apiserver-kubelet-client']),
  well('1.32', 'v1.33.11', 'v1.33.12', ['upgrade/groups@kube-apiserver-kubelet-client']),
  well('1.36', 'v1.35.7', 'v1.36.2', ['upgrade/peer-ca@kube-apiserver']),
  {
    name: 'a minor release is left out',
    node: { release: '1.32' },
    options: between('v1.31.4', 'v1.33.0'),
    findings: ['upgrade/path@cp-1'],
  },
  {
    name: 'an older release is the target: nothing else is judged by it',
    change: (node) => node.issue('front-proxy-client', { sans: null, serial: 5n }),
    options: between('v1.36.2', 'v1.30.0'),
    findings: ['upgrade/downgrade@cp-1'],
  },
  {
    name: 'nobody tells from where',
    node: { worker: true },
    options: { targetVersion: 'v1.37.0' },
    findings: [],
  },
  {
    name: 'API servers are told how to verify each other',
    change: (node) => node.replaceFlag('kube-apiserver', 'peer-ca-file', '/etc/kubernetes/pki/ca.crt'),
    options: between('v1.35.7', 'v1.36.2'),
    findings: [],
  },
];

const frontProxy = '/etc/kubernetes/pki/front-proxy-client.crt';

const refusals: readonly Case[] = [
  {
    name: 'a negative serial number, which the next release refuses',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-client', { serial: -5n }),
    options: between('v1.31.4', 'v1.32.0'),
    findings: [`file/parse@${frontProxy}`],
  },
  {
    name: 'a negative serial number in a kubeconfig, which the next release refuses',
    node: { release: '1.32' },
    change: (node) => node.issue('scheduler.conf', { serial: -5n }),
    options: between('v1.31.4', 'v1.32.0'),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'what fails today is told once',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-client', { serial: -5n }),
    options: between('v1.32.6', 'v1.33.0'),
    findings: [`file/parse@${frontProxy}`],
  },
  {
    name: 'a key of 1000 bits, with which the next release signs no handshake',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-client', { key: short }),
    options: between('v1.32.6', 'v1.33.0'),
    findings: ['cert/key-size@front-proxy-client', 'cert/key-usable@front-proxy-client'],
  },
  {
    name: 'a negative path length, which one of two refuses that may have built the release',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-ca', { pathLength: -1 }),
    options: { facts: { kubernetesVersion: 'v1.33.11' } },
    findings: ['file/parse@/etc/kubernetes/pki/front-proxy-ca.crt'],
  },
];

const flags: readonly Case[] = [
  {
    name: 'a flag that the next release does not know',
    node: { release: '1.28' },
    change: (node) => node.replaceFlag('kube-controller-manager', 'experimental-cluster-signing-duration', '1h'),
    options: between('v1.24.5', 'v1.25.0'),
    findings: ['argument/removed@kube-controller-manager'],
  },
  {
    name: 'flags that kubeadm itself wrote, and writes no more',
    node: { release: '1.22' },
    options: between('v1.22.4', 'v1.24.0'),
    findings: ['upgrade/path@cp-1'],
  },
  {
    name: 'the same flags with another value, which somebody else wrote',
    node: { release: '1.22' },
    change: (node) =>
      node.replaceFlag('kube-controller-manager', 'port', '10252').replaceFlag('kube-scheduler', 'port', '10251'),
    options: between('v1.23.4', 'v1.24.0'),
    findings: ['argument/removed@kube-controller-manager', 'argument/removed@kube-scheduler'],
  },
  {
    name: 'an argument that must be given from the next release on',
    node: { release: '1.22' },
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-issuer', undefined),
    options: between('v1.19.16', 'v1.21.0'),
    findings: ['argument/required@kube-apiserver --service-account-issuer', 'upgrade/path@cp-1'],
  },
];

const autumn = '2027-09-20T00:00:00Z';

const windows: readonly Case[] = [
  {
    name: 'what ends within the time of the upgrade, and is renewed by it but for the kubelet',
    options: late(autumn),
    findings: ['upgrade/outlasted@kubelet.conf', 'upgrade/renewal@cp-1'],
  },
  {
    name: 'the kubelet renews its own',
    node: { rotatedKubelet: true },
    options: late(autumn),
    findings: ['upgrade/renewal@cp-1'],
  },
  {
    name: 'a kubeconfig of the kubelet beside the file that the kubelet renews',
    node: { rotatedKubelet: true },
    change: (node) => {
      const [certificate, key] = [node.certificate('kubelet.conf'), node.key('kubelet.conf')];
      node.issue('kubelet.conf', { notAfter: '2028-11-24' });
      const pem = key.privateKey.export({ type: 'sec1', format: 'pem' }) as string;
      const data = (text: string) => Buffer.from(text).toString('base64');
      node.edit('kubelet.conf', (text) =>
        text
          .replace(
            /client-certificate: .*/,
            `client-certificate-data: ${data(certificate.replace(/-----BEGIN [A-Z ]*PRIVATE[\s\S]*/, ''))}`,
          )
          .replace(/client-key: .*/, `client-key-data: ${data(pem)}`),
      );
    },
    options: late(autumn),
    findings: ['kubelet/embedded@kubelet.conf', 'upgrade/renewal@cp-1'],
  },
  {
    name: 'a longer time than they live',
    options: late('2026-12-01T00:00:00Z', { upgradeWindowDays: 3000 }),
    findings: ['upgrade/renewal@cp-1'],
  },
  {
    name: 'with an external CA the upgrade renews nothing that it signed',
    node: { externalCa: true, rotatedKubelet: true },
    options: late(autumn),
    findings: [
      'authority/key@front-proxy-ca',
      'authority/key@kubernetes-ca',
      'upgrade/outlasted@admin.conf',
      'upgrade/outlasted@controller-manager.conf',
      'upgrade/outlasted@front-proxy-client',
      'upgrade/outlasted@kube-apiserver',
      'upgrade/outlasted@kube-apiserver-kubelet-client',
      'upgrade/outlasted@scheduler.conf',
      'upgrade/outlasted@super-admin.conf',
      'upgrade/renewal@cp-1',
    ],
  },
  {
    name: 'before 1.31 kubeadm leaves the certificates of etcd alone while etcd.yaml stays as it is',
    node: { release: '1.28', rotatedKubelet: true },
    options: between('v1.27.16', 'v1.28.15', { at: new Date(autumn) }),
    findings: [
      'upgrade/outlasted@kube-etcd',
      'upgrade/outlasted@kube-etcd-healthcheck-client',
      'upgrade/outlasted@kube-etcd-peer',
      'upgrade/renewal@cp-1',
    ],
  },
  {
    name: 'from 1.31 on a new kube-apiserver.yaml suffices to renew them',
    node: { release: '1.32', rotatedKubelet: true },
    options: between('v1.30.11', 'v1.31.14', { at: new Date(autumn) }),
    findings: ['upgrade/renewal@cp-1'],
  },
  {
    name: 'an upgrade to the same release renews the kubeconfigs of administrators only',
    node: { rotatedKubelet: true },
    options: between('v1.36.2', 'v1.36.2', { at: new Date(autumn) }),
    findings: [
      'upgrade/outlasted@controller-manager.conf',
      'upgrade/outlasted@front-proxy-client',
      'upgrade/outlasted@kube-apiserver',
      'upgrade/outlasted@kube-apiserver-etcd-client',
      'upgrade/outlasted@kube-apiserver-kubelet-client',
      'upgrade/outlasted@kube-etcd',
      'upgrade/outlasted@kube-etcd-healthcheck-client',
      'upgrade/outlasted@kube-etcd-peer',
      'upgrade/outlasted@scheduler.conf',
      'upgrade/renewal@cp-1',
    ],
  },
];

export const upgradeCases: readonly Case[] = [...ways, ...refusals, ...flags, ...windows];

/** What the next release refuses, or what ends before the upgrade. */
export const refusedLater: readonly Case[] = [
  {
    name: 'signed by a key of 1000 bits, which the next release refuses',
    node: { release: '1.32' },
    change: (node) => node.issue('front-proxy-ca', { key: short }).issue('front-proxy-client'),
    options: between('v1.32.6', 'v1.33.0'),
    findings: ['authority/key-size@front-proxy-ca', 'authority/key-usable@front-proxy-ca'],
  },
  {
    name: 'an authority ends within the time of the upgrade',
    node: { certificates: { 'front-proxy-ca': { notBefore: '2020-01-01', notAfter: '2027-02-15' } } },
    options: late('2026-12-01T00:00:00Z'),
    findings: ['authority/outlived@front-proxy-ca', 'upgrade/authority@front-proxy-ca'],
  },
  {
    name: 'tokens are signed with RSA-768, which the next release refuses',
    node: { release: '1.32' },
    change: (node) => {
      const key = keyNamed('service-account', 'RSA-768');
      node.write('pki/sa.key', privateKeyPem(key)).write('pki/sa.pub', publicKeyPem(key));
    },
    options: between('v1.32.12', 'v1.33.0'),
    findings: ['service-account/key-size@service-account', 'service-account/key-usable@service-account'],
  },
];
