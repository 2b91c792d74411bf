import { certificatePem } from '../../support/certificates.ts';
import { keyNamed, privateKeyPem } from '../../support/keys.ts';
import type { Case } from '../harness.ts';
import { manifest } from '../support/file.ts';

const pki = '/etc/kubernetes/pki';

/** The DER of the only block in a PEM text. */
const der = (pem: string) => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');

const kinds: readonly Case[] = [
  {
    name: 'a directory where a certificate is mounted from',
    change: (node) => node.remove('pki/apiserver.crt').directory('pki/apiserver.crt'),
    findings: [`file/kind@${pki}/apiserver.crt`],
  },
  {
    name: 'a directory in the place of a kubeconfig, as a hostPath without its type makes it',
    change: (node) => node.remove('scheduler.conf').directory('scheduler.conf'),
    findings: ['file/kind@/etc/kubernetes/scheduler.conf'],
  },
  {
    name: 'a named pipe in the place of a key',
    change: (node) => node.remove('pki/apiserver.key').special('pki/apiserver.key', 'fifo'),
    findings: [`file/kind@${pki}/apiserver.key`],
  },
  {
    name: 'a loop of links in the place of the CA',
    change: (node) =>
      node.remove('pki/ca.crt').link('pki/ca.crt', 'ca-current.crt').link('pki/ca-current.crt', 'ca.crt'),
    findings: [`file/kind@${pki}/ca.crt`],
  },
  {
    name: 'more than 4 MiB in the place of a certificate',
    change: (node) => node.write('pki/front-proxy-ca.crt', Buffer.alloc(4 * 1024 * 1024 + 1, '\n')),
    findings: [`file/kind@${pki}/front-proxy-ca.crt`],
  },
  {
    name: 'a link to nothing in the place of a certificate',
    change: (node) => node.remove('pki/apiserver.crt').link('pki/apiserver.crt', 'apiserver-2026.crt'),
    findings: ['cert/present@kube-apiserver'],
  },
  {
    name: 'a named pipe that nothing reads',
    change: (node) => node.special('pki/pipe', 'fifo'),
    findings: [`file/stray@${pki}/pipe`],
  },
  {
    name: 'a link to nothing that nothing reads',
    change: (node) => node.link('pki/old.crt', 'archive/old.crt').directory('pki/archive'),
    findings: [`file/stray@${pki}/old.crt`],
  },
];

