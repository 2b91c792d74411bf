import { buildNode } from '../../support/build-node.ts';
import { certificatePem } from '../../support/certificates.ts';
import { corpus } from '../../support/corpus.ts';
import { expiredCopy } from '../../support/expired-copy.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { credential } from '../support/kubeconfigs.ts';

/** Replaces or removes the line of a field. */
const field = (file: string, name: string, text: string | undefined) => (node: NodeTree) =>
  node.edit(file, (all) =>
    all.replace(new RegExp(`^( +${name}:).*\n`, 'm'), (_, start: string) =>
      text === undefined ? '' : `${start} ${text}\n`,
    ),
  );

const base64 = (text: string) => Buffer.from(text).toString('base64');
const stranger = () => certificatePem(makeAuthority('kubernetes').certificate);

const unusable: readonly Case[] = [
  {
    name: 'the kubeconfig of kube-scheduler is missing',
    change: (node) => node.remove('scheduler.conf'),
    findings: ['kubeconfig/present@scheduler.conf'],
  },
  {
    name: 'kubelet.conf is missing',
    change: (node) => node.remove('kubelet.conf'),
    findings: ['kubeconfig/present@kubelet.conf'],
  },
  {
    name: 'admin.conf is missing',
    change: (node) => node.remove('admin.conf'),
    findings: ['kubeconfig/present-admin@admin.conf'],
  },
  {
    name: 'super-admin.conf was taken to a safe place',
    change: (node) => node.remove('super-admin.conf'),
    findings: [],
  },
  {
    name: 'a current context that does not exist',
    change: (node) =>
      node.edit('admin.conf', (text) => text.replace(/^current-context: .*$/m, 'current-context: prod')),
    findings: ['kubeconfig/context@admin.conf'],
  },
  {
    name: 'no current context',
    change: (node) => node.edit('scheduler.conf', (text) => text.replace(/^current-context: .*\n/m, '')),
    findings: ['kubeconfig/context@scheduler.conf'],
  },
  {
    name: 'a context whose cluster has another name',
    change: (node) =>
      node.edit('controller-manager.conf', (text) => text.replace('cluster: kubernetes', 'cluster: old')),
    findings: ['kubeconfig/context@controller-manager.conf'],
  },
  {
    name: 'two users of one name',
    change: (node) =>
      node.edit('admin.conf', (text) => text.replace(/^- name: kubernetes-admin\n/m, `$&  user: {}\n$&`)),
    findings: ['kubeconfig/context@admin.conf'],
  },
  {
    name: 'no credential',
    change: credential('scheduler.conf', 'as: nobody'),
    findings: ['kubeconfig/credential@scheduler.conf'],
  },
  {
    name: 'a certificate without its key',
    change: field('scheduler.conf', 'client-key-data', undefined),
    findings: ['cert/key@scheduler.conf'],
  },
  {
    name: 'a key without its certificate',
    change: field('scheduler.conf', 'client-certificate-data', undefined),
    findings: ['kubeconfig/credential@scheduler.conf'],
  },
  {
    name: 'a certificate in base64 that is none',
    change: field('admin.conf', 'client-certificate-data', 'LS0tLS1CRUdJTi*'),
    findings: ['kubeconfig/data@admin.conf'],
  },
  {
    name: 'a certificate that was encoded twice',
    change: (node) => node.editKubeconfig('admin.conf', { clientCertificate: base64(node.certificate('admin.conf')) }),
    findings: ['kubeconfig/data@admin.conf'],
  },
  {
    name: 'a key in base64 that is cut',
    change: (node) => node.edit('scheduler.conf', (text) => text.replace(/^( +client-key-data: .{101}).*$/m, '$1')),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'a key that is no PEM',
    change: (node) => node.editKubeconfig('scheduler.conf', { clientKey: 'hello' }),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'a CA in base64 that is none',
    change: field('scheduler.conf', 'certificate-authority-data', '"%%%"'),
    findings: ['kubeconfig/data@scheduler.conf'],
  },
  {
    name: 'a CA that is no PEM',
    change: (node) => node.editKubeconfig('admin.conf', { certificateAuthority: 'hello' }),
    findings: ['kubeconfig/data@admin.conf'],
  },
  {
    name: 'a key that belongs to another certificate',
    change: (node) => node.editKubeconfig('admin.conf', { clientKey: privateKeyPem(keyNamed('another')) }),
    findings: ['cert/pair@admin.conf'],
  },
  {
    name: 'it is no YAML',
    change: (node) => node.write('scheduler.conf', 'apiVersion: v1\n\tkind: Config\n'),
    findings: ['file/parse@/etc/kubernetes/scheduler.conf'],
  },
  {
    name: 'it is empty',
    change: (node) => node.write('kubelet.conf', ''),
    findings: ['file/parse@/etc/kubernetes/kubelet.conf'],
  },
  {
    name: 'CA by data and by file',
    change: (node) =>
      node.edit('scheduler.conf', (text) =>
        text.replace(/^ +server: /m, `    certificate-authority: /etc/kubernetes/pki/ca.crt\n$&`),
      ),
    findings: ['kubeconfig/usable@scheduler.conf'],
  },
  {
    name: 'client certificate by data and by file',
    change: (node) =>
      node.edit('kubelet.conf', (text) =>
        text.replace(
          /^ +client-key-data: /m,
          '    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem\n$&',
        ),
      ),
    findings: ['kubeconfig/usable@kubelet.conf'],
  },
  {
    name: 'a CA, and no verification',
    change: (node) =>
      node.edit('admin.conf', (text) => text.replace(/^ +server: /m, '    insecure-skip-tls-verify: true\n$&')),
    findings: ['kubeconfig/usable@admin.conf'],
  },
];

