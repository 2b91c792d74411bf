/** Everything that is read of one node. */
import { posix } from 'node:path';
import { lastArgument } from '../core/arguments.ts';
import type { Component, ScannedNode } from '../core/artifact.ts';
import { normalizePath } from '../core/mounts.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import { withConfigFile } from './config-file.ts';
import { type Files, filesOf } from './files.ts';
import type { FlagType } from './flags.ts';
import { readKubelet } from './kubelet.ts';
import { withKeysLeftOut } from './left-out.ts';
import { namedByKubeconfig, namedFiles } from './named.ts';
import { resolver } from './resolve.ts';
import { type FileTree, join } from './tree.ts';
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
