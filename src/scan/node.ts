/** Everything that is read of one node. */
import { posix } from 'node:path';
import { lastArgument } from '../core/arguments.ts';
import type { Component, NodeFile, ScannedNode } from '../core/artifact.ts';
import { hostPath, normalizePath } from '../core/paths.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import { withConfigFile } from './components/config-file.ts';
import { readKubelet } from './components/kubelet.ts';
import type { Files, ReadAs } from './components/node-files.ts';
import type { FlagType } from './components/words.ts';
import { filesOf } from './files.ts';
import { resolver } from './fs/resolve.ts';
import { type FileTree, join } from './fs/tree.ts';
import { walk } from './walk.ts';

/** A node's root that was found, and what of it to walk. */
export interface FoundNode {
  readonly label: string;
  readonly rootfs: string;
  /** What a command says to find it again; undefined: an archive, or nothing that has a name. */
  readonly named?: readonly string[];
  readonly beyondPki: boolean;
  readonly tree: FileTree;
  /** The folders of certificates, as the node sees them; the first is the PKI root. */
  readonly pki: readonly [string, ...string[]];
}

export interface NodeOptions {
  readonly flagType: FlagType;
  readonly expected: readonly string[];
  /** How the components of a node judge certificates; the newest Go by default. */
  readonly strictness?: (components: readonly Component[]) => Strictness;
  /** The static pod folder, where it is not the kubelet's to say. */
  readonly manifests?: string;
}

const kubernetesFolder = '/etc/kubernetes';
const kubeletFolder = '/var/lib/kubelet';

/** Reads a node: what runs on it first, since that decides how certificates are read; then the PKI root, walked. */
export function scanNode(found: FoundNode, { flagType, expected, strictness, manifests }: NodeOptions): ScannedNode {
  let components: readonly Component[] = [];
  let judgedAs: Strictness | undefined;
  const files = filesOf(found.tree, {
    flagType,
    authorities: new Map(),
    settings: new Map(),
    strictness: () => {
      judgedAs ??= strictness?.(components) ?? strictest;
      return judgedAs;
    },
  });
  const kubelet = found.beyondPki ? readKubelet(files, kubeletFolder, flagType) : undefined;
  const folder = normalizePath(
    manifests ??
      ((kubelet && lastArgument(kubelet, 'pod-manifest-path')?.value) || join(kubernetesFolder, 'manifests')),
  );
  const manifestFiles = findManifests(files, folder);
  const isPki = (path: string) => found.pki.some((pki) => path.startsWith(`${pki}/`)) || isKubeconfigName(path);
  // What lies among certificates or kubeconfigs is read as such first.
  components = manifestFiles.filter((path) => !isPki(path)).flatMap((path) => podsOf(files, path));
  const resolve = resolver(found.tree);
  const pkiFiles = [...new Set(found.pki.flatMap((path) => walk(files, resolve, path)))].sort();
  lookAtKubeconfigs(files);
  if (found.beyondPki && resolve(administratorsCopy).state === 'file') files.look(administratorsCopy);
  lookAtKubelet(files, kubelet);
  const late = manifestFiles.filter(isPki).flatMap((path) => podsOf(files, path));
  components = [...components, ...late, ...(kubelet === undefined ? [] : [kubelet])].map((component) =>
    withConfigFile(files, component),
  );
  for (const path of expected) files.look(path.startsWith('/') ? path : join(found.pki[0], path));
  lookAtNamed(files, components);
  const { label, rootfs, named, beyondPki, pki } = found;
  // On the node itself an absent key is an absent key.
  const seen = rootfs === '/' ? files.all : withKeysLeftOut(files.all, pkiFiles);
  return {
    label,
    rootfs,
    ...(named ? { named } : {}),
    pki: pki[0],
    beyondPki,
    files: seen,
    pkiFiles,
    manifestFiles,
    components,
  };
}

/** kubeadm's own: a file by such a name that is no kubeconfig is a broken one. */
const kubeconfigNames = /^(?:admin|super-admin|kubelet|bootstrap-kubelet|controller-manager|scheduler)\.conf$/;

const isKubeconfigName = (path: string): boolean => posix.dirname(path) === kubernetesFolder && path.endsWith('.conf');

function lookAtKubeconfigs(files: Files): void {
  for (const name of files.list(kubernetesFolder)) {
    const path = join(kubernetesFolder, name);
    if (isKubeconfigName(path)) files.look(path, kubeconfigNames.test(name) ? 'kubeconfig' : 'any');
  }
}

/** Where administrators keep their copy of admin.conf. */
const administratorsCopy = '/root/.kube/config';

