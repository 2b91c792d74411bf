import type { Case } from '../harness.ts';
import { named } from '../support/node.ts';

const pki = '/etc/kubernetes/pki';

const unreadable: readonly Case[] = [
  {
    name: 'read without the rights of root',
    unreadable: (path) => /\.key$|\.conf$|^\/etc\/kubernetes\/manifests|config\.yaml$|\.env$|\.pem$/.test(path),
    findings: ['node/readable@node'],
  },
  {
    name: 'one key is not for us',
    unreadable: (path) => path === `${pki}/etcd/ca.key`,
    findings: ['node/readable@cp-1'],
  },
  {
    name: 'the folder of the PKI is not for us',
    unreadable: (path) => path === pki || path.startsWith(`${pki}/`),
    findings: ['node/readable@cp-1'],
  },
];

const facts: readonly Case[] = [
  {
    name: 'the command line may say something else',
    options: { facts: { nodeName: 'cp-1', dnsDomain: 'cluster.local', serviceCidrs: ['10.96.0.0/12'] } },
    findings: [],
  },
  {
    name: 'issuer of tokens and DNS domain may differ',
    change: (node) => node.replaceFlag('kube-apiserver', 'service-account-issuer', 'https://issuer.example.test'),
    findings: [],
  },
  {
    name: 'the kubelet puts its name into small letters',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('hostname-override=cp-1', 'hostname-override=CP-1'),
      ),
    findings: [],
  },
  {
    name: 'the kubelet listens on an address of its own',
    change: (node) =>
      node.edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
        text.replace('--hostname', '--node-ip=192.0.2.10 --hostname'),
      ),
    findings: [],
  },
];

const names: readonly Case[] = [
  {
    name: 'the kubelet has a name with a domain, and a credential without',
    change: named('cp-1.example.test'),
    findings: ['cert/identity@kubelet.conf'],
  },
];

const partial: readonly Case[] = [
  {
    name: 'nothing but the PKI and the manifests',
    change: (node) => node.remove('/var/lib/kubelet'),
    findings: [],
  },
];

const chosen: readonly Case[] = [
  {
    name: 'one rule alone',
    change: (node) => node.remove('pki/sa.pub').chmod('pki/ca.key', 0o644),
    options: { only: ['key/mode-signing'] },
    findings: [`key/mode-signing@${pki}/ca.key`],
  },
  {
    name: 'the rules of a subject alone',
    change: (node) => node.remove('pki/sa.pub').chmod('pki/ca.key', 0o644).chmod('admin.conf', 0o644),
    options: { only: ['key/*'] },
    findings: [`key/mode-signing@${pki}/ca.key`, 'key/mode@/etc/kubernetes/admin.conf'],
  },
  {
    name: 'one role alone',
    change: (node) => node.remove('pki/sa.pub').remove('pki/apiserver.crt'),
    options: { only: ['service-account'] },
    findings: ['service-account/present@service-account'],
  },
  {
    name: 'a rule that is off is off, and what hangs on it stays untold',
    change: (node) => node.remove('pki/apiserver.crt'),
    options: { rules: { 'cert/present': 'off' } },
    findings: [],
  },
];

/** Rules about a node as a whole, about nodes that were seen only in part, and about the user's requests. */
export const nodeCases: readonly Case[] = [...unreadable, ...facts, ...names, ...partial, ...chosen];
