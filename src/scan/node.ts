/** Reads all files of one node. */
import { posix } from 'node:path';
import {
  kubeletCertificates,
  kubeletFolder,
  kubeletServingPair,
  requestsServingCertificates,
} from '../artifact/arguments.ts';
import type { Component, ProgramFile } from '../artifact/component.ts';
import { flagsFiles, type KubeconfigFolder, type NodeLayout, type Programs } from '../artifact/layout.ts';
import type { LeftOut } from '../artifact/left-out.ts';
import type { ScannedNode } from '../artifact/node.ts';
import { foldersOf, inFolder, normalizePath } from '../artifact/paths.ts';
import type { PodTable } from '../artifact/pod-table.ts';
import { type Strictness, strictest } from '../artifact/strictness.ts';
import type { Supervisor } from '../artifact/supervisor.ts';
import { withAwaited } from './awaited.ts';
import { withConfiguration } from './components/configuration.ts';
import type { Files } from './components/node-files.ts';
import { filesOfPrograms } from './components/programs.ts';
import type { ArgumentSources, Search, SourceResult } from './components/source.ts';
import { machineOf } from './components/specifiers.ts';
import { etcdDataIn } from './etcd-data.ts';
import { filesOfTree } from './files.ts';
import type { FoundNode } from './found-node.ts';
import { type Resolve, sharedResolver } from './fs/resolve.ts';
import { join } from './fs/tree.ts';
import { withLeftOut } from './left-out.ts';
import { lookAround, openSecrets } from './look-around.ts';
import { lookAtNamed } from './look-at-named.ts';
import { namedFiles } from './named-files.ts';
import { pkiFoldersOf } from './own-folder.ts';
import { searchFiles } from './search.ts';
import { argumentSources } from './sources.ts';
import { withUserArguments } from './supervisor/components.ts';
import { findMoved, supervisorOf } from './supervisor/moved.ts';
import { userArguments } from './supervisor/user-arguments.ts';
import { walk } from './walk.ts';

export interface NodeOptions {
  readonly podTable: PodTable;
  /** Returns how strictly the components of a node check certificates; by default like the newest Go. */
  readonly strictness?: (shown: Pick<ScannedNode, 'components' | 'shownRelease'>) => Strictness;
  /** Returns the release of a node that shows none by its components. */
  readonly release?: (shown: Pick<ScannedNode, 'components' | 'shownRelease'>) => string | undefined;
  /** The static pod folder, if an option names it instead of the kubelet. */
  readonly manifests?: string | undefined;
  /** Additional sources of arguments. */
  readonly sources?: ArgumentSources | undefined;
  /** Whether to look for comments that excuse findings. */
  readonly findsComments?: boolean | undefined;
  /** What a policy says is left out of copies. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  /** Whether it is this machine itself, and not a copy; by default if its root is `/`. */
  readonly isLive?: boolean | undefined;
  /** `false` for a copy on disk: its files were all created when it was copied. */
  readonly keepsCtimes?: boolean | undefined;
  /** The key of what is known about secrets; by default a random one. */
  readonly sealWith?: Uint8Array | undefined;
}

