/** Finds and reads the nodes that the PATHs of a command line name. */
import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Component, KubeadmConfig, ScannedNode } from '../core/artifact.ts';
import { UserError } from '../core/errors.ts';
import type { Layouts, NodeLayout } from '../core/layout.ts';
import { type Strictness, strictest } from '../core/strictness.ts';
import type { ArgumentSources } from './components/source.ts';
import type { FlagType } from './components/words.ts';
import { readArchive } from './fs/archive.ts';
import { archiveTree, findArchiveRoots, listArchive, showsMore } from './fs/archive-tree.ts';
import { diskTree, displayPath } from './fs/disk.ts';
import { layoutOfTree } from './fs/layout.ts';
import { movedTree, type Overlay, overlaid } from './fs/overlay.ts';
import { resolver } from './fs/resolve.ts';
import { type FoundRoot, findDiskRoot, fromSystem, isFolder, isRegularFile, placeInRoot } from './fs/roots.ts';
import { type FileTree, maxFileBytes } from './fs/tree.ts';
import { type FoundNode, scanNode } from './node.ts';
import { readKubeadmConfig } from './parse/kubeadm.ts';

export interface ScanOptions<L extends NodeLayout = NodeLayout> {
  /** PATHs as typed; by default the PKI root of the first layout. `-` is standard input. */
  readonly paths: readonly string[];
  readonly rootfs?: string;
  readonly manifests?: string;
  readonly kubeconfigs?: string;
  readonly kubeletDir?: string;
  readonly kubeadmConfig?: string;
  /** Absolute. */
  readonly cwd: string;
  readonly stdin: () => NodeJS.ReadableStream;
  /** Returns the type of a flag; undefined for an unknown flag. */
  readonly flagType: FlagType;
  /** Returns how strictly a node with these components checks certificates; by default like the newest Go. */
  readonly strictness?: (shown: Pick<ScannedNode, 'components' | 'kubeadmConfig'>) => Strictness;
  /** The layouts that a node may have. */
  readonly layouts: Layouts<L>;
  /** Additional sources of arguments, by the names that layouts use. */
  readonly sources?: ArgumentSources;
}

/** A PATH that could not be linted. */
export interface ScanFailure {
  /** As typed. */
  readonly path: string;
  /** Does not contain the path. */
  readonly message: string;
  readonly hint: string | null;
  /** 2: it could not be read; 3: it contains nothing to lint. */
  readonly exitCode: 2 | 3;
}

/** A node and the PATH that it was found by. */
type Candidate<L extends NodeLayout> = FoundNode<L> & { readonly given: string };

/**
 * Reads every node of the PATHs. PATHs with the same root are one node; a PATH that fails does not stop the others.
 *
 * @throws UserError if an option names something that does not exist
 */
export async function scan<L extends NodeLayout>(
  options: ScanOptions<L>,
): Promise<{ nodes: ScannedNode<L>[]; failures: ScanFailure[] }> {
  if (options.rootfs !== undefined) requireOptionFolder('--rootfs', options.rootfs, options);
  const candidates: Candidate<L>[] = [];
  const failures: ScanFailure[] = [];
  const paths = options.paths.length === 0 ? [options.layouts[0].pki] : options.paths;
  for (const given of new Set(paths)) {
    try {
      addCandidates(candidates, await findNodes(given, options));
    } catch (error) {
      failures.push(asFailure(given, error));
    }
  }
  const nodes: ScannedNode<L>[] = [];
  for (const candidate of candidates) {
    try {
      const node = scanFound(candidate, options);
      if (isWorthLinting(node)) nodes.push(node);
      else failures.push(nothingIn(candidate.given, options.layouts));
    } catch (error) {
      // A wrong option fails for every node.
      if (error instanceof UserError) throw error;
      failures.push(asFailure(candidate.label, error));
    }
  }
  return { nodes, failures };
}

/** Nodes in one archive: linting that many takes ten seconds even if they are empty. */
const maxNodes = 3000;

async function findNodes<L extends NodeLayout>(given: string, options: ScanOptions<L>): Promise<Candidate<L>[]> {
  const { cwd, rootfs, layouts } = options;
  const inRoot = placeInRoot(given, rootfs, cwd);
  const file = given === '-' ? undefined : [inRoot, path.resolve(cwd, given)].find(isRegularFile);
  if (given !== '-' && (file === undefined || isFolder(inRoot))) {
    return [diskCandidate(findDiskRoot(given, rootfs, cwd, layouts), given, options)];
  }
  const archive = await readArchive(file === undefined ? options.stdin() : createReadStream(file), layouts);
  const listing = listArchive(archive);
  const roots = findArchiveRoots(listing, layouts);
  if (roots.length > maxNodes) {
    throw new UserError(`${roots.length} nodes, more than ${maxNodes}`, 'lint them in several archives');
  }
  return roots.map((root) => {
    const tree = archiveTree(archive, listing, root, `${given}!`);
    const label = root.folder === '' ? given : `${given}!/${root.folder}`;
    const layout = layoutOfTree(tree, layouts);
    return { given, label, rootfs: label, tree, beyondPki: showsMore(tree, layout), layout, pki: [layout.pki] };
  });
}

function diskCandidate<L extends NodeLayout>(
  { folder, base, pki, layout }: FoundRoot<L>,
  given: string,
  { cwd, layouts }: ScanOptions,
): Candidate<L> {
  const tree = diskTree({ folder: realpathSync(folder), shown: folder, base, cwd, layouts });
  const shown = displayPath(folder, cwd);
  const whole = folder === '/' ? [] : ['--rootfs', shown];
  const named = base === '/' ? whole : [shown];
  return { given, label: shown, rootfs: shown, named, tree, beyondPki: showsMore(tree, layout), layout, pki: [pki] };
}

