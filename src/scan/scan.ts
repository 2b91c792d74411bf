/** Finds and reads the nodes that the PATHs of a command line name. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { configOption, type InstallerConfig } from '../artifact/installer-config.ts';
import type { Layouts, NodeLayout } from '../artifact/layout.ts';
import type { ScannedNode } from '../artifact/node.ts';
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { strictest } from '../artifact/strictness.ts';
import { hintLines, UserError } from '../core/errors.ts';
import { type FoundCopy, nodeOfCopy } from './collected/copy.ts';
import { findCandidates } from './find-nodes.ts';
import type { FoundNode } from './found-node.ts';
import { releaseFolders } from './fs/beneath.ts';
import { diskTree } from './fs/disk.ts';
import { movedTree, type Overlay, overlaid } from './fs/overlay.ts';
import { sharedResolver } from './fs/resolve.ts';
import { fromSystem, isFolder, isRegularFile, placeInRoot } from './fs/roots.ts';
import { type FileTree, maxFileBytes } from './fs/tree.ts';
import { scanNode } from './node.ts';
import { readInstallerConfig } from './parse/kubeadm.ts';
import { procfsOf } from './processes/live-proc.ts';
import { runningOn } from './processes/running.ts';
import { type ScanFailure, scanFailure } from './scan-failure.ts';
import type { ScanOptions } from './scan-options.ts';
import { layoutByCas } from './separate-ca.ts';
import { withhold } from './withhold.ts';

/**
 * Reads every node of the PATHs. PATHs with the same root are one node; a PATH that fails does not stop the others.
 *
 * @throws UserError if an option names something that does not exist
 */
export async function scan<L extends NodeLayout>(
  options: ScanOptions<L>,
): Promise<{ nodes: ScannedNode<L>[]; failures: ScanFailure[]; dumps: readonly ClusterObjects[] }> {
  if (options.rootfs !== undefined) requireOptionFolder('--rootfs', options.rootfs, options);
  const { candidates, failures, dumps } = await findCandidates(options);
  const nodes: ScannedNode<L>[] = [];
  const { length } = candidates;
  // A tree, and with it what was looked up in it, is needed no more once its node is read.
  for (let candidate = candidates.shift(); candidate !== undefined; candidate = candidates.shift()) {
    options.onProgress?.(`Reading nodes: ${length - candidates.length} of ${length}`);
    const { unjudged } = candidate.layout;
    if (unjudged !== undefined) {
      failures.push(scanFailure(candidate.given, notJudged(unjudged)));
      continue;
    }
    try {
      const node = scanFound(candidate, options);
      if (isWorthLinting(node)) nodes.push(node);
      else addNothing(failures, candidate.given, options.layouts);
    } catch (error) {
      // A wrong option fails for every node; a copy may be broken.
      if (error instanceof UserError && candidate.copy === undefined) throw error;
      failures.push(scanFailure(candidate.label, error));
    }
  }
  releaseFolders();
  return { nodes, failures, dumps };
}

/**
 * Returns the files of a node, with the folders that options name; its own tree if they name none.
 *
 * @throws UserError if an option names something that does not exist
 */
export function treeWithOptions(candidate: FoundNode, options: ScanOptions): FileTree {
  const { name: layout, manifests, kubelet, kubeconfigFolders } = candidate.layout;
  const [kubeconfigs] = kubeconfigFolders;
  const overlays: Overlay[] = [];
  const add = (folder: string | undefined, name: string, value: string | undefined, ending?: string): void => {
    if (value === undefined) return;
    if (folder === undefined) throw new UserError(`${name} ${value}: nodes of ${layout} have no such directory`);
    overlays.push({ folder, tree: treeOfOption(candidate.tree, name, value, folder, options), ending });
  };
  add(manifests, '--manifests', options.manifests);
  add(kubelet.folder, '--kubelet-dir', options.kubeletDir);
  add(kubeconfigs?.folder, '--kubeconfigs', options.kubeconfigs, kubeconfigs?.ending);
  return overlaid(candidate.tree, overlays);
}

/**
 * Reads one node, with the files that options name.
 *
 * @throws UserError if an option names something that does not exist
 */
export function scanFound<L extends NodeLayout>(candidate: FoundNode<L>, options: ScanOptions<L>): ScannedNode<L> {
  // Nothing that may be secret is in a node from here on.
  return withhold(scanWhole(candidate, options), options.knownFields);
}