function lookAtKubelet(files: Files, kubelet: Component | undefined): void {
  const folder = (kubelet && lastArgument(kubelet, 'root-dir')?.value) || kubeletFolder;
  files.look(join(folder, 'config.yaml'), 'settings');
  files.look(join(folder, 'instance-config.yaml'), 'settings');
  files.look(join(folder, 'kubeadm-flags.env'), 'text');
  const pki = (kubelet && lastArgument(kubelet, 'cert-dir')?.value) || join(folder, 'pki');
  for (const name of files.list(pki)) files.look(join(pki, name));
}

/**
 * The manifests of a static pod folder: every file in it that does not start with a dot, whatever it is called
 * (k8s.io/kubernetes pkg/kubelet/config/file_linux.go `listConfig`); a path to one file counts too.
 */
const meant = /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler)\.(?:ya?ml|json)$/;

function findManifests(files: Files, folder: string): readonly string[] {
  if (files.look(folder).state === 'file') return [folder];
  // Of two manifests of one component that which bears its name is the one that is meant.
  const names = files
    .list(folder)
    .filter((name) => !name.startsWith('.'))
    .sort((one, other) => Number(meant.test(other)) - Number(meant.test(one)));
  return names.map((name) => join(folder, name));
}

function podsOf(files: Files, path: string): readonly Component[] {
  const { content } = files.look(path, 'manifest');
  return content?.type === 'manifest' ? content.components : [];
}

/** Files that components name, and files that the kubeconfigs among all files name. */
function lookAtNamed(files: Files, components: readonly Component[]): void {
  for (const { path, as } of components.flatMap(namedFiles)) files.look(path, as);
  for (const file of [...files.all.values()]) {
    for (const path of namedByKubeconfig(file)) files.look(posix.normalize(path), 'pem');
  }
}

/** By the end of an argument's name: what the file is for. The first that matches counts. */
const kinds: readonly (readonly [RegExp, ReadAs])[] = [
  [/(?:^|-)kubeconfig$/, 'kubeconfig'],
  [/(?:^|-)(?:ca-?file|cert-?file|key-?file|certificate|certificate-authority|client-key)$/, 'pem'],
  [/^log-file$/, 'text'],
  [/-file$/, 'any'],
];

/** Every file that a component's arguments name, as paths of the node. */
export function namedFiles(component: Component): { readonly path: string; readonly as: ReadAs }[] {
  return component.arguments.flatMap(({ name, value }) => {
    if (value === undefined || value === '') return [];
    const as = name === 'tls-sni-cert-key' ? 'pem' : kinds.find(([ending]) => ending.test(name))?.[1];
    if (as === undefined || as === 'text') return [];
    // `CERT,KEY` or `CERT,KEY:DOMAIN,…` (k8s.io/component-base cli/flag `NamedCertKey`).
    const paths = name === 'tls-sni-cert-key' ? (value.split(':')[0] ?? '').split(',').slice(0, 2) : [value];
    return paths.flatMap((path) => {
      const onNode = hostPath(component, path);
      return onNode.startsWith('/') ? [{ path: onNode, as }] : [];
    });
  });
}

/** Every file that a kubeconfig names by path. */
export function namedByKubeconfig({ content }: NodeFile): readonly string[] {
  if (content?.type !== 'kubeconfig') return [];
  const { cluster, user } = content.kubeconfig;
  return [cluster?.certificateAuthority, user?.certificate, user?.key].flatMap((reference) => reference?.path ?? []);
}

function holdsPrivateKey({ content }: NodeFile): boolean {
  if (content?.type !== 'pem') return false;
  return content.pem.blocks.some(
    (block) =>
      block.type === 'private-key' ||
      block.type === 'encrypted-key' ||
      (block.type === 'malformed' && block.promised === 'private-key'),
  );
}

function holdsLeaf({ content }: NodeFile): boolean {
  if (content?.type !== 'pem') return false;
  return content.pem.blocks.some((block) => block.type === 'certificate' && !block.certificate.basicConstraints?.ca);
}

/**
 * The files of a copy. No certificate but a CA's is of use without its private key, so that a copy that holds one and
 * no key at all was made without them: its keys are not absent, but were not given.
 */
export function withKeysLeftOut(
  files: ReadonlyMap<string, NodeFile>,
  pkiFiles: readonly string[],
): ReadonlyMap<string, NodeFile> {
  const inPki = pkiFiles.flatMap((path) => files.get(path) ?? []);
  const anyKey = inPki.some((file) => holdsPrivateKey(file) || file.path.endsWith('.key'));
  if (anyKey || !inPki.some(holdsLeaf)) return files;
  const given = new Map(files);
  for (const [path, file] of files) {
    if (file.state === 'absent' && path.endsWith('.key')) {
      given.set(path, { ...file, state: 'outside', detail: 'no private key was given' });
    }
  }
  return given;
}
