import type { NodeTree } from '../../support/node-tree.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const oneLine = (pem: string) => pem.replaceAll('\n', '\\n');
const der = (pem: string) => pem.replace(/-----[^-]+-----|\n/g, '');
const named = (pem: string) => der(pem).replaceAll('/', '_').slice(0, 200);

/** Ways in which operators misplace a key. Each one could carry it into a path, a value or a message. */
export const misplacedKeys: Readonly<Record<string, (node: NodeTree, key: string) => unknown>> = {
  'client-key holds what belongs into client-key-data': (node) =>
    node.edit('admin.conf', (text) => text.replace('client-key-data:', 'client-key:')),
  'client-key holds PEM': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/client-key-data: .*/, `client-key: "${oneLine(key)}"`)),
  'client-key holds bare DER': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/client-key-data: .*/, `client-key: ${der(key)}`)),
  'the server is a key': (node, key) =>
    node.edit('admin.conf', (text) => text.replace(/server: .*/, `server: "${oneLine(key)}"`)),
  'certificate data holds a key': (node, key) =>
    node.edit('admin.conf', (text) =>
      text.replace(/client-certificate-data: .*/, `client-certificate-data: ${base64(key)}`),
    ),
  'an argument holds PEM': (node, key) =>
    node
      .replaceFlag('kube-apiserver', 'tls-private-key-file', `"${oneLine(key)}"`)
      .edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(/- --tls-private-key-file="(.*)"/, '- "--tls-private-key-file=$1"'),
      ),
  'an argument holds base64': (node, key) =>
    node.replaceFlag('kube-apiserver', 'service-account-signing-key-file', base64(key)),
  'an unknown argument holds bare DER': (node, key) => node.replaceFlag('kube-apiserver', 'secret', der(key)),
  'a variable holds PEM': (node, key) =>
    node.edit('manifests/kube-apiserver.yaml', (text) =>
      text
        .replace('    image:', `    env: [{name: KEY, value: "${oneLine(key)}"}]\n    image:`)
        .replace(/- --tls-private-key-file=.*/, '- --tls-private-key-file=$(KEY)'),
    ),
  "etcd's variable holds PEM": (node, key) =>
    node.edit('manifests/etcd.yaml', (text) =>
      text
        .replace('    image:', `    env: [{name: ETCD_KEY_FILE, value: "${oneLine(key)}"}]\n    image:`)
        .replace(/ *- --key-file=.*\n/, ''),
    ),
  "the kubelet's configuration holds PEM": (node, key) =>
    node.edit('/var/lib/kubelet/config.yaml', (text) => `${text}tlsPrivateKeyFile: "${oneLine(key)}"\n`),
  "the kubelet's flags hold base64": (node, key) =>
    node.write('/var/lib/kubelet/kubeadm-flags.env', `KUBELET_KUBEADM_ARGS="--tls-private-key-file=${base64(key)}"\n`),
  'a script holds PEM': (node, key) =>
    node.write(
      'manifests/kube-apiserver.yaml',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: kube-apiserver\n    command: [sh, -c, "kube-apiserver --tls-private-key-file='${oneLine(key)}'"]\n`,
    ),
  'a certificate and its key changed places': (node, key) =>
    node.write('pki/apiserver.key', node.read('pki/apiserver.crt')).write('pki/apiserver.crt', key),
  'a key is called a certificate': (node, key) =>
    node.write('pki/ca.crt', key.replaceAll(/[A-Z]* ?PRIVATE KEY/g, 'CERTIFICATE')),
  'a key is DER': (node, key) => node.write('pki/sa.key', Buffer.from(der(key), 'base64')),
  'a key is cut': (node, key) => node.write('pki/sa.key', key.slice(0, -20)),
  'a key is where a kubeconfig should be': (node, key) => node.write('admin.conf', key),
  'a key is where a manifest should be': (node, key) => node.write('manifests/etcd.yaml', key),
  'a kubeadm-flags.env is a key': (node, key) => node.write('/var/lib/kubelet/kubeadm-flags.env', key),
  'garbage around a key': (node, key) =>
    node.write('pki/apiserver.key', `key of ${der(key)}\n${key}\n${base64(key)}\n`),
  'garbage between the lines of a key': (node, key) =>
    node.write('pki/apiserver.key', key.replace(/\n(?=[^-\n]+\n)/, '\n# a comment\n')),
  'a key without its first line': (node, key) => node.write('pki/apiserver.key', key.slice(key.indexOf('\n') + 1)),
  'two keys in one file': (node, key) => node.write('pki/apiserver.key', key + node.read('pki/sa.key')),
  'a key is a header of PEM': (node, key) =>
    node.edit('pki/ca.crt', (text) => text.replace('\n', `\nComment: ${der(key)}\n\n`)),
  'a key is the label of PEM': (node, key) =>
    node.edit('pki/ca.crt', (text) => text.replaceAll('CERTIFICATE', der(key))),
  'a key is above a certificate': (node, key) => node.edit('pki/apiserver.crt', (text) => key + text),
  'a key is the public key of tokens': (node, key) => node.write('pki/sa.pub', key),
  'a key is a request': (node, key) =>
    node.write('pki/apiserver.csr', key.replaceAll(/[A-Z]* ?PRIVATE KEY/g, 'CERTIFICATE REQUEST')),
  'a kubeconfig’s names are a key': (node, key) =>
    node.edit('admin.conf', (text) => text.replaceAll(/kubernetes-admin@kubernetes|kubernetes-admin/g, der(key))),
  'a kubeconfig’s cluster is a key': (node, key) =>
    node.edit('scheduler.conf', (text) =>
      text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${base64(key)}`),
    ),
  'a kubeconfig has a key in its extensions, its token and a comment': (node, key) =>
    node.edit(
      'controller-manager.conf',
      (text) =>
        `# ${oneLine(key)}\n${text.replace(/^( +)client-key-data: .*/m, `$&\n$1token: ${der(key)}`)}extensions:\n- name: ${der(key)}\n  extension: ${der(key)}\n`,
    ),
  'a kubeconfig’s proxy and server name are a key': (node, key) =>
    node.edit('admin.conf', (text) =>
      text.replace(/^( +)server: .*/m, `$&\n$1proxy-url: http://${der(key)}@proxy\n$1tls-server-name: ${der(key)}`),
    ),
  'a manifest has a key in a comment, a label and an unknown argument': (node, key) =>
    node.edit('manifests/kube-apiserver.yaml', (text) =>
      `# ${oneLine(key)}\n${text}`
        .replace('metadata:', `metadata:\n  annotations: {key: "${oneLine(key)}"}`)
        .replace(/^( +)- --tls-cert-file/m, `$1- --key-of-us="${oneLine(key)}"\n$1- ${der(key)}\n$&`),
    ),
  'a manifest has a key as its image and its name': (node, key) =>
    node.edit('manifests/etcd.yaml', (text) =>
      text.replace(/image: .*/, `image: ${der(key)}`).replace('    name: etcd', `    name: ${der(key)}`),
    ),
  'arguments for names and addresses hold a key': (node, key) =>
    node
      .replaceFlag('kube-apiserver', 'advertise-address', der(key))
      .replaceFlag('kube-apiserver', 'service-cluster-ip-range', der(key))
      .replaceFlag('kube-apiserver', 'etcd-servers', `https://${der(key)}:2379`)
      .replaceFlag('kube-controller-manager', 'cluster-name', der(key))
      .replaceFlag('etcd', 'initial-cluster', `${der(key)}=https://192.0.2.10:2380`)
      .replaceFlag('etcd', 'name', der(key)),
  'arguments for lists hold a key': (node, key) =>
    node
      .replaceFlag('kube-apiserver', 'tls-cipher-suites', der(key))
      .replaceFlag('kube-apiserver', 'authorization-mode', der(key))
      .replaceFlag('kube-apiserver', 'requestheader-allowed-names', der(key))
      .replaceFlag('kube-apiserver', 'client-ca-file', `/etc/kubernetes/pki/${base64(key)}`),
  'files are named after a key': (node, key) =>
    node.write(`pki/${named(key)}.crt`, node.read('pki/ca.crt')).write(`pki/${named(key)}.key`, key),
  'a folder is named after a key': (node, key) => node.write(`pki/${named(key)}/ca.crt`, 'no certificate'),
  'a manifest, a drop-in and a kubeconfig are named after a key': (node, key) =>
    node
      .write(`manifests/${named(key)}.yaml`, 'kind: Pod\nspec: [}')
      .write(`${named(key)}.conf`, 'kind: Config\n')
      .write(`/etc/systemd/system/kubelet.service.d/${named(key)}.conf`, '[Service]\nExecStart=/usr/bin/kubelet\n'),
  'links point to a key': (node, key) =>
    node
      .remove('pki/apiserver.crt')
      .link('pki/apiserver.crt', `/${der(key)}`)
      .link('pki/other.crt', der(key)),
  'the kinds of files are a key': (node, key) =>
    node
      .edit('admin.conf', (text) => text.replace(/^kind: .*/m, `kind: ${der(key)}`))
      .edit('manifests/etcd.yaml', (text) => text.replace(/^kind: .*/m, `kind: ${der(key)}`)),
  'a kubeconfig has two users of the name of a key': (node, key) =>
    node.edit('admin.conf', (text) =>
      text.replace(/^users:/m, `users:\n- {name: "${der(key)}", user: {}}\n- {name: "${der(key)}", user: {}}`),
    ),
  'an unknown variable and a volume are named after a key': (node, key) =>
    node
      .replaceFlag('kube-apiserver', 'etcd-cafile', `$(${der(key)})`)
      .edit('manifests/kube-apiserver.yaml', (text) => text.replace('path: /etc/kubernetes/pki', `path: /${der(key)}`)),
  'certificates name a key': (node, key) =>
    node
      .issue('kube-apiserver', { commonName: der(key), organizations: [der(key)], sans: [`DNS:${der(key)}`] })
      .issue('etcd-ca', { commonName: `key of ours: x${der(key)}` }),
  'a name is a key in hex': (node, key) =>
    node.issue('kube-apiserver', { commonName: Buffer.from(der(key), 'base64').toString('hex') }),
  'a name is a key in hex with colons': (node, key) =>
    node.issue('kube-apiserver', {
      commonName: Buffer.from(der(key), 'base64')
        .toString('hex')
        .toUpperCase()
        .replace(/..(?=.)/g, '$&:'),
    }),
  'a name is PEM in base64 after a comment': (node, key) =>
    node
      .issue('kube-apiserver', { commonName: base64(`# ours\n${key}`) })
      .replaceFlag('kube-apiserver', 'secret', base64(`# our\n${key}`)),
};