function scanWhole<L extends NodeLayout>(candidate: FoundNode<L>, options: ScanOptions<L>): ScannedNode<L> {
  if (candidate.copy !== undefined) return scanCopy(candidate, candidate.copy, options);
  const tree = treeWithOptions(candidate, options);
  const beyondPki = candidate.beyondPki || tree !== candidate.tree;
  const config = options.installerConfig;
  const shown = config === undefined ? {} : { installerConfig: readConfig(candidate.tree, config, options) };
  const { podTable, sources, findsComments, leftOut, sealWith, strictness = () => strictest, release } = options;
  const found = { ...candidate, tree, beyondPki };
  const isLive = options.isLive?.(candidate.rootfs) ?? candidate.rootfs === '/';
  // An archive is no folder of this machine.
  const isOnDisk = candidate.named !== undefined;
  const procfs = isOnDisk ? procfsOf(path.resolve(options.cwd, candidate.rootfs), isLive) : undefined;
  const node = scanNode(found, {
    podTable,
    strictness: (own) => strictness({ ...shown, ...own }),
    release: (own) => release?.({ ...shown, ...own }),
    manifests: options.manifests === undefined ? undefined : candidate.layout.manifests,
    sources,
    findsComments,
    leftOut,
    sealWith,
    isLive,
    keepsCtimes: !isOnDisk || isLive || procfs !== undefined,
  });
  // The root of another process may be that of another host.
  const host = candidate.rootfs === '/' && isLive && node.machine === undefined ? { host: hostname() } : {};
  const running = node.components.length === 0 ? undefined : runningOn(node, { tree, procfs, now: options.now });
  return { ...node, layout: layoutByCas(node), ...host, ...shown, ...(running && { running }) };
}

/** Reads a node from a copy without keys, in which nothing can be looked for. */
function scanCopy<L extends NodeLayout>(candidate: FoundNode<L>, copy: FoundCopy, options: ScanOptions<L>) {
  const { manifests, kubeletDir, kubeconfigs, installerConfig: config } = options;
  for (const [name, value] of Object.entries({
    '--manifests': manifests,
    '--kubelet-dir': kubeletDir,
    '--kubeconfigs': kubeconfigs,
  }))
    if (value !== undefined) throw new UserError(`${name} ${value}: a copy without keys has no directories`);
  const shown = config === undefined ? {} : { installerConfig: readConfig(candidate.tree, config, options) };
  const { strictness = () => strictest, layouts, findsComments = false } = options;
  const { label, rootfs, tree } = candidate;
  const place = { label, rootfs, describe: (path: string) => tree.describe(path) };
  const reading = {
    layouts,
    findsComments,
    strictness: (own: Pick<ScannedNode, 'components' | 'shownRelease'>) => strictness({ ...shown, ...own }),
  };
  return { ...nodeOfCopy(copy, place, reading), ...shown };
}

/** Returns the tree of a folder that an option names: the node's if it has such a folder, else this machine's. */
function treeOfOption(tree: FileTree, option: string, value: string, folder: string, options: ScanOptions): FileTree {
  const onNode = pathOnNode(value, options);
  const { state, realPath } = sharedResolver(tree)(onNode);
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
  if (!isFolder(folder)) throw new UserError(`${option} ${value}: no such directory`);
}

function readConfig(tree: FileTree, value: string, options: ScanOptions): InstallerConfig {
  const onNode = pathOnNode(value, options);
  const { state, realPath } = sharedResolver(tree)(onNode);
  const own = state === 'file' && realPath !== undefined ? tree.read(realPath) : undefined;
  const config = readInstallerConfig(value, own instanceof Uint8Array ? own : readOptionFile(value, options));
  if (!('error' in config)) return config;
  throw new UserError(`${configOption} ${value}: ${config.error}`);
}

function readOptionFile(value: string, { cwd }: ScanOptions): Uint8Array {
  const file = path.resolve(cwd, value);
  if (!isRegularFile(file)) throw new UserError(`${configOption} ${value}: no such file`);
  try {
    const { size } = statSync(file);
    if (size > maxFileBytes)
      throw new UserError(`${configOption} ${value}: too large for a configuration (${size} bytes)`);
    return readFileSync(file);
  } catch (error) {
    const known = fromSystem(error);
    if (error instanceof UserError || known === undefined) throw error;
    throw new UserError(`${configOption} ${value}: ${known.message}`, hintLines(known.hint));
  }
}

/** Returns the error of a node that is recognised and not judged. */
export function notJudged({ title, instead }: NonNullable<NodeLayout['unjudged']>): UserError {
  return new UserError(
    `nothing to lint: this is a node of ${title}, whose certificates pki-lint does not judge`,
    instead,
    3,
  );
}

/** Whether a node has anything to judge, or anything unreadable to report. */
export function isWorthLinting(node: ScannedNode): boolean {
  return [...node.files.values()].some(
    ({ state, content }) =>
      !['absent', 'outside', 'directory'].includes(state) && !['other', 'settings'].includes(content?.type ?? ''),
  );
}

/** Adds that a PATH contains nothing to lint. If it contains archives, that says enough. */
function addNothing(failures: ScanFailure[], given: string, [{ pki }]: Layouts): void {
  const message = 'nothing to lint: found no certificate, key, kubeconfig or manifest';
  const hint = `give the directory that contains the PKI, usually ${pki}`;
  const index = failures.findIndex(({ path, exitCode }) => path === given && exitCode === 0);
  const known = failures[index];
  if (known) failures[index] = { ...known, exitCode: 3 };
  else failures.push({ path: given, message, hint, exitCode: 3 });
}
