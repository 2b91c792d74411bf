/** Reads everything of one node. */
import { posix } from 'node:path';
import { componentNamed, lastArgument } from '../core/arguments.ts';
import type { Component, NodeFile, PemBlock, ScannedNode } from '../core/artifact.ts';
import type { NodeLayout } from '../core/layout.ts';
import { hostPath, inFolder } from '../core/paths.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import { withConfigFile } from './components/config-file.ts';
import type { Files, ReadAs } from './components/node-files.ts';
import type { ArgumentSources, Search, SourceResult } from './components/source.ts';
import { argumentSources } from './components/sources.ts';
import type { FlagType } from './components/words.ts';
import { filesOfTree } from './files.ts';
import { resolver } from './fs/resolve.ts';
import { type FileTree, join } from './fs/tree.ts';
import { walk } from './walk.ts';

/** The root of a node, and the folders in it to walk. */
export interface FoundNode<L extends NodeLayout = NodeLayout> {
  readonly label: string;
  readonly rootfs: string;
  /** The words with which a command finds it again; undefined for an archive, or something without a name. */
  readonly named?: readonly string[];
  readonly beyondPki: boolean;
  readonly tree: FileTree;
  readonly layout: L;
  /** The folders of certificates, as paths of the node; the first is the PKI root. */
  readonly pki: readonly [string, ...string[]];
}

export interface NodeOptions {
  readonly flagType: FlagType;
  /** How the components of a node judge certificates; by default as the newest Go. */
  readonly strictness?: (components: readonly Component[]) => Strictness;
  /** The static pod folder, if an option names it instead of the kubelet. */
  readonly manifests?: string | undefined;
  /** Further sources of arguments. */
  readonly sources?: ArgumentSources | undefined;
}

/** Reads a node: its components first, since they decide how certificates are read; then everything in the PKI root. */
export function scanNode<L extends NodeLayout>(found: FoundNode<L>, options: NodeOptions): ScannedNode<L> {
  const { layout, beyondPki } = found;
  const { flagType, strictness, manifests } = options;
  let components: readonly Component[] = [];
  let judgedAs: Strictness | undefined;
  const files = filesOfTree(found.tree, {
    flagType,
    authorities: new Map(),
    settings: new Map(),
    strictness: () => {
      judgedAs ??= strictness?.(components) ?? strictest;
      return judgedAs;
    },
  });
  const isPki = (path: string) => found.pki.some((pki) => path.startsWith(`${pki}/`)) || isKubeconfigName(path, layout);
  const shown = askSources({ files, layout, flagType, beyondPki, manifests, isPki }, options);
  components = shown.flatMap((one) => one.components);
  const resolve = resolver(found.tree);
  const pkiFiles = [...new Set(found.pki.flatMap((path) => walk(files, resolve, path)))].sort();
  lookAtKubeconfigs(files, layout);
  const { administratorsCopy } = layout;
  if (beyondPki && resolve(administratorsCopy).state === 'file') files.look(administratorsCopy);
  lookAtKubelet(files, components, layout);
  components = shown
    .flatMap((one) => [...one.components, ...(one.later?.() ?? [])])
    .map((component) => withConfigFile(files, component));
  for (const path of layout.expected) files.look(inFolder(found.pki[0], path));
  lookAtNamed(files, components);
  const { tree: _, pki, ...place } = found;
  // On the node itself a missing key is really absent.
  const seen = found.rootfs === '/' ? files.all : withKeysLeftOut(files.all, pkiFiles);
  const manifestFiles = shown.flatMap((one) => one.manifests ?? []);
  return { ...place, pki: pki[0], files: seen, pkiFiles, manifestFiles, components };
}

/** The results of the layout's sources, the last one first: the control plane comes before the kubelet that starts it. */
function askSources(search: Search, { sources }: NodeOptions): readonly SourceResult[] {
  const all = { ...argumentSources, ...sources };
  const shown: SourceResult[] = [];
  for (const name of search.layout.sources) {
    const source = all[name];
    if (source === undefined) throw new Error(`no source of arguments ${name}`);
    const known = shown.flatMap(({ components }) => components);
    shown.push(source.find(search, known));
  }
  return shown.reverse();
}