const files: readonly Case[] = [
  {
    name: 'the certificate that kubelet.conf names is missing',
    node: { rotatedKubelet: true },
    change: (node) => node.remove('/var/lib/kubelet/pki/kubelet-client-current.pem'),
    findings: ['kubeconfig/file@kubelet.conf'],
  },
  {
    name: 'the link that kubelet.conf names leads nowhere',
    node: { worker: true },
    change: (node) => node.remove('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem'),
    findings: ['kubeconfig/file@kubelet.conf'],
  },
  {
    name: 'the file that kubelet.conf names was emptied',
    node: { rotatedKubelet: true },
    change: (node) => node.write('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem', ''),
    findings: ['file/parse@/var/lib/kubelet/pki/kubelet-client-current.pem'],
  },
  {
    name: 'the CA that a kubeconfig names is missing',
    change: (node) =>
      node.edit('scheduler.conf', (text) =>
        text.replace(/certificate-authority-data: .*/, 'certificate-authority: /etc/kubernetes/pki/root.crt'),
      ),
    findings: ['kubeconfig/file@scheduler.conf'],
  },
  {
    name: 'the CA by path, relative to the kubeconfig',
    change: (node) =>
      node.edit('controller-manager.conf', (text) =>
        text.replace(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
      ),
    findings: [],
  },
];

const strangers: readonly Case[] = [
  {
    name: 'the kubeconfig of another cluster, whose address is none of ours',
    change: async (node) => node.write('admin.conf', (await corpus('kubeadm-1.36-ha')).read('admin.conf')),
    findings: ['cert/issuer@admin.conf'],
  },
  {
    name: 'the CA of another cluster, by the same name',
    change: (node) => node.editKubeconfig('admin.conf', { certificateAuthority: stranger() }),
    findings: ['kubeconfig/authority@admin.conf'],
  },
  {
    name: 'the kubelet trusts the CA of etcd',
    change: (node) => node.editKubeconfig('kubelet.conf', { certificateAuthority: node.read('pki/etcd/ca.crt') }),
    findings: ['kubeconfig/authority@kubelet.conf'],
  },
  {
    name: 'an expired copy of a CA that was renewed with its key',
    change: (node) => node.editKubeconfig('scheduler.conf', { certificateAuthority: expiredCopy(node) }),
    findings: ['kubeconfig/authority-expired@scheduler.conf'],
  },
  {
    name: "an expired copy of a CA that was renewed with its key, beside the kubelet's own credential",
    node: { rotatedKubelet: true },
    change: (node) => node.editKubeconfig('kubelet.conf', { certificateAuthority: expiredCopy(node) }),
    findings: ['kubeconfig/authority-expired@kubelet.conf'],
  },
  {
    name: 'an expired copy of a renewed CA next to the new certificate',
    change: (node) =>
      node.editKubeconfig('scheduler.conf', { certificateAuthority: expiredCopy(node) + node.read('pki/ca.crt') }),
    findings: [],
  },
  {
    name: 'an expired copy of a CA next to a company CA that certifies it and is valid until now',
    change: (node) => {
      const { key } = node.authority('kubernetes-ca');
      const company = makeAuthority('company', { notAfter: '2026-12-01' });
      const crossed = makeAuthority('kubernetes', { key }, company);
      node.edit('pki/apiserver.crt', (text) => text + certificatePem(crossed.certificate));
      const both = expiredCopy(node) + certificatePem(company.certificate);
      node.editKubeconfig('scheduler.conf', { certificateAuthority: both });
    },
    findings: [],
  },
  {
    name: 'no CA at all',
    change: field('scheduler.conf', 'certificate-authority-data', undefined),
    findings: ['kubeconfig/authority@scheduler.conf'],
  },
  {
    name: 'the new CA beside the old one',
    change: (node) => node.editKubeconfig('admin.conf', { certificateAuthority: stranger() + node.read('pki/ca.crt') }),
    findings: [],
  },
  {
    name: 'nothing is verified',
    change: (node) =>
      field(
        'admin.conf',
        'certificate-authority-data',
        undefined,
      )(node).edit('admin.conf', (text) => text.replace(/^ +server: /m, '    insecure-skip-tls-verify: true\n$&')),
    findings: ['kubeconfig/verification@admin.conf'],
  },
  {
    name: 'plain http',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: 'http://192.0.2.10:6443' }),
    findings: ['kubeconfig/server@scheduler.conf'],
  },
  {
    name: 'no server',
    change: field('controller-manager.conf', 'server', undefined),
    findings: ['kubeconfig/server@controller-manager.conf'],
  },
  {
    name: 'a server without a scheme: client-go dials http',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: '192.0.2.10:6443' }),
    findings: ['kubeconfig/server@scheduler.conf'],
  },
  {
    name: 'a server in capitals',
    change: (node) => node.editKubeconfig('scheduler.conf', { server: 'HTTPS://192.0.2.10:6443/' }),
    findings: [],
  },
  {
    name: 'scheduler.conf is a copy of controller-manager.conf',
    change: (node) => node.write('scheduler.conf', node.read('controller-manager.conf')),
    findings: ['cert/target@scheduler.conf'],
  },
  {
    name: 'controller-manager.conf is a copy of admin.conf',
    change: (node) => node.write('controller-manager.conf', node.read('admin.conf')),
    findings: ['kubeconfig/administrator@controller-manager.conf'],
  },
  {
    name: 'kubelet.conf is a copy of admin.conf',
    change: (node) => node.write('kubelet.conf', node.read('admin.conf')),
    findings: ['kubeconfig/administrator@kubelet.conf'],
  },
  {
    name: 'admin.conf is a copy of kubelet.conf',
    change: (node) => node.write('admin.conf', node.read('kubelet.conf')),
    findings: ['cert/target@admin.conf'],
  },
  {
    name: 'admin.conf is a copy of super-admin.conf, as before 1.29',
    change: (node) => node.write('admin.conf', node.read('super-admin.conf')),
    findings: ['cert/privilege@admin.conf'],
  },
];

