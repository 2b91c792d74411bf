/** What hardened shapes share: real control planes, lists of cipher suites, probes and small edits. */
import { mount, setFlags } from '../../cases/manifest-edits.ts';
import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** A control plane as kubeadm 1.36 and 1.32 really write it, with probes. */
export const kubeadm136 = (): Promise<NodeTree> => corpus('kubeadm-1.36-default');
export const kubeadm132 = (): Promise<NodeTree> => corpus('kubeadm-1.32-default');

export const controllers = ['kube-controller-manager', 'kube-scheduler'] as const;
export const kubernetes = ['kube-apiserver', ...controllers] as const;

const ecdhe = (...ends: readonly string[]) =>
  ends.flatMap((end) => [`TLS_ECDHE_ECDSA_WITH_${end}`, `TLS_ECDHE_RSA_WITH_${end}`]);

/** Lists of cipher suites as guides have them. */
export const suites = {
  /** CIS 1.11, item 1.2.29: names of TLS 1.3 and both names of the ChaCha20 suites too. */
  cisApiServer: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    ...ecdhe('AES_128_CBC_SHA', 'AES_128_GCM_SHA256', 'AES_256_CBC_SHA', 'AES_256_GCM_SHA384'),
    ...ecdhe('CHACHA20_POLY1305', 'CHACHA20_POLY1305_SHA256'),
  ].join(),
  /** CIS 1.11, item 4.2.12: two suites without forward secrecy too. */
  cisKubelet: [
    ...ecdhe('AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305'),
    'TLS_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_RSA_WITH_AES_128_GCM_SHA256',
  ].join(),
  /** The list of the DISA STIG. */
  stig: ecdhe('AES_128_GCM_SHA256', 'AES_256_GCM_SHA384').join(),
  rke2: ecdhe('AES_256_GCM_SHA384', 'AES_128_GCM_SHA256', 'CHACHA20_POLY1305').join(),
} as const;

/** Sets the same flags of several components. */
export function setAll(node: NodeTree, components: readonly string[], flags: Record<string, string>): NodeTree {
  for (const component of components) setFlags(node, component, flags);
  return node;
}

/** Adds further lines to the command of a component, as they are. */
export function addArguments(node: NodeTree, component: string, ...words: readonly string[]): NodeTree {
  return node.edit(`manifests/${component}.yaml`, (text) =>
    text.replace(new RegExp(`^ {4}- ${component}\\n`, 'm'), `$&${words.map((word) => `    - ${word}\n`).join('')}`),
  );
}

const fields = { liveness: 'livenessProbe', readiness: 'readinessProbe', startup: 'startupProbe' } as const;

/** Replaces a probe by other lines, or removes it. */
export function replaceProbe(
  node: NodeTree,
  component: string,
  kind: keyof typeof fields,
  lines: readonly string[],
): NodeTree {
  const block = new RegExp(`^ {4}${fields[kind]}:\\n(?: {6}.*\\n)+`, 'm');
  const written = lines.length === 0 ? '' : `    ${fields[kind]}:\n${lines.map((line) => `      ${line}\n`).join('')}`;
  return node.edit(`manifests/${component}.yaml`, (text) => text.replace(block, written));
}

/** Replaces all three probes. */
export function replaceProbes(
  node: NodeTree,
  component: string,
  lines: (kind: keyof typeof fields) => readonly string[],
): NodeTree {
  for (const kind of Object.keys(fields) as (keyof typeof fields)[]) replaceProbe(node, component, kind, lines(kind));
  return node;
}

/** Gives a component another image tag, for releases without a corpus. */
export function release(node: NodeTree, tags: Readonly<Record<string, string>>): NodeTree {
  for (const [component, tag] of Object.entries(tags)) {
    node.edit(`manifests/${component}.yaml`, (text) => text.replace(/(image: .*:).*/, `$1${tag}`));
  }
  return node;
}

/** A folder of the node that a component may write to. */
export function logTo(node: NodeTree, component: string, folder: string): NodeTree {
  mount(node.directory(folder), component, folder);
  return node;
}

/** An audit log as CIS 1.2.16 to 1.2.19 and 3.2.1 want it. */
export function audited(node: NodeTree, policy: string): NodeTree {
  node.write('/etc/kubernetes/audit/policy.yaml', policy, 0o600);
  mount(node, 'kube-apiserver', '/etc/kubernetes/audit');
  return setFlags(logTo(node, 'kube-apiserver', '/var/log/kubernetes/audit'), 'kube-apiserver', {
    'audit-policy-file': '/etc/kubernetes/audit/policy.yaml',
    'audit-log-path': '/var/log/kubernetes/audit/audit.log',
    'audit-log-maxage': '30',
    'audit-log-maxbackup': '10',
    'audit-log-maxsize': '100',
  });
}

/** A key for an EncryptionConfiguration that no one would take for a real one: the same byte again and again. */
export const madeUpKey = (byte: number, length = 32): string => Buffer.alloc(length, byte).toString('base64');
