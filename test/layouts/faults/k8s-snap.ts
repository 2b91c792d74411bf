/** Faults of Canonical Kubernetes. Numbers are of canonical/k8s-snap. */
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import { hosts } from '../kits/profiles.ts';
import { error, formerCa, formerCaPem, inKubeconfig, type KitFault, swap } from './fault.ts';

const ended = { notBefore: '2025-11-27T09:00:00Z', notAfter: '2026-11-27T09:00:00Z' };
const pki = '/etc/kubernetes/pki';
const args = (name: string) => `/var/snap/k8s/common/args/${name}`;
const otherKey = privateKeyPem(keyNamed('another cluster'));

export const k8sSnapFaults: readonly KitFault[] = [
  {
    name: 'apiserver.crt of the snap k8s has expired',
    kit: 'k8s snap node',
    change: { certificates: { apiserver: ended } },
    expects: error(/apiserver\.crt/),
    source: 'canonical/k8s-snap#623: k8s refresh-certs was made for this',
  },
  {
    name: 'kubelet.crt of the snap k8s has expired',
    kit: 'k8s snap node',
    change: { certificates: { kubelet: ended } },
    expects: error(/kubelet/),
    source: 'canonical/k8s-snap#623',
  },
  {
    name: 'the credentials of the controller manager of the snap k8s have expired',
    kit: 'k8s snap node',
    change: { certificates: { controller: ended } },
    expects: error(/controller\.conf/),
    source: 'canonical/k8s-snap#637: components fail to communicate if certificates expire',
  },
  {
    name: 'the certificate of etcd of the snap k8s has expired',
    kit: 'k8s snap node',
    change: { certificates: { 'etcd-server': ended } },
    expects: error(/etcd\/server\.crt/),
    source: 'canonical/k8s-snap#1459, #2567: k8s refresh-certs does not renew it',
  },
  {
    name: 'the credential of a worker of the snap k8s has expired',
    kit: 'k8s snap worker',
    change: { certificates: { 'kubelet-client': ended } },
    expects: error(/kubelet\.conf/),
    source: 'canonical/k8s-snap#631: workers are refreshed by themselves, and what they request is approved',
  },
  {
    name: 'the CA of clients of the snap k8s has expired',
    kit: 'k8s snap node',
    change: { certificates: { 'client-ca': ended } },
    expects: error(/client-ca\.crt/),
    source: 'canonical/k8s-snap#1459: rotating a CA is not supported',
  },
  {
    name: 'client-ca.crt of the snap k8s is that of another cluster',
    kit: 'k8s snap node',
    change: { files: { [`${pki}/client-ca.crt`]: formerCaPem } },
    expects: error(/client-ca\.crt|kubernetes-ca/),
    source: 'every component is Unauthorized',
  },
  {
    name: 'the API server of the snap k8s verifies clients by the CA of servers',
    kit: 'k8s snap node',
    change: { flags: { 'kube-apiserver': { 'client-ca-file': `${pki}/ca.crt` } } },
    expects: error(/client-ca-file|ca\.crt/),
    source: 'before clients had a CA of their own it was right',
  },
  {
    name: 'kubelet.conf of the snap k8s embeds the CA of clients',
    kit: 'k8s snap node',
    change: { files: { '/etc/kubernetes/kubelet.conf': inKubeconfig({ certificateAuthority: formerCaPem }) } },
    expects: error(/kubelet\.conf/),
    source: 'x509: certificate signed by unknown authority',
  },
  {
    name: 'apiserver.crt of the snap k8s is of a CA that a user replaced',
    kit: 'k8s snap node',
    change: { certificates: { apiserver: { issuer: formerCa } } },
    expects: error(/apiserver\.crt/),
    source: 'canonical/k8s-snap#1029: certificates of the join configuration were not used',
  },
  {
    name: 'apiserver.crt of the snap k8s lacks the loopback address',
    kit: 'k8s snap node',
    change: {
      certificates: { apiserver: { sans: hosts('kubernetes', 'kubernetes.default.svc', '10.152.183.1', '10.0.1.5') } },
    },
    expects: error(/127\.0\.0\.1/),
    source: 'canonical/k8s-snap#623: --extra-sans; every kubeconfig dials 127.0.0.1:6443',
  },
  {
    name: 'kubelet.crt of the snap k8s has the address of another node',
    kit: 'k8s snap node',
    change: { certificates: { kubelet: { sans: hosts('k8s-1', '127.0.0.1', '10.0.1.77') } } },
    expects: error(/10\.0\.1\.5/),
    source: 'kubelet-certificate-authority is set: logs and exec fail',
  },
  {
    name: 'apiserver.key of the snap k8s is that of another certificate',
    kit: 'k8s snap node',
    change: { files: { [`${pki}/apiserver.key`]: otherKey } },
    expects: error(/apiserver\.(?:crt|key)/),
    source: 'tls: private key does not match public key',
  },
  {
    name: 'everyone can read the key of the CA of clients of the snap k8s',
    kit: 'k8s snap node',
    change: { modes: { [`${pki}/client-ca.key`]: 0o644 } },
    expects: error(/client-ca\.key/),
    source: 'any local user can sign certificates, system:masters among them',
  },
  {
    name: 'a flag of the snap k8s names a file by a variable that leads elsewhere',
    kit: 'k8s snap node with edited arguments',
    change: { flags: { 'kube-apiserver': { 'oidc-ca-file': `\${KEYS}/dex.crt` } } },
    expects: error(/pki\/dex\.crt/),
    source: 'bash replaces the variable of snap-env: open …/dex.crt: no such file or directory',
  },
  {
    name: 'a flag of the snap k8s has an open quote',
    kit: 'k8s snap node',
    change: { files: { [args('kube-scheduler')]: swap(/--profiling="false"/, '--profiling="false --kubecofig=x') } },
    expects: null,
    source:
      'bash: unexpected EOF while looking for matching quote. What the scheduler has is unknown, and nothing is said of it',
  },
  {
    name: 'a flag of the snap k8s is misspelt',
    kit: 'k8s snap node',
    change: { files: { [args('kube-apiserver')]: (text) => `${text}--tls-cert-fle=${pki}/apiserver.crt\n` } },
    expects: error(/tls-cert-fle/),
    source: 'unknown flag: --tls-cert-fle',
  },
  {
    name: 'the worker of the snap k8s has the CA of servers of another cluster',
    kit: 'k8s snap worker',
    change: { files: { [`${pki}/client-ca.crt`]: formerCaPem } },
    expects: error(/client-ca\.crt|kubelet/),
    source: 'the kubelet refuses the client certificate of the API server',
  },
];
