/** Nodes with one fault that resembles a different one. */
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { oid, sequence, set, tlv } from '../support/der.ts';
import { type Authority, type Changes, makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type AuthorityRole, authorities, pathOf, type Role } from '../support/roles.ts';
import { mount } from './manifest-edits.ts';

const stored = '/var/lib/kubelet/pki/kubelet-client-2026-11-24-14-00-00.pem';
const link = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** Puts the value of flags in a manifest between quotes. */
export const quoted = (component: string, flags: RegExp, quote = '"') =>
  buildNode().edit(`manifests/${component}.yaml`, (text) =>
    text.replaceAll(/^( +- --([\w-]+)=)(.*)$/gm, (line, start: string, flag: string, value: string) =>
      flags.test(flag) ? `${start}${quote}${value}${quote}` : line,
    ),
  );

/** A CA with the name of one of a node, and a different key, that is older or newer than it. */
export const otherCa = (commonName: string, notBefore = '2025-11-24') =>
  certificatePem(makeAuthority(commonName, { notBefore, key: keyNamed(`rotated ${commonName}`) }).certificate);

const clients: readonly Role[] = [
  'admin.conf',
  'super-admin.conf',
  'controller-manager.conf',
  'scheduler.conf',
  'kubelet.conf',
];

/**
 * A control plane with a new CA, whose kubelet still has the certificate of the old one next to the new kubelet.conf.
 */
export function newCaWithStoredCertificate(): NodeTree {
  const old = buildNode({ rotatedKubelet: true });
  const node = buildNode();
  const ca = makeAuthority('kubernetes', { key: keyNamed('new CA') });
  const pem = certificatePem(ca.certificate);
  node.write('pki/ca.crt', pem).write('pki/ca.key', privateKeyPem(ca.key), 0o600);
  for (const role of ['kube-apiserver', 'kube-apiserver-kubelet-client'] as const) node.issue(role, { issuer: ca });
  for (const role of clients) node.issue(role, { issuer: ca }).editKubeconfig(role, { certificateAuthority: pem });
  return node.write(stored, old.read(stored), 0o600).link(link, stored);
}

/** The same kubelet.conf, next to a stored certificate of the same CA. */
export const embeddedAndStored = (options: NodeOptions = {}): NodeTree => {
  const old = buildNode({ rotatedKubelet: true });
  return buildNode(options).write(stored, old.read(stored), 0o600).link(link, stored);
};

/** A common name as UTF8String, where certificates of Go have PrintableString. */
export const utf8Name = (commonName: string): Uint8Array => {
  const value = tlv(0x0c, Buffer.from(commonName));
  return sequence(set(sequence(oid('2.5.4.3'), value)));
};

/** A node whose CA was made again with its key, by a program that encodes names differently. */
export const encodedDifferently = (
  role: AuthorityRole,
  { old, ...options }: NodeOptions & { readonly old?: Omit<Changes, 'writeKey'> } = {},
): NodeTree =>
  buildNode({ ...options, ...(old && { certificates: { [role]: old } }) }).issue(role, {
    subject: utf8Name(authorities[role].commonName),
    notBefore: '2026-11-25',
    notAfter: '2036-11-25',
  });

export const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** Writes base64 instead of a file. */
export const inBase64 = (path: string): NodeTree => buildNode().edit(path, (text) => `${encoded(text)}\n`);

/** A bundle without a line break between its two certificates. */
export const glued = (path: string, commonName: string): NodeTree =>
  buildNode().edit(path, (text) => text.trimEnd() + otherCa(commonName, '2027-01-01'));

/** Replaces the embedded CA of a kubeconfig by a text that depends on the base64 of it. */
export const embedding = (path: string, change: (data: string) => string): NodeTree =>
  buildNode().edit(path, (text) =>
    text.replace(/(certificate-authority-data: )(.*)/, (_, key: string, data: string) => key + change(data)),
  );

/** The PEM of embedded data as a block of YAML. */
export const asBlock = (data: string): string =>
  `|\n${Buffer.from(data, 'base64').toString().trimEnd().replaceAll(/^/gm, '      ')}`;

const config = '/var/lib/kubelet/config.yaml';

/** A node with more lines in the configuration of its kubelet. */
export const configured = (lines: string, options: NodeOptions = { rotatedKubelet: true }): NodeTree =>
  buildNode(options).edit(config, (text) => `${text}${lines}\n`);

const credential = 'kubelet-client-current.pem';

/** A kubelet that serves with its client certificate. */
export const servingAsClient = (): NodeTree =>
  configured(`tlsCertFile: /var/lib/kubelet/pki/${credential}\ntlsPrivateKeyFile: /var/lib/kubelet/pki/${credential}`);

export const verifyingKubelets = (node: NodeTree): NodeTree =>
  node.replaceFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/ca.crt');

const bootstrap = `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    certificate-authority: /etc/kubernetes/pki/ca.crt
    server: https://192.0.2.10:6443
contexts:
- name: bootstrap
  context:
    cluster: kubernetes
    user: kubelet-bootstrap
current-context: bootstrap
users:
- name: kubelet-bootstrap
  user:
    token: abcdef.0123456789abcdef
`;

/** A worker that is to join: it has the kubeconfig with a token. `flag` is what its unit has for it. */
export const joining = (flag: string): NodeTree =>
  buildNode({ worker: true })
    .remove('kubelet.conf')
    .remove('/var/lib/kubelet/pki')
    .write('bootstrap-kubelet.conf', bootstrap, 0o600)
    .write(
      '/etc/systemd/system/kubelet.service',
      `[Service]\nExecStart=/usr/bin/kubelet ${flag}--kubeconfig=/etc/kubernetes/kubelet.conf --config=${config} --hostname-override=worker-1\n`,
    );

/** A scheduler with a configuration file, of which these are the lines after its kind. */
export function schedulerConfiguration(lines: string): NodeTree {
  const path = '/etc/kubernetes/scheduler-config.yaml';
  const node = buildNode().write(
    path,
    `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${lines}`,
  );
  mount(node, 'kube-scheduler', path);
  return node.edit('manifests/kube-scheduler.yaml', (text) =>
    text.replace(/^( +)- --kubeconfig=.*\n/m, `$&$1- --config=${path}\n`),
  );
}

/** The second control plane, whose etcd has the address of the first. */
export const secondWithFirstAddress = (): NodeTree =>
  buildNode({ name: 'cp-2', ip: '192.0.2.11' }).edit('manifests/etcd.yaml', (text) =>
    text.replaceAll('192.0.2.11', '192.0.2.10'),
  );

/** nameConstraints that permit only names below example.test. */
export const onlyExampleTest = {
  oid: '2.5.29.30',
  critical: true,
  value: Buffer.from('3012a010300e820c6578616d706c652e74657374', 'hex'),
};

/** A role has its certificate from an intermediate, which brings its own along. */
export function withIntermediate(
  node: NodeTree,
  role: 'kube-apiserver' | 'front-proxy-client',
  above?: Authority,
): NodeTree {
  const parent = role === 'kube-apiserver' ? 'kubernetes-ca' : 'front-proxy-ca';
  const issuer = makeAuthority('cluster-intermediate', {}, above ?? node.authority(parent));
  return node.issue(role, { issuer }).edit(pathOf(role), (text) => text + certificatePem(issuer.certificate));
}
