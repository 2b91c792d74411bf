/** The whole first fix of states that once led nowhere, and what no fix may touch. */
import { describe, expect, it } from 'vitest';
import { stepLine } from '../../src/results/fix.ts';
import { deadEnds as ofAuthorities } from '../cases/authority/dead-ends.cases.ts';
import { findingsOf } from '../cases/harness.ts';
import { deadEnds as others } from '../cases/shared/dead-ends.cases.ts';

const pki = '/etc/kubernetes/pki';
const backup = '/root/pki-backup-20261201-0000';
const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const configuration = 'write down what kubeadm has to know about this node';
const about = 'pki-lint runs on the node itself';
const restart = (component: string) =>
  `restart ${component}: crictl ps --name '^${component}$' --label io.kubernetes.pod.namespace=kube-system -q`;
const etcdReady = '{ n=0; until curl -sf -m 5 ';
const ready = (address = '192.0.2.10') =>
  `{ n=0; until kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://${address}:6443 `;
const kubelet = 'systemctl restart kubelet';
const kept = [`mkdir -p ${backup}`, `cp --parents --backup=numbered /etc/kubernetes/kubelet.conf ${backup}/`];
const credential = (name: string) =>
  `kubectl config set-credentials system:node:${name} --client-certificate=${current} --client-key=${current} --kubeconfig /etc/kubernetes/kubelet.conf`;
const several = 'with several etcd members, do this on one node after the other';
const admin = 'copy admin.conf to where kubectl reads it';
const newCa = [
  'every other node needs the new CA too',
  'update the ConfigMap by which nodes join',
  'pods get it in the ConfigMap kube-root-ca.crt',
  'webhooks, APIServices and CRDs need it too',
];
const newCredential = ['{ n=0; until openssl x509 -noout -checkend 0 ', credential('cp-1'), kubelet];
const controllers = [restart('kube-controller-manager'), restart('kube-scheduler')];
const etcdAndServer = [several, restart('etcd'), etcdReady, restart('kube-apiserver'), ready()];
const everything = 'everything on this node that has expired or expires soon: ';

const kubeconfigAgain = (file: string, ...after: readonly string[]) => [
  configuration,
  `mkdir -p ${backup}`,
  `mv --backup=numbered /etc/kubernetes/${file}.conf ${backup}/`,
  `kubeadm init phase kubeconfig ${file} --config /root/kubeadm-certs.yaml`,
  ...after,
];
const lone = (...before: readonly string[]) => [
  about,
  ...before,
  'give etcd a new CA: this node is its only member, so everything that depends on the CA is reissued here, and the data of etcd stays: pki-lint issue --write --replace etcd-ca --yes',
  // Nothing is said of other members.
  ...etcdAndServer.slice(1),
];
const copied = (file: string) =>
  `copy it from cp-1, where it is the CA that signed the certificates of this node: scp -p root@cp-1:${pki}/${file} ${pki}/${file}`;

