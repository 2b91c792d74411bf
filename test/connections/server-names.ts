/** Which certificate kube-apiserver serves to which client, and what it needs before it can serve any. */
import { certificatePem } from '../support/certificates.ts';
import { certify, makeAuthority, presentProfile } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { Break } from './breaking.ts';
import { all, apiServer, healthy } from './edits.ts';
import { issue, pki, stranger, strangerPem } from './every-connection.ts';
import { kubeconfigs, rowOf } from './transport.ts';

const toApiServer = [...kubeconfigs.map(rowOf), 'pods-kube-apiserver', 'kube-apiserver-peer'];
/** Those of an API server that does not start. */
const allOfApiServer = [
  ...toApiServer,
  'kube-apiserver-etcd',
  'kube-apiserver-kubelet',
  'aggregator-extension',
  'signed-kube-apiserver',
];
const byAddress = [...kubeconfigs.map(rowOf), 'pods-kube-apiserver https://10.96.0.1:443'];
const byName = ['pods-kube-apiserver https://kubernetes.default.svc:443', 'kube-apiserver-peer'];

/** A certificate from a different CA for some names. `given` is appended to the flag to list names explicitly. */
const named = (names: readonly `${'DNS' | 'IP'}:${string}`[], given = '') =>
  all(apiServer('tls-sni-cert-key', `${pki}/named.crt,${pki}/named.key${given}`), (node) => {
    const key = keyNamed('certificate by name');
    const profile = presentProfile(node.certificate('kube-apiserver'));
    const der = certify(profile, { sans: names, commonName: 'public.test' }, key, makeAuthority('stranger'));
    node.write('pki/named.crt', certificatePem(der)).write('pki/named.key', privateKeyPem(key), 0o600);
  });
const unknownAuthority = 'x509: certificate signed by unknown authority';

const serverNames: readonly Break[] = [
  healthy('a certificate for a name that nobody dials', named(['DNS:public.test'])),
  healthy('a certificate with the address that all dial, which clients do not name', named(['IP:192.0.2.10'])),
  {
    name: 'a certificate that is given for the address that all dial',
    change: named(['IP:192.0.2.10', 'IP:10.96.0.1'], ':192.0.2.10'),
    fails: byAddress,
    reason: unknownAuthority,
    cause: 'connection/server-trust@kubelet → kube-apiserver',
  },
  {
    name: 'a certificate with the name of the service',
    change: named(['DNS:kubernetes.default.svc']),
    fails: byName,
    reason: unknownAuthority,
    cause: 'connection/server-trust@pods → kube-apiserver',
  },
  {
    name: 'a certificate that is given for names like that of the service',
    change: named(['DNS:kubernetes.default.svc'], ':*.default.svc'),
    fails: byName,
    reason: unknownAuthority,
    cause: 'connection/server-trust@pods → kube-apiserver',
  },
  healthy('a certificate with the name of the service that is given for another', (node) =>
    named(['DNS:kubernetes.default.svc'], ':public.test')(node),
  ),
  healthy('whoever dials the name of that certificate, and trusts who signed it', (node) => {
    named(['DNS:public.test'])(node);
    node.editKubeconfig('admin.conf', { server: 'https://public.test:6443', certificateAuthority: strangerPem });
  }),
  {
    name: 'whoever dials the name of that certificate, and trusts the CA of the cluster',
    change: (node) => {
      named(['DNS:public.test'])(node);
      node.editKubeconfig('admin.conf', { server: 'https://public.test:6443' });
    },
    fails: ['admin-kube-apiserver'],
    reason: unknownAuthority,
    cause: 'connection/server-trust@kubectl with admin.conf → kube-apiserver',
  },
  {
    name: 'a certificate by name that does not exist: kube-apiserver does not start',
    change: (node) => named(['DNS:public.test'])(node) ?? node.remove('pki/named.crt'),
    fails: allOfApiServer,
    reason: '',
    cause: 'argument/file@kube-apiserver --tls-sni-cert-key',
  },
  {
    name: 'no certificate at all: kube-apiserver makes one',
    change: all(apiServer('tls-cert-file', undefined), apiServer('tls-private-key-file', undefined)),
    fails: toApiServer,
    reason: 'x509: certificate signed by unknown authority (no --tls-cert-file)',
    cause: 'argument/required@cp-1',
  },
];

const others: readonly Break[] = [
  healthy('kube-apiserver that does not verify kubelets', (node) => {
    apiServer('kubelet-certificate-authority', undefined)(node);
    issue(node, 'kubelet-server', { sans: null, issuer: stranger });
  }),
  {
    name: 'a kubelet whose certificate has expired, and that kube-apiserver does not verify',
    change: (node) => {
      apiServer('kubelet-certificate-authority', undefined)(node);
      issue(node, 'kubelet-server', { notAfter: '2026-11-30' });
    },
    fails: ['kube-apiserver-kubelet'],
    reason: 'remote error: tls: internal error',
    cause: 'kubelet/not-serving@kubelet',
  },
  healthy('pods get the CA of controller-manager.conf', (node) =>
    node.replaceFlag('kube-controller-manager', 'root-ca-file', undefined),
  ),
  {
    name: 'a client CA that does not exist: kube-apiserver does not start',
    change: apiServer('client-ca-file', `${pki}/absent.crt`),
    fails: allOfApiServer,
    reason: '',
    cause: 'argument/file@kube-apiserver --client-ca-file',
  },
];

export const serverBreaks: readonly Break[] = [...serverNames, ...others];