const isKubeconfigName = (path: string, { kubeconfigFolder, kubeconfigEnding }: NodeLayout): boolean =>
  posix.dirname(path) === kubeconfigFolder && path.endsWith(kubeconfigEnding);

function lookAtKubeconfigs(files: Files, layout: NodeLayout): void {
  for (const name of files.list(layout.kubeconfigFolder)) {
    const path = join(layout.kubeconfigFolder, name);
    if (!isKubeconfigName(path, layout)) continue;
    // A file with a known name that is not a kubeconfig is a broken one.
    files.look(path, layout.knownKubeconfigs.includes(path) ? 'kubeconfig' : 'any');
  }
}

function lookAtKubelet(files: Files, components: readonly Component[], { kubelet: layout }: NodeLayout): void {
  const kubelet = componentNamed({ components }, 'kubelet');
  const folder = (kubelet && lastArgument(kubelet, 'root-dir')?.value) || layout.folder;
  for (const name of layout.settings) files.look(join(folder, name), 'settings');
  files.look(join(folder, layout.flags.file), 'text');
  const pki = (kubelet && lastArgument(kubelet, 'cert-dir')?.value) || join(folder, layout.certificates);
  for (const name of files.list(pki)) files.look(join(pki, name));
}

/** Files that components name, and files that the kubeconfigs among all files name. */
function lookAtNamed(files: Files, components: readonly Component[]): void {
  for (const { path, as } of components.flatMap(namedFiles)) files.look(path, as);
  for (const file of [...files.all.values()]) {
    for (const path of namedByKubeconfig(file)) files.look(posix.normalize(path), 'pem');
  }
}

/** The kind of file by the end of an argument's name. The first that matches counts. */
const kinds: readonly (readonly [RegExp, ReadAs])[] = [
  [/(?:^|-)kubeconfig$/, 'kubeconfig'],
  [/(?:^|-)(?:ca-?file|cert-?file|key-?file|certificate|certificate-authority|client-key)$/, 'pem'],
  [/^log-file$/, 'text'],
  [/-file$/, 'any'],
];

/** Every file that a component's arguments name, as paths of the node. */
function namedFiles(component: Component): { readonly path: string; readonly as: ReadAs }[] {
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
function namedByKubeconfig({ content }: NodeFile): readonly string[] {
  if (content?.type !== 'kubeconfig') return [];
  const { cluster, user } = content.kubeconfig;
  return [cluster?.certificateAuthority, user?.certificate, user?.key].flatMap((reference) => reference?.path ?? []);
}

const isKey = (block: PemBlock): boolean =>
  ['private-key', 'encrypted-key'].includes(block.type) ||
  (block.type === 'malformed' && block.promised === 'private-key');

const isLeaf = (block: PemBlock): boolean => block.type === 'certificate' && !block.certificate.basicConstraints?.ca;

/**
 * The files of a copy. Only a CA's certificate is of use without its private key, so a copy with another certificate and
 * no key at all was made without keys: they are not absent from the node, but not in the input.
 */
function withKeysLeftOut(
  files: ReadonlyMap<string, NodeFile>,
  pkiFiles: readonly string[],
): ReadonlyMap<string, NodeFile> {
  const contents = pkiFiles.flatMap((path) => files.get(path)?.content ?? []);
  const blocks = contents.flatMap((content) => (content.type === 'pem' ? content.pem.blocks : []));
  const isKeyFile = (path: string) => path.endsWith('.key') && files.has(path);
  if (blocks.some(isKey) || pkiFiles.some(isKeyFile) || !blocks.some(isLeaf)) return files;
  const given = new Map(files);
  for (const [path, file] of files) {
    if (file.state === 'absent' && path.endsWith('.key')) {
      given.set(path, { ...file, state: 'outside', detail: 'no private key was given' });
    }
  }
  return given;
}
