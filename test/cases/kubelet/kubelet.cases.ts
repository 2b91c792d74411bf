import { buildNode } from '../../support/build-node.ts';
import type { Changes } from '../../support/issue.ts';
import { privateKeyPem } from '../../support/keys.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';

const config = '/var/lib/kubelet/config.yaml';
const folder = '/var/lib/kubelet/pki';
const current = `${folder}/kubelet-client-current.pem`;
const dated = `${folder}/kubelet-client-2026-11-24-14-00-00.pem`;

/** Replaces text in the kubelet's configuration. A text that is not in it is a mistake in the test. */
const configure = (node: NodeTree, ...changes: readonly (readonly [from: string, to: string])[]) =>
  node.edit(config, (text) =>
    changes.reduce((done, [from, to]) => {
      if (!done.includes(from)) throw new Error(`no ${from}`);
      return done.replace(from, to);
    }, text),
  );

const anonymous = ['anonymous:\n    enabled: false', 'anonymous:\n    enabled: true'] as const;
const noTokens = ['cacheTTL: 0s\n    enabled: true', 'cacheTTL: 0s\n    enabled: false'] as const;
const allowed = ['mode: Webhook', 'mode: AlwaysAllow'] as const;

/** The kubelet's own systemd unit instead of the one in kubeadm's files. */
const unit = (node: NodeTree, flags: string) =>
  node.write('/etc/systemd/system/kubelet.service', `[Service]\nExecStart=/usr/bin/kubelet ${flags}\n`);

/** What a kubelet without a configuration file needs on a control plane. */
const own = '--kubeconfig=/etc/kubernetes/kubelet.conf --pod-manifest-path=/etc/kubernetes/manifests';

const access: readonly Case[] = [
  {
    name: 'everybody may do everything on the kubelet',
    change: (node) => configure(node, anonymous, allowed),
    findings: ['kubelet/open@kubelet'],
  },
  {
    name: 'every service account may do everything on the kubelet',
    change: (node) => configure(node, allowed),
    findings: ['kubelet/open@kubelet'],
  },
  {
    name: 'every holder of a certificate may do everything on the kubelet',
    change: (node) => configure(node, allowed, noTokens),
    findings: ['kubelet/authorization@kubelet'],
  },
  {
    name: 'the kubelet takes anonymous requests, and lets RBAC decide',
    change: (node) => configure(node, anonymous),
    findings: ['kubelet/anonymous@kubelet'],
  },
  {
    name: 'the kubelet has a port without authentication',
    change: (node) => configure(node, ['kind: Kubelet', 'readOnlyPort: 10255\nkind: Kubelet']),
    findings: ['kubelet/read-only-port@kubelet'],
  },
  {
    name: 'the read-only port is closed in so many words',
    change: (node) => configure(node, ['kind: Kubelet', 'readOnlyPort: 0\nkind: Kubelet']),
    findings: [],
  },
  {
    name: 'a configuration file brings careful defaults',
    change: (node) =>
      configure(node, ['  anonymous:\n    enabled: false\n', ''], ['authorization:\n  mode: Webhook\n', '']),
    findings: [],
  },
  {
    name: 'a kubelet without a configuration file is open',
    change: (node) => unit(node, `${own} --client-ca-file=/etc/kubernetes/pki/ca.crt`),
    findings: ['kubelet/open@kubelet', 'kubelet/read-only-port@kubelet'],
  },
  {
    name: 'a kubelet that is closed by flags',
    change: (node) =>
      unit(
        node,
        `${own} --client-ca-file=/etc/kubernetes/pki/ca.crt --anonymous-auth=false ${'--authorization-mode=Webhook --authentication-token-webhook --read-only-port=0'}`,
      ),
    findings: [],
  },
  {
    name: 'a flag of the kubelet wins over its file',
    change: (node) =>
      unit(
        configure(node, allowed),
        `--kubeconfig=/etc/kubernetes/kubelet.conf --config=${config} --authorization-mode=Webhook`,
      ),
    findings: [],
  },
  {
    name: 'the configuration of the kubelet was not given',
    change: (node) => unit(node, '--kubeconfig=/etc/kubernetes/kubelet.conf --config=$SOMEWHERE'),
    findings: [],
  },
];

/** A drop-in like that of the kubeadm package. */
const dropIn = (node: NodeTree, variable: string, flags: string) =>
  unit(node, '').write(
    '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
    `[Service]\nEnvironment="KUBELET_KUBECONFIG_ARGS=${flags}"\nEnvironment="KUBELET_CONFIG_ARGS=--config=${config}"\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nExecStart=\nExecStart=/usr/bin/kubelet ${variable} $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS\n`,
  );