/** Adds nodes. PATHs with the same root are one node with several folders of certificates. */
function addCandidates<L extends NodeLayout>(all: Candidate<L>[], found: readonly Candidate<L>[]): void {
  for (const candidate of found) {
    const same = all.findIndex((other) => other.rootfs === candidate.rootfs && other.beyondPki === candidate.beyondPki);
    const other = all[same];
    if (other === undefined) {
      all.push(candidate);
      continue;
    }
    const added = candidate.pki.filter((folder) => !other.pki.includes(folder));
    all[same] = { ...other, pki: [...other.pki, ...added] };
  }
}

/**
 * Reads one node, with the files that options name.
 *
 * @throws UserError if an option names something that does not exist
 */
export function scanFound<L extends NodeLayout>(candidate: FoundNode<L>, options: ScanOptions): ScannedNode<L> {
  const { manifests, kubelet, kubeconfigFolder, kubeconfigEnding } = candidate.layout;
  const overlays: Overlay[] = [];
  const add = (folder: string, name: string, value: string | undefined, ending?: string): void => {
    if (value === undefined) return;
    overlays.push({ folder, tree: treeOfOption(candidate.tree, name, value, folder, options), ending });
  };
  add(manifests, '--manifests', options.manifests);
  add(kubelet.folder, '--kubelet-dir', options.kubeletDir);
  add(kubeconfigFolder, '--kubeconfigs', options.kubeconfigs, kubeconfigEnding);
  const tree = overlaid(candidate.tree, overlays);
  const beyondPki = candidate.beyondPki || overlays.length > 0;
  const config = options.kubeadmConfig;
  const shown = config === undefined ? {} : { kubeadmConfig: readKubeadm(candidate.tree, config, options) };
  const { flagType, sources, strictness = () => strictest } = options;
  const found = { ...candidate, tree, beyondPki };
  const node = scanNode(found, {
    flagType,
    strictness: (components: readonly Component[]) => strictness({ ...shown, components }),
    manifests: options.manifests === undefined ? undefined : manifests,
    sources,
  });
  return { ...node, ...shown };
}

/** Returns the tree of a folder that an option names: the node's if it has such a folder, else this machine's. */
function treeOfOption(tree: FileTree, option: string, value: string, folder: string, options: ScanOptions): FileTree {
  const onNode = pathOnNode(value, options);
  const { state, realPath } = resolver(tree)(onNode);
  if (state === 'directory' && realPath !== undefined) return movedTree(tree, realPath, folder);
  requireOptionFolder(option, value, options);
  const shown = path.resolve(options.cwd, value);
  return diskTree({ folder: realpathSync(shown), shown, base: folder, cwd: options.cwd, layouts: options.layouts });
}

/** Converts the path of an option, which may be below `--rootfs` or inside it, to a path on the node. */
function pathOnNode(value: string, { rootfs, cwd }: ScanOptions): string {
  if (rootfs === undefined)
    return path.posix.normalize(`/${path.isAbsolute(value) ? value : path.relative('/', path.resolve(cwd, value))}`);
  const root = path.resolve(cwd, rootfs);
  return placeInRoot(value, rootfs, cwd).slice(root === '/' ? 0 : root.length) || '/';
}

function requireOptionFolder(option: string, value: string, { cwd }: ScanOptions): void {
  const folder = path.resolve(cwd, value);
  if (!isFolder(folder)) throw new UserError(`${option} ${value}: no such folder`);
}

function readKubeadm(tree: FileTree, value: string, options: ScanOptions): KubeadmConfig {
  const onNode = pathOnNode(value, options);
  const { state, realPath } = resolver(tree)(onNode);
  const own = state === 'file' && realPath !== undefined ? tree.read(realPath) : undefined;
  const config = readKubeadmConfig(value, own instanceof Uint8Array ? own : readOptionFile(value, options));
  if (!('error' in config)) return config;
  throw new UserError(`--kubeadm-config ${value}: ${config.error}`);
}

function readOptionFile(value: string, { cwd }: ScanOptions): Uint8Array {
  const file = path.resolve(cwd, value);
  if (!isRegularFile(file)) throw new UserError(`--kubeadm-config ${value}: no such file`);
  try {
    const { size } = statSync(file);
    if (size > maxFileBytes) throw new UserError(`--kubeadm-config ${value}: ${size} bytes are no configuration`);
    return readFileSync(file);
  } catch (error) {
    const known = fromSystem(error);
    if (error instanceof UserError || known === undefined) throw error;
    throw new UserError(`--kubeadm-config ${value}: ${known.message}`, known.hint);
  }
}

/** Whether a node has anything to judge, or anything unreadable to report. */
function isWorthLinting(node: ScannedNode): boolean {
  return [...node.files.values()].some(
    ({ state, content }) => !['absent', 'outside', 'directory'].includes(state) && content?.type !== 'other',
  );
}

function nothingIn(given: string, [{ pki }]: Layouts): ScanFailure {
  const message = 'nothing to lint: no certificate, key, kubeconfig or manifest';
  return { path: given, message, hint: `name the folder that holds the PKI, usually ${pki}`, exitCode: 3 };
}

/** Reports an unexpected exception while one node is linted. It must not stop the linting of the others. */
export function internalError(error: unknown): UserError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new UserError(`internal error: ${message}`, 'this is a bug of pki-lint; please report it');
}

function asFailure(given: string, error: unknown): ScanFailure {
  const known = fromSystem(error) ?? internalError(error);
  return { path: given, message: known.message, hint: known.hint ?? null, exitCode: known.exitCode };
}
