/** What kubeadm and the kubelet do on a node, with certificates that pki-lint issues. */

import { X509Certificate } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { type IssueOptions, issue } from '../../../src/index.ts';
import { layouts } from '../../../src/tables/layouts.ts';
import { certificatePem } from '../../support/certificates.ts';
import { certify, makeAuthority, presentProfile } from '../../support/issue.ts';
import { keyFromPem, keyNamed, privateKeyPem } from '../../support/keys.ts';
import { kubeconfig } from '../../support/manifests.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { authorities, isAuthority, leafRow, leaves, pathOf, type Role } from '../../support/roles.ts';
import type { Answer } from './node-shell.ts';

export interface Machine {
  /** Folder of the copy. */
  readonly root: string;
  /** The node before something went wrong. */
  readonly healthy: NodeTree;
  readonly options: IssueOptions;
}

const roles: Readonly<Record<string, Role>> = {
  ca: 'kubernetes-ca',
  'etcd-ca': 'etcd-ca',
  'front-proxy-ca': 'front-proxy-ca',
  apiserver: 'kube-apiserver',
  'apiserver-kubelet-client': 'kube-apiserver-kubelet-client',
  'front-proxy-client': 'front-proxy-client',
  'apiserver-etcd-client': 'kube-apiserver-etcd-client',
  'etcd-server': 'kube-etcd',
  'etcd-peer': 'kube-etcd-peer',
  'etcd-healthcheck-client': 'kube-etcd-healthcheck-client',
  ...Object.fromEntries(
    Object.keys(leaves)
      .filter((role) => role.endsWith('.conf'))
      .map((role) => [role, role]),
  ),
};

const usage = (words: readonly string[]): Answer => ({
  status: 64,
  said: `kubeadm ${words.join(' ')}: not understood\n`,
});

/** Does what a command line of kubeadm says. */
export async function kubeadm(words: readonly string[], machine: Machine): Promise<Answer> {
  const { root } = machine;
  const config = words.indexOf('--config');
  const wrong = config > 0 ? wrongConfig(resolve('/root', words[config + 1] ?? ''), root) : undefined;
  if (wrong !== undefined) return { status: 1, said: `${wrong}\n` };
  const [first, second, third, fourth = ''] = words;
  if (first === 'certs' && second === 'renew') return renew(third ?? '', machine);
  if (first === 'kubeconfig' && second === 'user') return kubeconfigOfUser(words, machine);
  if (first !== 'init' || second !== 'phase') return usage(words);
  if (third === 'certs') return create(roles[fourth], machine);
  if (third === 'kubeconfig') return create(roles[`${fourth}.conf`], machine);
  if (third === 'etcd' && fourth === 'local') return writeManifests(['etcd'], machine);
  if (third === 'control-plane') return writeManifests(fourth === 'all' ? controlPlane : [`kube-${fourth}`], machine);
  if (third === 'kubelet-finalize') return finalize(root);
  return usage(words);
}

/** What is wrong with a configuration: what a fix writes has to have both documents, and all that kubeadm would look up. */
function wrongConfig(path: string, root: string): string | undefined {
  if (!existsSync(join(root, path))) return `unable to read config ${path}`;
  const text = readFileSync(join(root, path), 'utf8');
  if (!text.startsWith('{')) return undefined;
  const [cluster, node] = text.split('\n---\n').map((document) => JSON.parse(document));
  const isWhole =
    cluster?.kind === 'ClusterConfiguration' &&
    /^v1\.\d+\.\d+$/.test(cluster.kubernetesVersion) &&
    cluster.networking.serviceSubnet !== '' &&
    node?.kind === 'InitConfiguration' &&
    node.apiVersion === cluster.apiVersion &&
    isIP(node.localAPIEndpoint.advertiseAddress) !== 0 &&
    node.nodeRegistration.name !== '';
  return isWhole ? undefined : `not a configuration: ${text}`;
}

const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** Like kubeadm, keeps what is there. */
async function create(role: Role | undefined, machine: Machine): Promise<Answer> {
  if (role === undefined) return { status: 64, said: 'no such phase\n' };
  const files = filesOf(role).map((path) => join(machine.root, path));
  if (files.every(existsSync)) return { status: 0, said: `using the existing ${role}\n` };
  const answer = await issued(machine, { only: [role] });
  return answer.status === 0 && files.every(existsSync) ? answer : signAsBefore(role, machine);
}

/** Like kubeadm, replaces certificates and keys, whenever they expire, and skips what is not there. */
async function renew(name: string, machine: Machine): Promise<Answer> {
  const [{ remedies }] = layouts;
  const all = name === 'all' ? remedies.renewal.roles : [roles[name] ?? name];
  const present = all.filter((role) => existsSync(join(machine.root, pathOfCertificate(role as Role))));
  return present.length === 0
    ? { status: 1, said: `${name} is missing\n` }
    : issued(machine, { only: present, replace: present });
}