const bootstrap = '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf';
const both = `${bootstrap} --kubeconfig=/etc/kubernetes/kubelet.conf`;
const noWebhooks = `--config=${config} --authorization-mode=AlwaysAllow --authentication-token-webhook=false --anonymous-auth=false`;

/** A kubelet that exits without a kubeconfig, or runs standalone by mistake or on purpose. */
const kubeconfig: readonly Case[] = [
  {
    name: 'the drop-in with the flags of the kubelet is missing',
    change: (node) => unit(node, ''),
    findings: ['kubelet/kubeconfig@kubelet'],
  },
  {
    name: 'the drop-in misspells a variable of the kubelet',
    change: (node) => dropIn(node, '$KUBELET_KUBECONFIG_ARG', both),
    findings: ['kubelet/kubeconfig@kubelet'],
  },
  {
    name: 'the kubelet gets only its first kubeconfig',
    change: (node) => dropIn(node, '$KUBELET_KUBECONFIG_ARGS', bootstrap),
    findings: ['kubelet/kubeconfig@kubelet'],
  },
  {
    name: 'the drop-in gives the kubelet its kubeconfig',
    change: (node) => dropIn(node, '$KUBELET_KUBECONFIG_ARGS', both),
    findings: [],
  },
  {
    name: 'a kubelet that runs standalone on purpose',
    change: (node) => unit(node, noWebhooks),
    findings: ['connection/client-trust@kubelet → kube-apiserver', 'kubelet/authorization@kubelet'],
  },
];

/** A certificate that the kubelet renewed, with a later expiry date than the one embedded in kubelet.conf. */
function renewed(node: NodeTree, notAfter: string): NodeTree {
  const conf = node.read('kubelet.conf');
  node.issue('kubelet.conf', { notAfter });
  const pem = node.certificate('kubelet.conf') + privateKeyPem(node.key('kubelet.conf'));
  return node.write('kubelet.conf', conf).write(dated, pem).link(current, dated);
}

const credentials: readonly Case[] = [
  {
    name: 'the kubelet does not renew its certificate',
    node: { rotatedKubelet: true },
    change: (node) => configure(node, ['rotateCertificates: true', 'rotateCertificates: false']),
    findings: ['kubelet/rotation@kubelet.conf'],
  },
  {
    name: 'the kubelet is not told to renew its certificate',
    node: { worker: true },
    change: (node) => configure(node, ['rotateCertificates: true\n', '']),
    findings: ['kubelet/rotation@kubelet.conf'],
  },
  {
    name: 'the kubelet does not renew what kubelet.conf embeds',
    change: (node) => configure(node, ['rotateCertificates: true\n', '']),
    findings: [],
  },
  {
    name: 'kubelet.conf still holds the first certificate, as before 1.17',
    node: { release: '1.22' },
    change: (node) => renewed(node, '2028-01-01'),
    findings: ['kubelet/embedded@kubelet.conf'],
  },
  {
    name: 'kubelet.conf holds what has ended, and the kubelet renewed its own',
    node: { release: '1.22' },
    change: (node) => renewed(node, '2028-01-01').issue('kubelet.conf', { notAfter: '2026-11-30' }),
    findings: ['cert/expired@kubelet.conf'],
  },
  {
    name: 'the kubelet has just started with what kubelet.conf embeds',
    change: (node) => renewed(node, '2027-11-24T14:00:00Z'),
    findings: [],
  },
  {
    name: 'the current credential is no link',
    node: { rotatedKubelet: true },
    change: (node) => {
      const pem = node.read(dated);
      node.remove(dated).remove(current).write(current, pem, 0o600);
    },
    findings: ['kubelet/link@kubelet.conf'],
  },
  {
    name: 'a copy that was made by following links',
    node: { rotatedKubelet: true },
    change: (node) => {
      const pem = node.read(dated);
      node.remove(current).write(current, pem, 0o600);
    },
    findings: [],
  },
  {
    name: 'the link leads to nothing',
    node: { rotatedKubelet: true },
    change: (node) => node.remove(dated),
    findings: ['kubeconfig/file@kubelet.conf'],
  },
  {
    name: 'the credential of an earlier rotation has ended',
    node: { rotatedKubelet: true },
    change: (node) => {
      const pem = node.read(dated);
      node.issue('kubelet.conf', { notAfter: '2026-11-29' });
      node.write(`${folder}/kubelet-client-2025-11-24-14-00-00.pem`, node.read(dated)).write(dated, pem);
    },
    findings: [],
  },
];

