/** Where people put secrets on a node: by mistake, or because something there may have one. */
import { authentication, configure, encryption, keyed } from '../support/configurations.ts';
import type { NodeTree } from '../support/node-tree.ts';

/** Puts a secret in one place of a node. */
export type Place = (node: NodeTree, secret: string) => unknown;

const apiServer = 'manifests/kube-apiserver.yaml';
const kubelet = '/etc/systemd/system/kubelet.service';
const kubeadmFlags = '/var/lib/kubelet/kubeadm-flags.env';
const kubeletConfig = '/var/lib/kubelet/config.yaml';
const pki = '/etc/kubernetes/pki';

/** Adds an item to the command of a static pod, as it is written. */
const item =
  (component: string, text: (secret: string) => string): Place =>
  (node, secret) =>
    node.edit(`manifests/${component}.yaml`, (yaml) =>
      yaml.replace(/^( *)- --[\w-]+=.*$/m, (line, indent) => `${line}\n${indent}- ${text(secret)}`),
    );

/** Sets a flag of a static pod. */
const flag =
  (component: string, name: string, value: (secret: string) => string = (secret) => secret): Place =>
  (node, secret) =>
    node.replaceFlag(component, name, value(secret));

/** Puts an item in double quotes, as YAML escapes it. */
const quoted = (text: string): string => JSON.stringify(text);

/** Replaces the credential of admin.conf by other fields. */
const credential =
  (lines: (secret: string) => string): Place =>
  (node, secret) =>
    node.edit('admin.conf', (text) =>
      text.replace(/ {4}client-certificate-data: .*\n {4}client-key-data: .*/, () => `    ${lines(secret)}`),
    );

/** Replaces what a kubeconfig has in one place. */
const inKubeconfig =
  (file: string, found: RegExp, by: (secret: string) => string): Place =>
  (node, secret) =>
    node.edit(file, (text) => text.replace(found, () => by(secret)));

const unit =
  (lines: (secret: string) => string): Place =>
  (node, secret) =>
    node.write(kubelet, `[Unit]\nDescription=kubelet\n\n[Service]\n${lines(secret)}\n`);

/** Gives kube-apiserver a probe that fails. */
const probe =
  (fields: (secret: string) => string): Place =>
  (node, secret) =>
    node.edit(apiServer, (text) =>
      text.replace(
        /^( *)image:/m,
        (_, indent) =>
          `${indent}livenessProbe: {httpGet: {host: 192.0.2.99, port: 6443, scheme: HTTPS, ${fields(secret)}}}\n${indent}image:`,
      ),
    );

const configuration =
  (name: string, text: (secret: string) => string, component = 'kube-apiserver'): Place =>
  (node, secret) =>
    configure(node, name, `${pki}/configuration.yaml`, text(secret), { component });