const freedoms: readonly Case[] = [
  { name: 'a token', change: credential('scheduler.conf', 'token: abc'), findings: [] },
  {
    name: 'an exec plugin',
    change: credential('admin.conf', 'exec:', '  apiVersion: client.authentication.k8s.io/v1beta1', '  command: login'),
    findings: [],
  },
  {
    name: 'a token next to the certificate',
    change: (node) => node.edit('admin.conf', (text) => `${text}    token: abc\n`),
    findings: [],
  },
  {
    name: 'a second cluster beside the current one',
    change: (node) =>
      node.edit('admin.conf', (text) =>
        text.replace(/^clusters:\n/m, '$&- cluster:\n    server: http://other.example.test\n  name: other\n'),
      ),
    findings: [],
  },
  {
    name: 'JSON',
    change: (node) =>
      node.edit('scheduler.conf', (text) => {
        const value = (name: string) => new RegExp(`${name}: (.*)`).exec(text)?.[1];
        return JSON.stringify({
          kind: 'Config',
          'current-context': 'a',
          contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
          clusters: [
            {
              name: 'c',
              cluster: {
                server: value('server'),
                'certificate-authority-data': value('certificate-authority-data'),
              },
            },
          ],
          users: [
            {
              name: 'u',
              user: {
                'client-certificate-data': value('client-certificate-data'),
                'client-key-data': value('client-key-data'),
              },
            },
          ],
        });
      }),
    findings: [],
  },
];

/** Rules about kubeconfigs: they exist, client-go accepts them, and they connect to this cluster as the right user. */
export const kubeconfigCases: readonly Case[] = [...unusable, ...files, ...strangers, ...freedoms];

const copy = '/root/.kube/config';

export const copies: readonly Case[] = [
  {
    name: 'the copy of admin.conf that kubectl reads has expired, and admin.conf was renewed',
    change: (node) => {
      const renewed = node.read('admin.conf');
      const old = node.issue('admin.conf', { notBefore: '2025-11-01', notAfter: '2026-11-01' }).read('admin.conf');
      node.write(copy, old, 0o600).write('admin.conf', renewed, 0o600);
    },
    findings: ['kubeconfig/copy@cp-1'],
  },
  {
    name: 'the copy of admin.conf is of the cluster that was here before',
    change: (node) => {
      const before = makeAuthority('kubernetes', { key: keyNamed('the CA before') });
      const now = node.read('admin.conf');
      const old = node.issue('admin.conf', { issuer: before }).read('admin.conf');
      node.write(copy, old, 0o600).write('admin.conf', now, 0o600);
    },
    findings: ['kubeconfig/copy@cp-1'],
  },
  {
    name: 'the copy of admin.conf is from before its renewal, and still valid',
    change: (node) => node.write(copy, node.read('admin.conf'), 0o600).issue('admin.conf', { notAfter: '2027-11-01' }),
    findings: [],
  },
  {
    name: 'the copy of admin.conf is as it should be',
    change: (node) => node.write(copy, node.read('admin.conf'), 0o600),
    findings: [],
  },
  {
    name: 'root has the kubeconfig of another cluster',
    change: (node) => {
      const other = buildNode({ ip: '192.0.2.99' }).issue('admin.conf', {
        issuer: makeAuthority('kubernetes', { key: keyNamed('the CA of another cluster') }),
      });
      node.write(copy, other.read('admin.conf'), 0o600);
    },
    findings: [],
  },
];
