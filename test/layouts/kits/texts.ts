/** The texts of units, kubeconfigs and configuration files as installers write them. */
import type { Flags, Parts } from './kit.ts';

/** `--name=value`, or `--name value` where `spaced` says so. */
export const wordsOf = (flags: Flags, spaced: (name: string) => boolean = () => false): readonly string[] =>
  Object.entries(flags).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}${spaced(name) ? ' ' : '='}${value}`,
  );

interface UnitFields {
  readonly program: string;
  /** The words after the program: one a line, continued by a backslash. */
  readonly words: readonly string[];
  /** Further lines of `[Service]`, before ExecStart. */
  readonly before?: readonly string[];
}

/** A unit whose command line has one word a line. */
export const unit = (description: string, { program, words, before = [] }: UnitFields): string =>
  [
    '[Unit]',
    `Description=${description}`,
    'Documentation=https://github.com/kubernetes/kubernetes',
    '',
    '[Service]',
    ...before,
    `ExecStart=${[program, ...words].join(' \\\n  ')}`,
    'Restart=on-failure',
    'RestartSec=5',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');

/** Texts by path, which exist on the node with this mode. */
export function writeAll({ tree }: Parts, mode: number, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) tree.write(path, text, mode);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

interface KubeconfigText {
  readonly server: string;
  readonly user: string;
  /** The lines of the cluster's CA. */
  readonly authority: string;
  /** The lines of the user's credential. */
  readonly credential: readonly string[];
  readonly cluster?: string;
}

/** A kubeconfig as `kubectl config` writes it. */
export const kubeconfigText = ({ server, user, authority, credential, cluster = 'kubernetes' }: KubeconfigText) =>
  [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    `    ${authority}`,
    `    server: ${server}`,
    `  name: ${cluster}`,
    'contexts:',
    '- context:',
    `    cluster: ${cluster}`,
    `    user: ${user}`,
    '  name: default',
    'current-context: default',
    'kind: Config',
    'preferences: {}',
    'users:',
    `- name: ${user}`,
    '  user:',
    ...credential.map((line) => `    ${line}`),
    '',
  ].join('\n');

/** The lines of an embedded CA and of an embedded credential. */
export const embedded = ({ pem, key }: Parts, authority: string, credential: string) => ({
  authority: `certificate-authority-data: ${base64(pem(authority))}`,
  credential: [`client-certificate-data: ${base64(pem(credential))}`, `client-key-data: ${base64(key(credential))}`],
});

/** The lines of a CA and a credential that lie in files. */
export const byPath = (authority: string, certificate: string, key: string) => ({
  authority: `certificate-authority: ${authority}`,
  credential: [`client-certificate: ${certificate}`, `client-key: ${key}`],
});

/** An EncryptionConfiguration whose key is zeroes. */
export const encryptionConfig = (kind = 'EncryptionConfiguration', apiVersion = 'apiserver.config.k8s.io/v1') =>
  [
    `kind: ${kind}`,
    `apiVersion: ${apiVersion}`,
    'resources:',
    '  - resources:',
    '      - secrets',
    '    providers:',
    '      - aescbc:',
    '          keys:',
    '            - name: key1',
    `              secret: ${Buffer.alloc(32).toString('base64')}`,
    '      - identity: {}',
    '',
  ].join('\n');

export const schedulerConfig = (kubeconfig: string, version = 'v1') =>
  [
    `apiVersion: kubescheduler.config.k8s.io/${version}`,
    'kind: KubeSchedulerConfiguration',
    'clientConnection:',
    `  kubeconfig: "${kubeconfig}"`,
    'leaderElection:',
    '  leaderElect: true',
    '',
  ].join('\n');

export const proxyConfig = (kubeconfig: string, mode = 'iptables') =>
  [
    'kind: KubeProxyConfiguration',
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1',
    'clientConnection:',
    `  kubeconfig: "${kubeconfig}"`,
    `mode: "${mode}"`,
    'clusterCIDR: "10.200.0.0/16"',
    '',
  ].join('\n');

/** A KubeletConfiguration with further lines. */
export const kubeletConfig = (clientCa: string, lines: readonly string[] = []) =>
  [
    'kind: KubeletConfiguration',
    'apiVersion: kubelet.config.k8s.io/v1beta1',
    'authentication:',
    '  anonymous:',
    '    enabled: false',
    '  webhook:',
    '    enabled: true',
    '  x509:',
    `    clientCAFile: "${clientCa}"`,
    'authorization:',
    '  mode: Webhook',
    ...lines,
    '',
  ].join('\n');
