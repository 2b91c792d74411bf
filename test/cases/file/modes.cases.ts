import { certificatePem } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/issue.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { mount, setFlags } from '../manifest-edits.ts';

const pki = '/etc/kubernetes/pki';
const system = { kube: 997, etcd: 998 };

/** Changes the owner of files. */
function chown(node: NodeTree, uid: number, only: (path: string) => boolean, gid = uid): void {
  for (const [path, { type }] of node.entries) if (type !== 'link' && only(path)) node.chown(path, uid, gid);
}

function chmodAll(node: NodeTree, change: (mode: number) => number): void {
  for (const [path, entry] of node.entries) if (entry.type !== 'link') node.chmod(path, change(entry.mode));
}

const writable: readonly Case[] = [
  {
    name: 'everybody may write the CA',
    change: (node) => node.chmod('pki/ca.crt', 0o666),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write the key that verifies tokens',
    change: (node) => node.chmod('pki/sa.pub', 0o646),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write a manifest',
    change: (node) => node.chmod('manifests/etcd.yaml', 0o602).chmod('manifests', 0o755),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write into the folder of manifests, even of a worker without any, even with the sticky bit',
    node: { worker: true },
    change: (node) => node.chmod('manifests', 0o1777),
    findings: ['file/writable@worker-1'],
  },
  {
    name: 'everybody may write into the folder of certificates',
    change: (node) => node.chmod('pki/etcd', 0o777),
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write into the folder of certificates, but replace nothing',
    change: (node) => node.chmod('pki/etcd', 0o1777),
    findings: [],
  },
  {
    name: 'everybody may do everything, told once, but for the secrets that are out',
    change: (node) => chmodAll(node, () => 0o777),
    findings: ['file/writable@cp-1', 'file/writable-minor@cp-1', 'key/mode-signing@cp-1', 'key/mode@cp-1'],
  },
  {
    name: 'everybody might write it, but nobody else gets into the folder',
    change: (node) => node.chmod('pki/ca.crt', 0o666).chmod('pki', 0o700),
    findings: [],
  },
  {
    name: 'everybody might read and write it, but nobody else gets into the folder behind the link',
    change: (node) => {
      node.move('pki', 'ssl').link('pki', 'ssl');
      node.chmod('ssl/ca.crt', 0o666).chmod('ssl/ca.key', 0o644).chmod('ssl', 0o700);
    },
    findings: [],
  },
  {
    name: 'everybody may write it through a link in a folder that is closed',
    change: (node) => {
      node.move('pki/ca.crt', '/srv/ca.crt').link('pki/ca.crt', '/srv/ca.crt');
      node.chmod('/srv/ca.crt', 0o666).chmod('pki', 0o700);
      for (const component of ['kube-apiserver', 'kube-controller-manager']) mount(node, component, '/srv');
    },
    findings: ['file/writable@cp-1'],
  },
  {
    name: 'everybody may write a certificate that is shown',
    change: (node) => node.chmod('pki/apiserver.crt', 0o666),
    findings: ['file/writable-minor@cp-1'],
  },
  {
    name: 'a group may write the CA',
    change: (node) => node.chmod('pki/ca.crt', 0o664).chown('pki/ca.crt', 0, 1000),
    findings: ['file/writable-minor@cp-1'],
  },
  {
    name: "root's group may write the CA",
    change: (node) => node.chmod('pki/ca.crt', 0o664),
    findings: [],
  },
  {
    name: 'everybody may write what nobody reads',
    change: (node) => node.write('pki/README', 'by hand\n', 0o666),
    findings: [],
  },
];

const owners: readonly Case[] = [
  {
    name: 'a person owns admin.conf, as wrong advice has it',
    change: (node) => node.chown('admin.conf', 1000, 1000),
    findings: ['file/owner@cp-1'],
  },
  {
    name: 'a person owns a certificate that is shown',
    change: (node) => node.chown('pki/apiserver.crt', 1000),
    findings: ['file/owner-program@cp-1'],
  },
  {
    name: 'a person owns the serving pair of kube-apiserver in a folder of its own',
    change: (node) => {
      node.move('pki/apiserver.crt', '/srv/tls/tls.crt').move('pki/apiserver.key', '/srv/tls/tls.key');
      setFlags(node, 'kube-apiserver', {
        'tls-cert-file': '/srv/tls/tls.crt',
        'tls-private-key-file': '/srv/tls/tls.key',
      });
      mount(node, 'kube-apiserver', '/srv/tls');
      chown(node, 1000, (path) => path === '/srv/tls/tls.crt');
    },
    findings: ['file/owner-program@cp-1'],
  },
  {
    name: 'a person owns a note in the folder of the PKI, which nothing reads',
    change: (node) => node.write('pki/README', 'by hand\n').chown('pki/README', 1000),
    findings: ['file/owner-program@cp-1'],
  },
  {
    name: 'a user of its own owns the PKI (kubespray)',
    change: (node) => chown(node, system.kube, (path) => path.startsWith(pki)),
    findings: ['file/owner-program@cp-1'],
  },
  {
    name: 'etcd runs as a user of its own',
    change: (node) => chown(node, system.etcd, (path) => path.startsWith(`${pki}/etcd/`)),
    findings: ['file/owner-program@cp-1'],
  },
  {
    name: 'a copy: all is of who copied it, and as open as that user likes it',
    change: (node) => {
      chmodAll(node, (mode) => mode | 0o022);
      chown(node, 1000, () => true);
    },
    findings: [],
  },
  {
    name: 'a person owns a file that nobody reads',
    change: (node) => node.write('/etc/kubernetes/notes.txt', 'by hand\n').chown('notes.txt', 1000),
    findings: [],
  },
];