/** By case and rule: the beginnings of all lines. */
const firstFixes: Readonly<Record<string, readonly [rule: string, lines: readonly string[]]>> = {
  'the kubeconfig of the controller manager names the pair of the CA': [
    'cert/identity',
    kubeconfigAgain('controller-manager', restart('kube-controller-manager')),
  ],
  'the kubeconfig of the scheduler names the pair of the API server': [
    'cert/usage',
    kubeconfigAgain('scheduler', restart('kube-scheduler')),
  ],
  'the kubeconfig of the scheduler names the pair with which the API server is a client of kubelets': [
    'cert/identity',
    kubeconfigAgain('scheduler', restart('kube-scheduler')),
  ],
  'admin.conf names a key of a CA that no flag names': ['cert/issuer', kubeconfigAgain('admin', admin)],
  'kubelet.conf names the pair of the CA': [
    'cert/identity',
    [
      `mkdir -p ${backup}`,
      `mv --backup=numbered /etc/kubernetes/kubelet.conf ${backup}/`,
      'kubeadm init phase kubeconfig kubelet --node-name cp-1 --apiserver-advertise-address 192.0.2.10',
      kubelet,
    ],
  ],
  'all CAs have expired, and all that they signed, and the kubelet keeps its credential in a file': [
    'authority/expired',
    [
      about,
      `mkdir -p ${backup}`,
      `mv --backup=numbered /etc/kubernetes/kubelet.conf ${current} ${backup}/`,
      'pki-lint issue --write --replace kubernetes-ca,etcd-ca,front-proxy-ca --keep-key --renew --yes',
      kubelet,
      ...etcdAndServer,
      ...controllers,
      admin,
      ...newCa,
      ...newCredential,
    ],
  ],
  'one CA has expired, and every certificate of the node': [
    'authority/expired',
    [
      about,
      `${everything}pki-lint issue --write --replace kubernetes-ca --keep-key --renew --yes`,
      kubelet,
      'etcd and kube-apiserver: no restart',
      etcdReady,
      ready(),
      ...controllers,
      admin,
      ...newCa,
      ...newCredential,
    ],
  ],
  'the CA of etcd has expired, and every certificate of the node': [
    'authority/expired',
    [
      about,
      `${everything}pki-lint issue --write --replace etcd-ca --keep-key --renew --yes`,
      kubelet,
      ...etcdAndServer,
      ...controllers,
      admin,
      ...newCredential,
    ],
  ],
  'the directory of etcd is lost on the only control plane': ['node/folder', lone()],
  'the CA of etcd was created again on the only control plane': ['authority/issued', lone()],
  'the CA of etcd and its key are lost on the only control plane': ['authority/present', lone()],
  'the certificate of the CA of etcd is a link to that of the cluster': [
    'authority/issued',
    lone(`mkdir -p ${backup}`, `mv --backup=numbered ${pki}/etcd/ca.crt ${backup}/`),
  ],
  'kubelet.conf names a lost file, and a good credential is there': [
    'kubeconfig/file',
    [...kept, 'kubeadm init phase kubelet-finalize enable-client-cert-rotation', kubelet],
  ],
  'the same on a worker': ['kubeconfig/file', [...kept, credential('worker-1'), kubelet]],
  'kubelet.conf of the only control plane is lost': [
    'kubeconfig/present',
    ['kubeadm init phase kubeconfig kubelet --node-name cp-1 --apiserver-advertise-address 192.0.2.10', kubelet],
  ],
  'the CA of a worker is lost, and the control plane is in the input': [
    'authority/present',
    [copied('ca.crt'), kubelet],
  ],
  'the CA of the front proxy is damaged, and another control plane is in the input': [
    'file/parse',
    [
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered ${pki}/front-proxy-ca.crt ${backup}/`,
      copied('front-proxy-ca.crt'),
      ready('192.0.2.11'),
      'kube-apiserver reads it by itself within a minute',
    ],
  ],
  'the key of the CA is damaged, and another control plane is in the input': [
    'file/parse',
    [
      `mkdir -p ${backup}`,
      `mv --backup=numbered ${pki}/ca.key ${backup}/`,
      `scp -p root@cp-1:${pki}/ca.key ${pki}/ca.key`,
      'kube-apiserver: no restart',
      ready('192.0.2.11'),
      restart('kube-controller-manager'),
    ],
  ],
  'the key of tokens is damaged, and another control plane is in the input': [
    'file/parse',
    [
      `mkdir -p ${backup}`,
      `cp --parents --backup=numbered ${pki}/sa.key ${pki}/sa.pub ${backup}/`,
      `copy the pair from cp-1, which has both halves of it: scp -p root@cp-1:${pki}/sa.key ${pki}/sa.key`,
      `scp -p root@cp-1:${pki}/sa.pub ${pki}/sa.pub`,
      'kube-apiserver and kube-controller-manager must restart',
    ],
  ],
  'two of the manifests are missing': [
    'manifest/missing',
    [
      'kubeadm.yaml is the configuration file that kubeadm init used',
      'if kubeadm.yaml is lost, a running cluster has it too',
      'restore it from where it was moved, or recreate it with the configuration of the cluster',
      'kubeadm init phase control-plane apiserver --config kubeadm.yaml',
      'kubeadm init phase control-plane scheduler --config kubeadm.yaml',
    ],
  ],
};

describe('the first fix leads out', () => {
  it.each(Object.entries(firstFixes))('%s', async (name, [rule, wanted]) => {
    const one = [...ofAuthorities, ...others].find((each) => each.name === name) ?? expect.fail(`no case ${name}`);
    const { findings } = await findingsOf(one);
    const lines = (findings.find((each) => each.rule === rule)?.fix[0] ?? []).map(stepLine);
    // Each line is whole, or what follows its beginning is the same in other fixes.
    expect(lines.map((line) => wanted.find((start) => line.startsWith(start)) ?? line)).toEqual(wanted);
  });

  it('and waits for no API server whose certificates stay expired', async () => {
    const one =
      [...ofAuthorities, ...others].find(({ name }) => name.startsWith('one CA has expired')) ?? expect.fail();
    const { findings } = await findingsOf(one);
    const lines = (findings.find(({ rule }) => rule === 'cert/expired')?.fix ?? []).flat().map(stepLine);
    expect(lines.filter((line) => line.includes('/readyz'))).toEqual([]);
    expect(lines).toContain(
      'kube-apiserver is not ready before everything else that has expired is renewed: continue with the other findings',
    );
  });
});
