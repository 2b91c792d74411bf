/**
 * What kubeadm does on a node, as far as printed fixes use it: what it reads, signs, keeps and refuses is that of
 * kubeadm (cmd/kubeadm/app/phases/certs, kubeconfig, certs/renewal). It shares no code with pki-lint.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { IssueOptions } from '../../../src/index.ts';
import { kubeconfig, manifests } from '../../support/manifests.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import {
  isAuthority,
  isKubeconfig,
  type LeafRole,
  leafRow,
  leaves,
  pathOf,
  type Role,
  since,
} from '../../support/roles.ts';
import { type Configured, configuredBy, detected } from './kubeadm-configuration.ts';
import {
  authorityOf,
  createAuthority,
  createCertificate,
  renewCertificate,
  renewKubeconfig,
  signLeaf,
} from './kubeadm-signing.ts';
import { hasCredential } from './kubelet.ts';
import type { Answer } from './node-shell.ts';

export interface Machine {
  /** Folder of the copy. */
  readonly root: string;
  /** The node before something went wrong. */
  readonly healthy: NodeTree;
  readonly options: IssueOptions;
  /** Where its configuration says that certificates are. */
  readonly certificatesDir?: string;
}

const phases: Readonly<Record<string, Role>> = {
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
};

/** What `certs renew` knows: everything but the kubelet's kubeconfig. */
const renewable: Readonly<Record<string, LeafRole>> = {
  ...(Object.fromEntries(Object.entries(phases).filter(([, role]) => !isAuthority(role))) as Record<string, LeafRole>),
  'admin.conf': 'admin.conf',
  'super-admin.conf': 'super-admin.conf',
  'controller-manager.conf': 'controller-manager.conf',
  'scheduler.conf': 'scheduler.conf',
};

const done = (said = ''): Answer => ({ status: 0, said });
const refused = (said: string): Answer => ({ status: 1, said: `error: ${said}\n` });