const strict: readonly Case[] = [
  {
    name: 'a group may read a key',
    change: (node) => node.chmod('pki/apiserver.key', 0o640),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'everybody may read kubelet.conf, which holds no key, and the manifests',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.chmod('kubelet.conf', 0o644).chmod('manifests', 0o755).chmod('manifests/kube-apiserver.yaml', 0o644),
    findings: ['file/mode@cp-1'],
  },
  {
    name: 'everybody may read a manifest in a folder that is closed',
    change: (node) => node.chmod('manifests/kube-apiserver.yaml', 0o644),
    findings: [],
  },
  {
    name: 'everybody may read a kubeconfig with a token',
    change: (node) =>
      node
        .edit('scheduler.conf', (text) =>
          text.replace(/client-certificate-data: .*\n\s*client-key-data: .*/, 'token: t0p'),
        )
        .chmod('scheduler.conf', 0o644),
    findings: ['key/mode@/etc/kubernetes/scheduler.conf'],
  },
];

const unused: readonly Case[] = [
  {
    name: 'forgotten certificates, keys and kubeconfigs',
    change: (node) =>
      node
        .write('pki/old/apiserver.crt', node.read('pki/apiserver.crt'))
        .write('pki/old/apiserver.key', node.read('pki/apiserver.key'))
        .write('pki/jane.conf', node.read('admin.conf')),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'a forgotten key in DER, and a forgotten PKCS#12 file',
    change: (node) =>
      node
        .write('pki/ca-2025.der', keyNamed('backup').privateKey.export({ type: 'pkcs8', format: 'der' }))
        .write('pki/ca-2025.p12', Buffer.from('30820a0302010330', 'hex')),
    findings: ['file/unused@cp-1'],
  },
  ...['1f8b0808', '425a6839', 'fd377a585a000004', '28b52ffd', '504b0304', 'feedfeed'].map((beginning) => ({
    name: `a forgotten file that may contain keys, and begins with ${beginning}`,
    change: (node: NodeTree) => node.write('pki/backup', Buffer.from(beginning, 'hex')),
    findings: ['file/unused@cp-1'],
  })),
  {
    name: 'a forgotten tar archive',
    change: (node) => node.write('pki/backup.tar', `${'etc/kubernetes/'.padEnd(257, '\0')}ustar\x0000`),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'requests, serials, notes and public keys',
    change: (node) =>
      node
        .write('pki/ca.srl', '1000\n')
        .write('pki/README', 'by hand\n')
        .write('pki/sa-2025.pub', node.read('pki/sa.pub')),
    findings: [],
  },
  {
    name: 'files of arguments that the page does not know',
    change: (node) => {
      const dex = makeAuthority('dex');
      node.write('pki/dex.crt', certificatePem(dex.certificate)).write('pki/sni.crt', node.read('pki/apiserver.crt'));
      node.write('pki/sni.key', node.read('pki/apiserver.key'));
      setFlags(node, 'kube-apiserver', {
        'oidc-ca-file': `${pki}/dex.crt`,
        'oidc-issuer-url': 'https://dex.example.test',
        'oidc-client-id': 'kubernetes',
        'tls-sni-cert-key': `${pki}/sni.crt,${pki}/sni.key:*.example.test`,
      });
    },
    findings: [],
  },
  {
    name: 'what documented files are links to',
    change: (node) =>
      node.move('pki/apiserver.crt', 'pki/2027/apiserver.crt').link('pki/apiserver.crt', '2027/apiserver.crt'),
    findings: [],
  },
  {
    name: 'a documented file in the place of which an argument names another',
    change: (node) => {
      node
        .write('/srv/tls/tls.crt', node.read('pki/apiserver.crt'))
        .write('/srv/tls/tls.key', node.read('pki/apiserver.key'));
      setFlags(node, 'kube-apiserver', {
        'tls-cert-file': '/srv/tls/tls.crt',
        'tls-private-key-file': '/srv/tls/tls.key',
      });
      mount(node, 'kube-apiserver', '/srv/tls');
    },
    findings: [],
  },
  {
    name: 'a folder of certificates alone: what reads them was not seen',
    change: (node) => {
      for (const path of ['manifests', '/var/lib/kubelet']) node.remove(path);
      node.write('pki/backup.key', privateKeyPem(keyNamed('backup')));
    },
    findings: [],
  },
];

/** Rules about who can read, write and own the files of a node, and about files that no component reads. */
export const cases: readonly Case[] = [...writable, ...owners, ...strict, ...unused];