/** Adds to each mapping of a file in YAML a field that nothing knows. */
const withUnknownFields = (secret: string) => (text: string) =>
  text.replaceAll(/^( *)(- )?([A-Za-z]\w*):$/gm, (line, indent: string, dash = '') => {
    const name = line.trim().replace(/\W/g, '');
    return `${indent}${dash}unknown${name}: ${quoted(secret)}\n${indent}${' '.repeat(dash.length)}${line.trim().replace(/^- /, '')}`;
  });

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const places: Readonly<Record<string, Place>> = {
  // Flags of static pods.
  'an unknown flag': flag('kube-apiserver', 'kubelet-client-token'),
  'an unknown flag of a secret': flag('kube-apiserver', 'oidc-client-secret'),
  'an unknown flag of etcd': flag('etcd', 'etcd-password'),
  'an unknown flag in quotes': item('kube-apiserver', (secret) => quoted(`--api-key=${secret}`)),
  'a mistyped flag': flag('kube-apiserver', 'etcd-serverz', (secret) => `https://u:${secret}@127.0.0.1:2379`),
  'a flag that a release removed': flag('kube-apiserver', 'cloud-config', (secret) => `https://u:${secret}@cloud/`),
  'a flag and its value in one item': item('kube-apiserver', (secret) => quoted(`--token ${secret}`)),
  'a flag and its value in one plain item': item('etcd', (secret) => `--initial-cluster-token ${secret}`),
  'a known flag and its value in one item': item('kube-apiserver', (secret) => quoted(`--token-auth-file ${secret}`)),
  'a flag and its value after a colon': item('kube-apiserver', (secret) => quoted(`--token:${secret}`)),
  'a flag and its value as a mapping': item('kube-apiserver', (secret) => `--token: ${quoted(secret)}`),
  'a flag and its value after a tab': item('kube-controller-manager', (secret) => quoted(`--password\t${secret}`)),
  'a flag with one dash': item('kube-apiserver', (secret) => quoted(`-token=${secret}`)),
  'a flag without dashes': item('kube-apiserver', (secret) => quoted(`token=${secret}`)),
  'a word that is no flag': item('kube-scheduler', quoted),
  'a flag in two items': item('kube-apiserver', (secret) => `--my-password\n    - ${quoted(secret)}`),
  'the name of a flag': item('kube-apiserver', (secret) => quoted(`--${secret}`)),
  'a flag of a cluster token': flag('etcd', 'initial-cluster-token'),
  'a flag of a discovery URL': flag('etcd', 'discovery', (secret) => `https://discovery.etcd.io/${secret}`),
  'a token instead of its file': flag('kube-apiserver', 'token-auth-file'),
  'the user of a URL': flag('kube-apiserver', 'etcd-servers', (secret) => `https://${secret}@127.0.0.1:2379`),
  'the password of a URL': flag('kube-apiserver', 'etcd-servers', (secret) => `https://u:${secret}@127.0.0.1:2379`),
  'the password of the second URL': flag(
    'kube-apiserver',
    'etcd-servers',
    (secret) => `https://127.0.0.1:2379,https://u:${secret}@127.0.0.1:2379`,
  ),
  'the password of a URL with a blank': item('kube-apiserver', (secret) =>
    quoted(`--etcd-servers=https://u:${secret} x@127.0.0.1:2379`),
  ),
  'the password of a URL with a slash': flag(
    'kube-apiserver',
    'etcd-servers',
    (secret) => `https://u:PA/${secret}@127.0.0.1:2379`,
  ),
  'the password of a URL with a hash': item('kube-apiserver', (secret) =>
    quoted(`--etcd-servers=https://u:PASS#${secret}@127.0.0.1:2379`),
  ),
  'a URL with two @': flag('kube-apiserver', 'etcd-servers', (secret) => `https://u:p@${secret}@127.0.0.1:2379`),
  'a URL without a scheme': flag('kube-apiserver', 'etcd-servers', (secret) => `u:${secret}@127.0.0.1:2379`),
  'the query of a URL': flag('kube-apiserver', 'etcd-servers', (secret) => `https://127.0.0.1:2379?token=${secret}`),
  'the fragment of a URL': item('kube-apiserver', (secret) =>
    quoted(`--oidc-issuer-url=https://login.example/#${secret}`),
  ),
  'the query of an issuer': flag('kube-apiserver', 'oidc-issuer-url', (secret) => `https://login.example/?k=${secret}`),
  'a listener': flag('etcd', 'listen-client-urls', (secret) => `https://u:${secret}@127.0.0.1:2379`),
  'an open listener': flag('etcd', 'listen-client-urls', (secret) => `http://u:${secret}@0.0.0.0:2379`),
  'the metrics of etcd': flag('etcd', 'listen-metrics-urls', (secret) => `http://127.0.0.1:2381/?t=${secret}`),
  'a peer': flag('etcd', 'initial-advertise-peer-urls', (secret) => `https://u:${secret}@192.0.2.10:2380`),
  'the members of etcd': flag('etcd', 'initial-cluster', (secret) => `cp-1=https://u:${secret}@192.0.2.10:2380`),
  'base64 of base64': flag('kube-apiserver', 'my-key', (secret) => base64(base64(secret.padEnd(60, 'x')))),
  // Other parts of static pods.
  'a variable of a pod': (node, secret) =>
    node.edit(apiServer, (text) =>
      text.replace(
        /^( *)image:/m,
        (_, indent) => `${indent}env: [{name: PASSWORD, value: ${quoted(secret)}}]\n${indent}image:`,
      ),
    ),
  'a variable in a flag': (node, secret) =>
    node
      .edit(apiServer, (text) =>
        text.replace(
          /^( *)image:/m,
          (_, indent) => `${indent}env: [{name: PASSWORD, value: ${quoted(secret)}}]\n${indent}image:`,
        ),
      )
      .replaceFlag('kube-apiserver', 'my-password', '$(PASSWORD)'),
  'a variable of etcd': (node, secret) =>
    node.edit('manifests/etcd.yaml', (text) =>
      text.replace(
        /^( *)image:/m,
        (_, indent) => `${indent}env: [{name: ETCD_PASSWORD, value: ${quoted(secret)}}]\n${indent}image:`,
      ),
    ),
  'an annotation, a label and a comment of a pod': (node, secret) =>
    node.edit(apiServer, (text) =>
      text.replace(
        '  name: kube-apiserver\n',
        () => `  name: kube-apiserver\n  annotations: {secret: ${quoted(secret)}}\n  # ${secret}\n`,
      ),
    ),
  'unknown fields of each mapping of a pod': (node, secret) => node.edit(apiServer, withUnknownFields(secret)),
  'a header of a probe': probe(
    (secret) => `path: /livez, httpHeaders: [{name: Authorization, value: ${quoted(secret)}}]`,
  ),
  'the path of a probe': probe((secret) => `path: ${quoted(`/livez?token=${secret}`)}`),
  'a further container, and its command': (node, secret) =>
    node.edit(apiServer, (text) =>
      text.replace(
        '  containers:\n',
        () => `  containers:\n  - name: other\n    image: other\n    command: [sh, -c, ${quoted(`login ${secret}`)}]\n`,
      ),
    ),
  'a static pod of something else': (node, secret) =>
    node.write(
      '/etc/kubernetes/manifests/vip.yaml',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: vip}\nspec:\n  containers:\n  - name: vip\n    image: vip\n    args: [manager, --password, ${quoted(secret)}]\n    env: [{name: pw, value: ${quoted(secret)}}]\n`,
    ),
  'a manifest that is broken': (node, secret) =>
    node.edit(apiServer, (text) => `${text}\n  password: "${secret}\n : [`),
  'a manifest of another kind': (node, secret) =>
    node.write('manifests/secret.yaml', `apiVersion: v1\nkind: Secret\nstringData: {password: ${quoted(secret)}}\n`),
  // Kubeconfigs.
  'a token of a kubeconfig': credential((secret) => `token: ${quoted(secret)}`),
  'a password of a kubeconfig': credential((secret) => `username: a\n    password: ${quoted(secret)}`),
  'a token that is a list': credential((secret) => `token: [${quoted(secret)}]`),
  'the plugin of a kubeconfig': credential(
    (secret) =>
      `exec: {apiVersion: client.authentication.k8s.io/v1, command: get, args: [${quoted(secret)}], env: [{name: A, value: ${quoted(secret)}}]}`,
  ),
  'the provider of a kubeconfig': credential(
    (secret) => `auth-provider: {name: oidc, config: {client-secret: ${quoted(secret)}}}`,
  ),
  'the server of a kubeconfig': inKubeconfig('admin.conf', /https:\/\//, (secret) => `https://admin:${secret}@`),
  'the server of a kubeconfig that dials nothing': inKubeconfig(
    'controller-manager.conf',
    /server: .*/,
    (secret) => `server: ${quoted(`https://u:${secret}@192.0.2.99:6443`)}`,
  ),
  'the server of a kubeconfig without TLS': inKubeconfig(
    'scheduler.conf',
    /server: .*/,
    (secret) => `server: ${quoted(`http://u:${secret}@192.0.2.10:6443/?t=${secret}`)}`,
  ),
  'the server of a kubeconfig without a scheme': inKubeconfig(
    'kubelet.conf',
    /server: .*/,
    (secret) => `server: ${quoted(`u:${secret}@192.0.2.10:6443`)}`,
  ),
  'the proxy of a kubeconfig': inKubeconfig(
    'admin.conf',
    /( *)server: .*/,
    (secret) => `    server: https://192.0.2.10:6443\n    proxy-url: ${quoted(`ftp://u:${secret}@proxy:1`)}`,
  ),
  'unknown fields of each mapping of a kubeconfig': (node, secret) =>
    node.edit('admin.conf', withUnknownFields(secret)),
  'a second document of a kubeconfig': (node, secret) =>
    node.edit('admin.conf', (text) => `${text}---\nsecret: ${quoted(secret)}\n`),
  'a kubeconfig that is broken': (node, secret) =>
    node.edit('admin.conf', (text) => `${text}\n  token: "${secret}\n : [`),
  // Configurations.
  'unknown fields of the configuration of the kubelet': (node, secret) =>
    node.edit(kubeletConfig, (text) => `${withUnknownFields(secret)(text)}\nsecret: ${quoted(secret)}\n`),
  'a configuration of the kubelet that is broken': (node, secret) =>
    node.edit(kubeletConfig, (text) => `${text}\nsecret: "${secret}\n : [`),
  'a header for the manifests of the kubelet': (node, secret) =>
    node.edit(
      kubeletConfig,
      (text) =>
        `${text}\nstaticPodURL: ${quoted(`https://u:${secret}@example/`)}\nstaticPodURLHeader: {Authorization: [${quoted(secret)}]}\n`,
    ),
  'a key of an encryption configuration': configuration('encryption-provider-config', (secret) =>
    encryption(keyed({ key1: base64(secret) })),
  ),
  'a key that is no base64': configuration('encryption-provider-config', (secret) =>
    encryption(keyed({ key1: quoted(secret) })),
  ),
  'an encryption configuration with a mistyped field': configuration('encryption-provider-config', (secret) =>
    encryption(keyed({ key1: base64(secret) }).replace('secret:', 'Secrte:')),
  ),
  'the name of a key': configuration('encryption-provider-config', (secret) =>
    encryption(keyed({ [base64(secret.padEnd(32, 'x'))]: base64('x'.repeat(32)) })),
  ),
  'an authentication configuration': configuration('authentication-config', (secret) =>
    authentication(
      `    url: ${quoted(`https://u:${secret}@login.example`)}\n    clientSecret: ${quoted(secret)}\n    audiences: [a]\n`,
    ),
  ),
  'a file of tokens': (node, secret) =>
    configure(node, 'token-auth-file', `${pki}/tokens.csv`, `${secret},user,1\n"${secret},user,\n`),
  'a file of tokens as a configuration': configuration('authentication-config', (secret) => `${secret},user,1\n`),
  'a Secret as a configuration': configuration(
    'authentication-config',
    (secret) =>
      `apiVersion: v1\nkind: Secret\ndata: {password: ${base64(secret)}}\nstringData: {password: ${quoted(secret)}}\n`,
  ),
  // PEM.
  'text around certificates': (node, secret) => node.edit('pki/ca.crt', (text) => `${secret}\n${text}\n${secret}\n`),
  'headers of PEM': (node, secret) =>
    node.edit('pki/apiserver.key', (text) =>
      text.replace(/-----\n/, () => `-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${secret}\n\n`),
    ),
  'PEM of something else': (node, secret) =>
    node.write('pki/other.pem', `-----BEGIN SECRET-----\n${base64(secret)}\n-----END SECRET-----\n`),
  // Units, and what they read.
  'the variables of a unit': (node, secret) =>
    node
      .write(
        kubelet,
        `[Service]\nEnvironment="PASSWORD=${secret}" OTHER=${secret}\nEnvironmentFile=/etc/default/kubelet\nExecStart=/usr/bin/kubelet --v=2 $OTHER\n`,
      )
      .write('/etc/default/kubelet', `SECRET=${secret}\n`),
  'an unknown flag of a unit': unit((secret) => `ExecStart=/usr/bin/kubelet --v=2 --key=${secret} --other ${secret}`),
  'a token of a unit': unit((secret) => `ExecStart=/usr/bin/kubelet --v=2 "--token ${secret}"`),
  'a line of a unit that is no setting': unit(
    (secret) => `ExecStart=/usr/bin/kubelet --v=2\n  --token ${secret}\nEnvironment=A=b\n${secret}`,
  ),
  'an exported variable of a unit': unit((secret) => `ExecStart=/usr/bin/kubelet --v=2\nexport TOKEN ${secret}`),
  'an exported variable with a value of a unit': unit(
    (secret) => `ExecStart=/usr/bin/kubelet --v=2\nexport TOKEN=${secret}`,
  ),
  'a script': (node, secret) =>
    node
      .write(kubelet, '[Service]\nExecStart=/usr/local/bin/start-kubelet\n')
      .write(
        '/usr/local/bin/start-kubelet',
        `#!/bin/sh\nexport PASSWORD=${secret}\nexec /usr/bin/kubelet --v=2 --secret=${secret}\n`,
        0o755,
      ),
  'the flags of kubeadm': (node, secret) =>
    node.write(kubeadmFlags, `KUBELET_KUBEADM_ARGS="--v=2 --kubelet-token=${secret}"\n`),
  'a flag and its value in the flags of kubeadm': (node, secret) =>
    node.write(kubeadmFlags, `KUBELET_KUBEADM_ARGS="--v=2 '--token ${secret}'"\n`),
  'flags of kubeadm that are quoted together': (node, secret) =>
    node.write(kubeadmFlags, `KUBELET_KUBEADM_ARGS="--v=2 \\"--pod-infra-container-image=x --token=${secret}\\""\n`),
};