const contents: readonly Case[] = [
  {
    name: 'a certificate in DER',
    change: (node) => node.write('pki/apiserver.crt', der(node.read('pki/apiserver.crt'))),
    findings: [`file/parse@${pki}/apiserver.crt`],
  },
  {
    name: 'a key in DER',
    change: (node) => node.write('pki/apiserver.key', der(node.read('pki/apiserver.key')), 0o600),
    findings: [`file/parse@${pki}/apiserver.key`],
  },
  {
    name: 'an empty certificate, as a full disk leaves it',
    change: (node) => node.write('pki/etcd/server.crt', ''),
    findings: [`file/parse@${pki}/etcd/server.crt`],
  },
  {
    name: 'a cut certificate',
    change: (node) => node.edit('pki/apiserver-etcd-client.crt', (text) => text.slice(0, 400)),
    findings: [`file/parse@${pki}/apiserver-etcd-client.crt`],
  },
  {
    name: 'a byte-order mark before the CA',
    change: (node) => node.edit('pki/ca.crt', (text) => `\ufeff${text}`),
    findings: [`file/parse@${pki}/ca.crt`],
  },
  {
    name: 'a CA of the cluster with the label of OpenSSL for trusted certificates, which kube passes over',
    change: (node) => node.edit('pki/ca.crt', (text) => text.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')),
    findings: [`file/parse@${pki}/ca.crt`],
  },
  {
    name: 'a CA in DER',
    change: (node) => node.write('pki/etcd/ca.crt', der(node.read('pki/etcd/ca.crt'))),
    findings: [`file/parse@${pki}/etcd/ca.crt`],
  },
  {
    name: 'a revocation list behind the CA of etcd, whose every block must be a certificate',
    change: (node) =>
      node.edit('pki/etcd/ca.crt', (text) => `${text}-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n`),
    findings: [`file/parse@${pki}/etcd/ca.crt`],
  },
  {
    name: 'a page of an error in the place of a certificate',
    change: (node) => node.write('pki/front-proxy-client.crt', '<html>404 Not Found</html>\n'),
    findings: [`file/parse@${pki}/front-proxy-client.crt`],
  },
  {
    name: 'an encrypted key',
    change: (node) =>
      node.write(
        'pki/apiserver.key',
        node
          .key('kube-apiserver')
          .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
      ),
    findings: [`file/parse@${pki}/apiserver.key`],
  },
  {
    name: 'certificate and key were written into each other',
    change: (node) => {
      const [certificate, key] = [node.read('pki/etcd/peer.crt'), node.read('pki/etcd/peer.key')];
      node.write('pki/etcd/peer.crt', key, 0o600).write('pki/etcd/peer.key', certificate);
    },
    findings: ['node/swapped@cp-1'],
  },
];

const healthy: readonly Case[] = [
  {
    name: 'carriage returns, and text around the blocks',
    change: (node) =>
      node
        .edit('pki/apiserver.crt', (text) => `subject=CN = kube-apiserver\n${text}\n# renewed by hand\n`)
        .edit('pki/ca.crt', (text) => text.replaceAll('\n', '\r\n')),
    findings: [],
  },
  {
    name: 'a revocation list behind the CA of the cluster, which kube passes over',
    change: (node) =>
      node.edit('pki/ca.crt', (text) => `${text}-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n`),
    findings: [],
  },
  {
    name: 'a CA of etcd with the label of OpenSSL for trusted certificates, which etcd does not look at',
    change: (node) => node.edit('pki/etcd/ca.crt', (text) => text.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')),
    findings: [],
  },
  {
    name: 'the CA behind the certificate',
    change: (node) => node.edit('pki/apiserver.crt', (text) => text + node.read('pki/ca.crt')),
    findings: [],
  },
  {
    name: 'parameters of the curve before a key',
    change: (node) =>
      node.edit(
        'pki/apiserver.key',
        (text) => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${text}`,
      ),
    findings: [],
  },
  {
    name: 'keys in PKCS#8',
    change: (node) => node.write('pki/etcd/server.key', privateKeyPem(node.key('kube-etcd'), 'pkcs8')),
    findings: [],
  },
  {
    name: 'certificate and key in one file',
    change: (node) => {
      node.write('pki/apiserver.pem', node.read('pki/apiserver.crt') + node.read('pki/apiserver.key'), 0o600);
      node.replaceFlag('kube-apiserver', 'tls-cert-file', `${pki}/apiserver.pem`);
      node.replaceFlag('kube-apiserver', 'tls-private-key-file', `${pki}/apiserver.pem`);
    },
    findings: [],
  },
  {
    name: 'what nothing reads may be anything',
    change: (node) =>
      node
        .write('pki/README', 'made by hand\n')
        .write('pki/old.crt', 'not a certificate\n')
        .write('pki/apiserver.crt.bak', '')
        .write('pki/random.der', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))
        .write('pki/apiserver.csr', '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n')
        .directory('pki/backup'),
    findings: [],
  },
  {
    name: 'links to the real files',
    change: (node) =>
      node
        .move('pki/apiserver.crt', 'pki/2026/apiserver.crt')
        .link('pki/apiserver.crt', '2026/apiserver.crt')
        .move('pki/apiserver.key', 'pki/2026/apiserver.key')
        .link('pki/apiserver.key', `${pki}/2026/apiserver.key`),
    findings: [],
  },
];

const manifests: readonly Case[] = [
  {
    name: 'the manifest of etcd is no YAML',
    change: (node) => node.edit('manifests/etcd.yaml', (text) => text.replace('  containers:', '\tcontainers:')),
    findings: ['manifest/parse@/etc/kubernetes/manifests/etcd.yaml'],
  },
  {
    name: 'the manifest of kube-scheduler is empty',
    change: (node) => node.write('manifests/kube-scheduler.yaml', ''),
    findings: ['manifest/parse@/etc/kubernetes/manifests/kube-scheduler.yaml'],
  },
  {
    name: 'an argument that is a number',
    change: (node) =>
      node.edit('manifests/kube-scheduler.yaml', (text) => text.replace('    - kube-scheduler\n', '$&    - 10259\n')),
    findings: ['manifest/pod@/etc/kubernetes/manifests/kube-scheduler.yaml'],
  },
  {
    name: 'another pod that is no YAML',
    change: (node) => node.write('manifests/kube-vip.yaml', 'kind: Pod\nspec: [\n'),
    findings: ['manifest/parse@/etc/kubernetes/manifests/kube-vip.yaml'],
  },
  {
    name: 'a note among the manifests',
    change: (node) => node.write('manifests/README', 'Do not edit.\n'),
    findings: ['manifest/stray@/etc/kubernetes/manifests/README'],
  },
  {
    name: 'a cut copy of a manifest',
    change: (node) => node.write('manifests/kube-apiserver.yaml.old', 'kind: Pod\nspec: [\n'),
    findings: ['manifest/stray@/etc/kubernetes/manifests/kube-apiserver.yaml.old'],
  },
  {
    name: 'a forgotten copy of a manifest',
    change: (node) => node.write('manifests/kube-apiserver.yaml.bak', manifest(node, 'kube-apiserver')),
    findings: ['manifest/duplicate@kube-apiserver'],
  },
  {
    name: 'a second etcd, in a pod of another name, for events',
    change: (node) =>
      node.write(
        'manifests/etcd-events.yaml',
        manifest(node, 'etcd').replace('  name: etcd\n', '  name: etcd-events\n'),
      ),
    findings: [],
  },
  {
    name: 'a second etcd of the same name in another namespace',
    change: (node) =>
      node.write(
        'manifests/etcd-events.yaml',
        manifest(node, 'etcd').replace('namespace: kube-system', 'namespace: events'),
      ),
    findings: [],
  },
  {
    name: 'a copy under a name with a dot before it, and a folder',
    change: (node) =>
      node
        .write('manifests/.kube-apiserver.yaml.swp', manifest(node, 'kube-apiserver'))
        .write('manifests/old/kube-apiserver.yaml', manifest(node, 'kube-apiserver')),
    findings: [],
  },
  {
    name: 'a pod of somebody else',
    change: (node) =>
      node.write(
        'manifests/kube-vip.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-vip\nspec:\n  containers:\n  - name: kube-vip\n    image: kube-vip:v1\n    args: [manager]\n',
      ),
    findings: [],
  },
];

const modes: readonly Case[] = [
  {
    name: 'everybody may read the key of the CA',
    change: (node) => node.chmod('pki/ca.key', 0o644),
    findings: [`key/mode-signing@${pki}/ca.key`],
  },
  {
    name: 'everybody may read the key that signs tokens',
    change: (node) => node.chmod('pki/sa.key', 0o604),
    findings: [`key/mode-signing@${pki}/sa.key`],
  },
  {
    name: 'everybody may read several keys',
    change: (node) => node.chmod('pki/ca.key', 0o644).chmod('pki/sa.key', 0o644).chmod('pki/apiserver.key', 0o644),
    findings: ['key/mode-signing@cp-1', `key/mode@${pki}/apiserver.key`],
  },
  {
    name: 'everybody may read a copy of the key of the CA',
    change: (node) => node.write('pki/backup/ca.key.2026', node.read('pki/ca.key'), 0o644),
    findings: [`key/mode-signing@${pki}/backup/ca.key.2026`, 'file/unused@cp-1'],
  },
  {
    name: 'everybody may read a key',
    change: (node) => node.chmod('pki/apiserver.key', 0o644),
    findings: [`key/mode@${pki}/apiserver.key`],
  },
  {
    name: 'everybody may read admin.conf',
    change: (node) => node.chmod('admin.conf', 0o644),
    findings: ['key/mode@/etc/kubernetes/admin.conf'],
  },
  {
    name: 'everybody may read what the kubelet rotates, told once for link and file',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.chmod('/var/lib/kubelet', 0o755).chmod('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem', 0o644),
    findings: ['key/mode@/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem'],
  },
  {
    name: 'everybody might read what the kubelet rotates, but nobody else gets into the folder above its folder',
    node: { rotatedKubelet: true },
    change: (node) => node.chmod('/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem', 0o644),
    findings: [],
  },
  {
    name: 'everybody might read it, but nobody else gets into the folder',
    change: (node) => node.chmod('pki/ca.key', 0o644).chmod('pki', 0o700),
    findings: [],
  },
  {
    name: 'everybody may read a key behind which nothing stands but a passphrase',
    change: (node) =>
      node.write(
        'pki/backup.key',
        keyNamed('backup').privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }),
        0o644,
      ),
    findings: ['file/unused@cp-1'],
  },
  {
    name: 'certificates are for everybody',
    change: (node) => node.write('pki/copy.crt', certificatePem(node.authority('etcd-ca').certificate), 0o644),
    findings: ['file/unused@cp-1'],
  },
];

/** Rules about files: what is there, whether its reader accepts it, who can read it; and about manifests. */
export const fileCases: readonly Case[] = [...kinds, ...contents, ...healthy, ...manifests, ...modes];