/** Reads a node. Components come first, because their release decides how certificates are parsed. */
export function scanNode<L extends NodeLayout>(given: FoundNode<L>, options: NodeOptions): ScannedNode<L> {
  const { strictness } = options;
  let components: readonly Component[] = [];
  let nodeStrictness: Strictness | undefined;
  const resolve = sharedResolver(given.tree);
  const strictnessOfNode = () => {
    nodeStrictness ??= strictness?.({ components, ...said }) ?? strictest;
    return nodeStrictness;
  };
  const files = filesOfNode(given, resolve, options, strictnessOfNode);
  const said = { ...releaseIn(files, given.layout.release), ...machineOf(files) };
  const supervisor = supervisorOf(files, given);
  const find = (node: FoundNode<L>) => findComponents(files, node, { ...options, ...said, supervisor });
  const { found, results } = findMoved(given, supervisor, find);
  const { layout, beyondPki } = found;
  components = results.flatMap((one) => one.components);
  const pki = pkiFoldersOf(found, components, resolve);
  const walked = [...new Set(pki.flatMap((path) => walk(files, resolve, path, layout.flat?.includes(path))))].sort();
  const isBlank = beyondPki && components.length === 0 && walked.length === 0;
  const pkiFiles = isBlank ? searchFiles(files, resolve) : walked;
  lookAtKubeconfigs(files, found, resolve);
  lookAtKubelet(files, components, layout);
  const configured = configurer(files, layout, supervisor);
  components = results.flatMap((one) => [...one.components, ...configured(one.later?.() ?? [])]);
  const expected = layout.expected.map((path) => inFolder(pki[0], path));
  for (const path of [...expected, ...(found.tree.unread ?? [])]) files.look(path);
  const ofPrograms = beyondPki ? lookAtPrograms(files, results) : [];
  const served = configured(results.flatMap((one) => one.services?.(components) ?? []));
  const services = served.filter(({ user }) => user !== undefined);
  lookAbove(files, [...components, ...services], layout.programs);
  const named = lookAtNamed(files, { components, others: served, ...manifestsOf(results) }, layout.programs);
  const programFiles = [...named.ofComponents, ...ofPrograms, ...named.ofOthers];
  const { tree: _, pki: __, ...place } = found;
  const neighbours = lookAround(files, programFiles, [...pki, kubeletCertificates({ components, layout })]);
  // On the node itself a missing key really is absent.
  const isLive = options.isLive ?? found.rootfs === '/';
  const node = { ...found, pkiFiles, components };
  const others = filesOfNode(given, resolve, options, strictnessOfNode);
  const open = openSecrets({ files, others, resolve, layout, kubelet: kubeletFolder({ components, layout }) });
  const seen = withAwaited(new Map([...files.all, ...open.map((file) => [file.path, file] as const)]), node);
  return {
    ...place,
    ...said,
    ...manifestsOf(results),
    pki: pki[0],
    ...(isLive ? { files: seen } : withLeftOut(seen, node, options.leftOut)),
    pkiFiles,
    components,
    programFiles,
    neighbours,
    services,
    etcdData: etcdDataIn(layout, [...components, ...served], resolve),
    ...(supervisor && { supervisor }),
  };
}

function filesOfNode(
  { tree, layout }: FoundNode,
  resolve: Resolve,
  options: NodeOptions,
  strictness: () => Strictness,
): Files {
  const { podTable, findsComments, keepsCtimes, sealWith } = options;
  const { programs, ownVolumes } = layout;
  const reading = {
    programs,
    podTable: ownVolumes === undefined ? podTable : { ...podTable, ownVolumes },
    authorities: new Map(),
    settings: new Map(),
    findsComments,
    keepsCtimes,
    sealWith,
    strictness,
  };
  return filesOfTree(tree, reading, resolve);
}

function manifestsOf(
  results: readonly SourceResult[],
): Pick<ScannedNode, 'manifestFiles' | 'manifestFolder' | 'idleManifests' | 'sans'> {
  const sans = results.find((one) => one.sans !== undefined)?.sans;
  return {
    ...(sans && { sans }),
    manifestFiles: results.flatMap((one) => one.manifests ?? []),
    manifestFolder: results.find((one) => one.manifestFolder !== undefined)?.manifestFolder,
    idleManifests: results.flatMap((one) => one.idle ?? []),
  };
}