/** A serving pair that the kubelet is configured with: kube-apiserver's pair, with changes. */
function serving(node: NodeTree, changes: Changes): NodeTree {
  const old = node.read('pki/apiserver.crt');
  node.issue('kube-apiserver', changes);
  node.write(`${folder}/serving.crt`, node.read('pki/apiserver.crt')).write('pki/apiserver.crt', old);
  node.write(`${folder}/serving.key`, privateKeyPem(node.key('kube-apiserver')));
  return configure(node, [
    'kind: Kubelet',
    `tlsCertFile: ${folder}/serving.crt\ntlsPrivateKeyFile: ${folder}/serving.key\nkind: Kubelet`,
  ]);
}

/** A serving certificate that the cluster signed for the kubelet. */
function signed(node: NodeTree, changes: Changes): NodeTree {
  const file = `${folder}/kubelet-server-2026-11-24-14-05-00.pem`;
  serving(node, changes);
  const pem = node.read(`${folder}/serving.crt`) + node.read(`${folder}/serving.key`);
  node.write(file, pem).link(`${folder}/kubelet-server-current.pem`, file);
  return node.edit(config, (text) => text.replace(/tlsCertFile.*\ntlsPrivate.*\n/, 'serverTLSBootstrap: true\n'));
}

const verifying = (node: NodeTree) =>
  node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/ca.crt');

const ended = { notAfter: '2026-11-30' };

const servings: readonly Case[] = [
  { name: 'the kubelet serves with a pair of its own', change: (node) => verifying(serving(node, {})), findings: [] },
  {
    name: 'the pair of the kubelet does not match',
    change: (node) => serving(node, {}).write(`${folder}/serving.key`, privateKeyPem(node.key('front-proxy-client'))),
    findings: ['kubelet/serving-pair@kubelet'],
  },
  {
    name: 'the kubelet has a certificate to serve with, and no key',
    change: (node) => configure(serving(node, {}), [`tlsPrivateKeyFile: ${folder}/serving.key\n`, '']),
    findings: ['argument/required@kubelet --tls-private-key-file'],
  },
  {
    name: 'the certificate that the kubelet is to serve with is missing',
    change: (node) => serving(node, {}).remove(`${folder}/serving.crt`),
    findings: ['argument/file@kubelet tlsCertFile'],
  },
  {
    name: 'the certificate that the kubelet is to serve with is none',
    change: (node) => serving(node, {}).write(`${folder}/serving.crt`, 'hello\n'),
    findings: [`file/parse@${folder}/serving.crt`],
  },
  {
    name: 'the kubelet serves with what has ended, and kube-apiserver looks',
    change: (node) => verifying(serving(node, ended)),
    findings: ['connection/server-trust@kube-apiserver → kubelet'],
  },
  {
    name: 'the kubelet serves with what has ended, and nobody looks',
    change: (node) => serving(node, ended),
    findings: ['kubelet/serving-ended@kubelet'],
  },
  {
    name: 'what the cluster signed for the kubelet has ended, and kube-apiserver looks',
    change: (node) => verifying(signed(node, ended)),
    findings: ['kubelet/not-serving@kubelet'],
  },
  {
    name: 'another --root-dir does not move the certificates of the kubelet',
    change: (node) =>
      unit(signed(node, ended), `--root-dir=/data --kubeconfig=/etc/kubernetes/kubelet.conf --config=${config}`),
    findings: ['kubelet/not-serving@kubelet'],
  },
  { name: 'what the cluster signed for the kubelet', change: (node) => verifying(signed(node, {})), findings: [] },
  {
    name: 'what the kubelet once made for itself has expired, and no client ever verified it',
    node: { worker: true },
    change: (node) => {
      const other = serving(buildNode(), ended);
      // It is followed by the CA that the kubelet made for it alone.
      node.write(`${folder}/kubelet.crt`, other.read(`${folder}/serving.crt`) + other.read('pki/ca.crt'));
      node.write(`${folder}/kubelet.key`, other.read(`${folder}/serving.key`));
    },
    findings: [],
  },
];

const defaultPair = { node: { rotatedKubelet: true }, findings: ['kubelet/default-pair@kubelet'] } as const;