/** Does what a command line of kubeadm says. */
export async function kubeadm(words: readonly string[], machine: Machine): Promise<Answer> {
  try {
    return obey(words, machine);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function obey(words: readonly string[], given: Machine): Answer {
  const [first, second, third = '', fourth = ''] = words;
  if (first === 'config' && second === 'migrate') return migrate(words, given);
  if (first === 'certs' && second === 'renew') return renew(third, given);
  const configured = configurationOf(words, given);
  const { certificatesDir } = configured;
  const machine = certificatesDir === undefined ? given : { ...given, certificatesDir };
  if (first === 'kubeconfig' && second === 'user') return done(kubeconfigOfUser(words, configured, machine));
  if (first === 'init' && second === 'phase') {
    if (third === 'certs') return createCerts(fourth, configured, machine);
    if (third === 'kubeconfig') return createKubeconfig(`${fourth}.conf`, words, configured, machine);
    if (third === 'etcd' && fourth === 'local')
      return configured.externalEtcd
        ? done('[etcd] External etcd mode. Skipping the creation of a manifest for local etcd\n')
        : writeManifests(['etcd'], configured, machine);
    if (third === 'control-plane')
      return writeManifests(fourth === 'all' ? controlPlane : [`kube-${fourth}`], configured, machine);
    if (third === 'kubelet-finalize') return finalize(machine.root);
  }
  return refused(`unknown command "${words.join(' ')}" for "kubeadm"`);
}

const option = (words: readonly string[], name: string): string | undefined => {
  const joined = words.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  return words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
};

/** Without a configuration, kubeadm detects what it can, and has defaults for the rest. */
function configurationOf(words: readonly string[], { root, healthy }: Machine): Configured {
  const file = option(words, '--config');
  const configured = file === undefined ? { site: detected(healthy), sans: {} } : configuredBy(file, root, healthy);
  const { site } = configured;
  const name = option(words, '--node-name') ?? site.name;
  const ip = option(words, '--apiserver-advertise-address') ?? site.ip;
  const controlPlaneEndpoint = option(words, '--control-plane-endpoint') ?? site.controlPlaneEndpoint;
  return { ...configured, site: { ...site, name, ip, controlPlaneEndpoint } };
}

function migrate(words: readonly string[], { root }: Machine): Answer {
  const at = (name: string) => join(root, resolve('/root', option(words, name) ?? ''));
  if (!existsSync(at('--old-config'))) return refused(`unable to read config from "${option(words, '--old-config')}"`);
  cpSync(at('--old-config'), at('--new-config'));
  return done();
}

/** Renews whenever a certificate expires. `all` skips what is not there. */
function renew(name: string, machine: Machine): Answer {
  const chosen = name === 'all' ? Object.values(renewable) : [renewable[name]];
  const said: string[] = [];
  for (const role of chosen) {
    if (role === undefined) return refused(`unknown certificate ${name}`);
    if (!existsSync(join(machine.root, pathOf(role)))) {
      if (name !== 'all') return refused(`failed to load existing certificate ${name}`);
      said.push(`MISSING! certificate for ${role}`);
    } else {
      if (!existsSync(join(machine.root, pathOf(leafRow(role).signer).replace(/crt$/, 'key')))) {
        said.push(`Detected external ${leafRow(role).signer}, ${role} cannot be renewed`);
      } else if (isKubeconfig(role)) renewKubeconfig(role, machine);
      else renewCertificate(role, machine);
    }
  }
  return done(`${said.join('\n')}\n`);
}

function createCerts(phase: string, configured: Configured, machine: Machine): Answer {
  const role = phases[phase];
  if (role === undefined) return refused(`unknown phase certs ${phase}`);
  return done(isAuthority(role) ? createAuthority(role, machine) : createCertificate(role, configured, machine));
}

const users = new Set<string>(Object.keys(leaves).filter(isKubeconfig));

/** Keeps a kubeconfig that trusts the CA of the node. */
function createKubeconfig(name: string, words: readonly string[], configured: Configured, machine: Machine): Answer {
  if (!users.has(name)) return refused(`unknown phase kubeconfig ${name}`);
  const role = name as LeafRole;
  const path = join(machine.root, option(words, '--kubeconfig-dir') ?? '/etc/kubernetes', name);
  const { certificatePem } = authorityOf('kubernetes-ca', machine);
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    const data = /certificate-authority-data: (\S+)/.exec(text)?.[1] ?? '';
    const same = Buffer.from(data, 'base64').toString().trim() === certificatePem.trim();
    if (same) return done(`Using existing kubeconfig file: "${name}"\n`);
    return refused(`a kubeconfig file "${name}" exists already but has got the wrong CA cert`);
  }
  const { site } = configured;
  const { commonName, organizations } = leafRow(role);
  const user = typeof commonName === 'string' ? commonName : commonName(site);
  writeFileSync(
    path,
    signedKubeconfig(user, organizations?.(site) ?? [], serverOf(role, configured), configured, machine),
    {
      mode: 0o600,
    },
  );
  return done();
}

/** The local components dial their own node; from 1.34 on the kubelet too. */
function serverOf(role: string, { site }: Configured): string {
  const isLocal =
    role === 'controller-manager.conf' || role === 'scheduler.conf' || (role === 'kubelet.conf' && since(site, '1.36'));
  const endpoint = isLocal ? undefined : site.controlPlaneEndpoint;
  if (endpoint === undefined) return `https://${site.ip}:6443`;
  return `https://${/:\d+$/.test(endpoint) ? endpoint : `${endpoint}:6443`}`;
}

function signedKubeconfig(
  user: string,
  organizations: readonly string[],
  server: string,
  { site }: Configured,
  machine: Machine,
): string {
  const authority = authorityOf('kubernetes-ca', machine);
  const credential = signLeaf(`kubeconfig of ${user}`, { commonName: user, organizations }, authority, machine);
  return kubeconfig({
    server,
    user,
    certificateAuthority: authority.certificatePem,
    credential,
    release: site.release,
  });
}

/** A kubeconfig on the standard output. */
function kubeconfigOfUser(words: readonly string[], configured: Configured, machine: Machine): string {
  const user = option(words, '--client-name');
  if (user === undefined) throw new Error('required flag(s) "client-name" not set');
  const organization = option(words, '--org');
  return signedKubeconfig(
    user,
    organization === undefined ? [] : [organization],
    serverOf('user', configured),
    configured,
    machine,
  );
}

const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** kubeadm writes what its configuration says, not what was there. */
function writeManifests(components: readonly string[], { site, externalEtcd }: Configured, { root }: Machine): Answer {
  const externalCa = !existsSync(join(root, '/etc/kubernetes/pki/ca.key'));
  const texts = manifests(site, { externalCa, externalEtcd });
  for (const component of components) {
    const text = texts[`${component}.yaml`];
    if (text === undefined) return refused(`unknown phase for ${component}`);
    const path = join(root, `/etc/kubernetes/manifests/${component}.yaml`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
  return done();
}

const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';

/** Makes kubelet.conf name the file that the kubelet renews, if that is there. */
function finalize(root: string): Answer {
  if (!hasCredential(root)) return done('Assuming that kubelet client certificate rotation is disabled\n');
  const file = join(root, '/etc/kubernetes/kubelet.conf');
  const named = readFileSync(file, 'utf8')
    .replace(/client-certificate(?:-data)?: .*/, `client-certificate: ${pem}`)
    .replace(/client-key(?:-data)?: .*/, `client-key: ${pem}`);
  writeFileSync(file, named);
  return done();
}