async function issued({ root, options }: Machine, more: IssueOptions): Promise<Answer> {
  const report = await issue({ ...options, ...more, rootfs: root, cwd: '/', write: true, algorithm: 'ecdsa-p256' });
  const { exitCode, plan, failure } = report;
  return { status: exitCode, said: `${JSON.stringify({ refusals: plan.refusals, left: plan.left, failure })}\n` };
}

/** Signs the certificate that the node had before. kubeadm does not care what else is wrong, and what reads the file. */
function signAsBefore(role: Role, { root, healthy }: Machine): Answer {
  const [path = '', keyPath] = filesOf(role).map((file) => join(root, file));
  if (keyPath === undefined) {
    writeFileSync(path, healthy.read(pathOf(role)), { mode: 0o600 });
    return { status: 0 };
  }
  if (isAuthority(role)) {
    const made = makeAuthority(authorities[role].commonName);
    writeFileSync(path, certificatePem(made.certificate));
    writeFileSync(keyPath, privateKeyPem(made.key), { mode: 0o600 });
    return { status: 0 };
  }
  const [caPath = '', caKeyPath = ''] = filesOf(leafRow(role).signer).map((file) => join(root, file));
  const issuer = {
    certificate: new X509Certificate(readFileSync(caPath)).raw,
    key: keyFromPem(readFileSync(caKeyPath, 'utf8')),
  };
  const key = keyNamed(`signed as before: ${role}`);
  writeFileSync(path, certificatePem(certify(presentProfile(healthy.certificate(role)), {}, key, issuer)));
  writeFileSync(keyPath, privateKeyPem(key), { mode: 0o600 });
  return { status: 0 };
}

/** A kubeconfig on the standard output, for the user that `--client-name` names. */
function kubeconfigOfUser(words: readonly string[], { root, healthy }: Machine): Answer {
  const [user, organization] = ['--client-name', '--org'].map((name) => words[words.indexOf(name) + 1] ?? '');
  const { certificate, key } = makeAuthority(
    user ?? '',
    { ca: false, organizations: [organization ?? ''], usages: ['clientAuth'] },
    healthy.authority('kubernetes-ca'),
  );
  const said = kubeconfig({
    server: /server: (\S+)/.exec(healthy.read('kubelet.conf'))?.[1] ?? '',
    user: user ?? '',
    certificateAuthority: readFileSync(join(root, '/etc/kubernetes/pki/ca.crt'), 'utf8'),
    credential: { certificate: certificatePem(certificate), key: privateKeyPem(key) },
    release: '1.36',
  });
  return { status: 0, said };
}

function writeManifests(components: readonly string[], { root, healthy }: Machine): Answer {
  for (const component of components) {
    const path = `/etc/kubernetes/manifests/${component}.yaml`;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), healthy.read(path), { mode: 0o600 });
  }
  return { status: 0 };
}

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const kubeletConf = '/etc/kubernetes/kubelet.conf';

/** Makes kubelet.conf name the file that the kubelet renews. */
function finalize(root: string): Answer {
  const file = join(root, kubeletConf);
  const text = readFileSync(file, 'utf8');
  const named = text
    .replace(/client-certificate(?:-data)?: .*/, `client-certificate: ${pem}`)
    .replace(/client-key(?:-data)?: .*/, `client-key: ${pem}`);
  writeFileSync(file, named);
  return { status: 0 };
}

/** A kubelet that starts without a credential of its own takes the one that kubelet.conf embeds. */
export function startKubelet(root: string): Answer {
  const file = join(root, kubeletConf);
  if (!existsSync(file) || hasCredential(root)) return { status: 0 };
  const { users } = load(readFileSync(file, 'utf8')) as {
    users: readonly { user: Readonly<Record<string, string | undefined>> }[];
  };
  const { 'client-certificate-data': certificate, 'client-key-data': key } = users[0]?.user ?? {};
  if (certificate === undefined || key === undefined) return { status: 0 };
  const both = [certificate, key].map((text) => Buffer.from(text, 'base64').toString()).join('');
  const dated = pem.replace('current', '2026-12-01-00-00-00');
  mkdirSync(dirname(join(root, pem)), { recursive: true });
  writeFileSync(join(root, dated), both, { mode: 0o600 });
  rmSync(join(root, pem), { force: true });
  symlinkSync(dated, join(root, pem));
  return { status: 0 };
}

/** Follows a link inside the copy. */
function hasCredential(root: string): boolean {
  const found = lstatSync(join(root, pem), { throwIfNoEntry: false });
  if (found?.isSymbolicLink() !== true) return found !== undefined;
  return existsSync(join(root, resolve(dirname(pem), readlinkSync(join(root, pem)))));
}

const pathOfCertificate = (role: Role): string => filesOf(role)[0] ?? '';

function filesOf(role: Role): readonly string[] {
  const path = pathOf(role);
  return path.endsWith('.crt') ? [path, path.replace(/crt$/, 'key')] : [path];
}