/** The release in a file: `v1.33.5-eks-113cf36`, or `version: v1.36.0` in the description of a package. */
function releaseIn(files: Files, path: string | undefined): Pick<ScannedNode, 'shownRelease'> {
  const text = path === undefined || files.seek(path, 'text')?.state !== 'file' ? undefined : files.text(path);
  const [, release] = /(?:^\s*|(?:^|\n)version: *["']?)v?(\d+\.\d+\.\d+)/.exec(text ?? '') ?? [];
  return path === undefined || release === undefined ? {} : { shownRelease: { release, path } };
}

/** Looks at the files that other programs name. */
function lookAtPrograms(files: Files, results: readonly SourceResult[]): readonly ProgramFile[] {
  const own = results.flatMap((one) => one.units ?? []);
  const found = filesOfPrograms(files, own);
  for (const { path } of found) files.look(path);
  return found;
}

/** Looks at the folders above the files of programs that a unit starts as a user. */
function lookAbove(files: Files, components: readonly Component[], programs: Programs): void {
  const users = components.filter(({ mounts, user }) => mounts === undefined && user !== undefined);
  for (const { path } of users.flatMap((component) => namedFiles(component, programs)))
    for (const folder of foldersOf(path)) files.look(folder);
}

/** Whether a path is in a folder of certificates, or may be a kubeconfig by its name. */
const isInPki = (path: string, { pki, layout }: FoundNode): boolean =>
  pki.some((folder) => path.startsWith(`${folder}/`)) || kubeconfigFolderOf(path, layout) !== undefined;

/** Returns what adds to components the arguments that their files, and the settings of a supervisor, give them. */
function configurer(files: Files, layout: NodeLayout, supervisor: Supervisor | undefined) {
  const users = supervisor && layout.supervisor ? userArguments(supervisor, layout.supervisor) : [];
  return (components: readonly Component[]): readonly Component[] =>
    components.map((component) => withUserArguments(withConfiguration(files, component), users));
}

/**
 * Runs the layout's sources, and reads the configuration of each component. Results are in reverse order: the control
 * plane before the kubelet that starts it.
 */
function findComponents(
  files: Files,
  found: FoundNode,
  options: NodeOptions & Pick<ScannedNode, 'supervisor' | 'shownRelease'>,
): readonly SourceResult[] {
  const { layout, beyondPki } = found;
  const { supervisor, manifests, shownRelease } = options;
  const release = options.release?.({ components: [], ...(shownRelease && { shownRelease }) });
  const isPki = (path: string) => isInPki(path, found);
  const search: Search = { files, layout, beyondPki, manifests, isPki, supervisor, release };
  const all = { ...argumentSources, ...options.sources };
  const configured = configurer(files, layout, supervisor);
  const results: SourceResult[] = [];
  for (const name of search.layout.sources) {
    const source = all[name];
    if (source === undefined) throw new Error(`no source of arguments ${name}`);
    const known = results.flatMap(({ components }) => components);
    const result = source.find(search, known);
    results.push({ ...result, components: configured(result.components) });
  }
  return results.reverse();
}

/** The folder of kubeconfigs in which a path is that may be one by its name. */
const kubeconfigFolderOf = (path: string, { kubeconfigFolders }: NodeLayout): KubeconfigFolder | undefined =>
  kubeconfigFolders.find(({ folder, ending = '' }) => posix.dirname(path) === folder && path.endsWith(ending));

function lookAtKubeconfigs(files: Files, { layout, beyondPki }: FoundNode, resolve: Resolve): void {
  const copy = layout.administratorsCopy;
  if (beyondPki && copy !== undefined && resolve(copy).state === 'file') files.look(copy);
  for (const { folder } of layout.kubeconfigFolders) {
    for (const path of files.list(folder).map((name) => join(folder, name))) {
      if (kubeconfigFolderOf(path, layout) === undefined) continue;
      // A file with a known name is always read as a kubeconfig, and is malformed if it is not one.
      files.look(path, layout.knownKubeconfigs.includes(path) ? 'kubeconfig' : 'any');
    }
  }
}

function lookAtKubelet(files: Files, components: readonly Component[], layout: NodeLayout): void {
  const folder = kubeletFolder({ components, layout });
  for (const name of layout.kubelet.settings) files.look(join(folder, name), 'settings');
  for (const path of flagsFiles({ ...layout.kubelet, folder })) files.look(normalizePath(path), 'text');
  const node = { components, layout };
  const pki = kubeletCertificates(node);
  for (const name of files.list(pki)) files.look(join(pki, name));
  if (requestsServingCertificates(node)) files.look(kubeletServingPair(node, true)[0]);
  // One of them alone keeps the kubelet from starting.
  const pair = kubeletServingPair(node, false);
  if (pair.some((path) => files.seek(path, 'any') !== undefined)) for (const path of pair) files.look(path);
}