/** The pair that the kubelet makes for itself: kubelet.crt and kubelet.key. */
const generated: readonly Case[] = [
  {
    name: 'the key of the pair that the kubelet made is that of another certificate',
    ...defaultPair,
    change: (node) => node.write(`${folder}/kubelet.key`, privateKeyPem(node.key('front-proxy-client'))),
  },
  { name: 'that key is empty', ...defaultPair, change: (node) => node.write(`${folder}/kubelet.key`, '') },
  {
    name: 'that certificate was cut short',
    ...defaultPair,
    change: (node) => node.write(`${folder}/kubelet.crt`, node.read(`${folder}/kubelet.crt`).slice(0, 300)),
  },
  { name: 'only the certificate is left', ...defaultPair, change: (node) => node.remove(`${folder}/kubelet.key`) },
  { name: 'only the key is left', ...defaultPair, change: (node) => node.remove(`${folder}/kubelet.crt`) },
  {
    name: 'the kubelet has yet to make a pair',
    node: { rotatedKubelet: true },
    change: (node) => node.remove(`${folder}/kubelet.crt`).remove(`${folder}/kubelet.key`),
    findings: [],
  },
  {
    name: 'what is left of that pair does not matter, because the cluster signs a certificate',
    change: (node) => signed(node, {}).write(`${folder}/kubelet.key`, ''),
    findings: [],
  },
  {
    name: 'what is left of that pair does not matter, because the kubelet is given one',
    change: (node) => serving(node, {}).write(`${folder}/kubelet.crt`, 'nothing\n'),
    findings: [],
  },
  {
    name: 'a folder in the place of the certificate',
    node: { rotatedKubelet: true },
    change: (node) => node.remove(`${folder}/kubelet.crt`).directory(`${folder}/kubelet.crt`),
    findings: [`file/kind@${folder}/kubelet.crt`],
  },
  {
    name: 'a folder in the place of the certificate, and no key',
    node: { rotatedKubelet: true },
    change: (node) =>
      node.remove(`${folder}/kubelet.crt`).remove(`${folder}/kubelet.key`).directory(`${folder}/kubelet.crt`),
    findings: [`file/kind@${folder}/kubelet.crt`],
  },
  {
    name: 'a copy of a worker that was made without keys',
    node: { worker: true },
    change: (node) => node.remove(`${folder}/kubelet.key`),
    findings: [],
  },
];

/** A kubelet that requests its serving certificate, and has the client certificate of kubelet.conf in its folder. */
const bootstrapping = (node: NodeTree) =>
  configure(
    node.write(dated, node.certificate('kubelet.conf') + privateKeyPem(node.key('kubelet.conf'))).link(current, dated),
    ['kind: Kubelet', 'serverTLSBootstrap: true\nkind: Kubelet'],
  );

const unapproved: readonly Case[] = [
  {
    name: 'the request for the serving certificate waits for its approval',
    change: (node) => bootstrapping(node),
    findings: ['kubelet/not-serving@kubelet'],
  },
  {
    name: 'the request of a worker waits for its approval',
    node: { worker: true },
    change: (node) => bootstrapping(node),
    findings: ['kubelet/not-serving@kubelet'],
  },
  {
    name: 'the node has just joined',
    change: (node) => {
      node.issue('kubelet.conf', { notBefore: '2026-11-30T23:10:00Z' });
      bootstrapping(node);
    },
    findings: ['kubelet/not-serving-yet@kubelet'],
  },
  {
    name: 'the node joined an hour ago',
    change: (node) => {
      node.issue('kubelet.conf', { notBefore: '2026-11-30T23:00:00Z' });
      bootstrapping(node);
    },
    findings: ['kubelet/not-serving@kubelet'],
  },
  {
    name: 'a pair of the kubelet without a date',
    change: (node) => {
      const pair = serving(buildNode(), {});
      node.write(`${folder}/kubelet-server.crt`, pair.read(`${folder}/serving.crt`));
      node.write(`${folder}/kubelet-server.key`, pair.read(`${folder}/serving.key`));
      bootstrapping(node);
    },
    findings: [],
  },
  {
    name: 'the folder of the kubelet was not given',
    change: (node) => bootstrapping(node).remove(folder),
    findings: [],
  },
];

/** Rules about the kubelet: which clients it accepts, and which certificates it uses. */
export const kubeletCases: readonly Case[] = [
  ...access,
  ...kubeconfig,
  ...credentials,
  ...servings,
  ...generated,
  ...unapproved,
];
