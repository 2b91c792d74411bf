import type { Changes } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const master: Changes = { commonName: 'ops', organizations: ['system:masters'], key: 'P-256' };

/**
 * A credential that an administrator issued in addition: a changed copy of admin.conf, which itself stays unchanged.
 */
function issued(
  node: NodeTree,
  changes: Changes,
): { readonly conf: string; readonly crt: string; readonly key: string } {
  const own = node.read('admin.conf');
  node.issue('admin.conf', changes);
  const made = {
    conf: node.read('admin.conf'),
    crt: node.certificate('admin.conf'),
    key: privateKeyPem(node.key('admin.conf')),
  };
  node.write('admin.conf', own);
  return made;
}

const pair = (node: NodeTree, changes: Changes) => {
  const { crt, key } = issued(node, changes);
  return node.write('pki/ops.crt', crt, 0o644).write('pki/ops.key', key);
};

const masters: readonly Case[] = [
  {
    name: 'a certificate of a master lies in the PKI directory',
    change: (node) => pair(node, master),
    findings: ['cert/master@/etc/kubernetes/pki/ops.crt', 'file/unused@cp-1'],
  },
  {
    name: 'a kubeconfig of a master lies beside the others',
    change: (node) => node.write('ops.conf', issued(node, master).conf),
    findings: ['cert/master@/etc/kubernetes/ops.conf'],
  },
  {
    name: 'the certificate of a master without its key',
    change: (node) => pair(node, master).remove('pki/ops.key'),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'the certificate of a master that has ended',
    change: (node) => pair(node, { ...master, notAfter: '2026-11-30' }),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'the certificate of a master at the very second of its end',
    change: (node) => pair(node, { ...master, notAfter: '2026-12-01' }),
    findings: ['cert/master@/etc/kubernetes/pki/ops.crt', 'file/unused@cp-1'],
  },
  {
    name: 'the certificate of a server that is no client',
    change: (node) => pair(node, { ...master, usages: ['serverAuth'] }),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'a master of the CA of etcd, where groups count for nothing',
    change: (node) => pair(node, { ...master, issuer: 'etcd-ca' }),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'an administrator of an ordinary group',
    change: (node) => pair(node, { ...master, organizations: ['ops'] }),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'super-admin.conf under another name, and a copy of admin.conf',
    change: (node) => node.move('super-admin.conf', 'break-glass.conf').write('mine.conf', node.read('admin.conf')),
    findings: [],
  },
  {
    name: 'the client of kubelets as 1.28 issued it, kept as a backup',
    node: { release: '1.28' },
    change: (node) => {
      node.write('pki/old/apiserver-kubelet-client.crt', node.read('pki/apiserver-kubelet-client.crt'), 0o644);
      node.write('pki/old/apiserver-kubelet-client.key', node.read('pki/apiserver-kubelet-client.key'));
      node.issue('kube-apiserver-kubelet-client', { key: 'P-256' });
    },
    findings: ['file/unused@cp-1'],
  },
];

const uidOid = '1.3.6.1.4.1.57683.2';
const withUids = (...values: readonly string[]) => ({
  subject: [...values.map((value) => [uidOid, value] as const), ['CN', 'system:kube-scheduler'] as const],
});

const uids: readonly Case[] = [
  {
    name: 'the UID of the scheduler is empty',
    change: (node) => node.issue('scheduler.conf', withUids('')),
    findings: ['cert/uid@scheduler.conf'],
  },
  {
    name: 'the scheduler has two UIDs',
    change: (node) => node.issue('scheduler.conf', withUids('1', '2')),
    findings: ['cert/uid@scheduler.conf'],
  },
  {
    name: 'the scheduler has a UID',
    change: (node) => node.issue('scheduler.conf', withUids('1')),
    findings: [],
  },
  {
    name: 'a UID that is empty, in a release that does not read it',
    node: { release: '1.32' },
    change: (node) => node.issue('scheduler.conf', withUids('')),
    findings: [],
  },
  {
    name: 'a UID that is empty, and is not to be read',
    change: (node) =>
      node
        .issue('scheduler.conf', withUids(''))
        .replaceFlag('kube-apiserver', 'feature-gates', 'AllowParsingUserUIDFromCertAuth=false'),
    findings: [],
  },
];

const keyUsage = ['digitalSignature', 'keyEncipherment', 'keyCertSign'] as const;

const signing: readonly Case[] = [
  {
    name: 'the certificate of the API server is that of a CA',
    change: (node) => node.issue('kube-apiserver', { ca: true, keyUsage }),
    findings: ['cert/signs@kube-apiserver'],
  },
  {
    name: 'the certificate of a kubeconfig is that of a CA, and says nothing of its uses',
    change: (node) => node.issue('scheduler.conf', { ca: true, keyUsage: [] }),
    findings: ['cert/signs@scheduler.conf'],
  },
  {
    name: 'the certificate of the front proxy is of version 1, which no client takes for an intermediate',
    change: (node) => node.issue('front-proxy-client', { version: 1, extensions: [] }),
    findings: ['cert/usage-documented@front-proxy-client'],
  },
  {
    name: 'the certificate of a client of etcd is that of a CA, and may not sign',
    change: (node) => node.issue('kube-etcd-healthcheck-client', { ca: true }),
    findings: ['cert/ca@kube-etcd-healthcheck-client'],
  },
];

/** Rules about credentials that grant too much, or nothing. */
export const privilegeCases: readonly Case[] = [...masters, ...uids, ...signing];
