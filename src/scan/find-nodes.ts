/** Finds the nodes that the PATHs of a command line name. */
import path from 'node:path';
import { Readable } from 'node:stream';
import { defaultLayout, type Layouts, type NodeLayout, pkiFolders } from '../artifact/layout.ts';
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { pathArgument } from '../core/command/shell.ts';
import { UserError } from '../core/errors.ts';
import { count } from '../core/text.ts';
import { copyCandidate, mixedFailure, separateCopies } from './copy-candidate.ts';
import type { FoundCandidate } from './found-node.ts';
import { peek, readArchive } from './fs/archive.ts';
import { archiveTree, findArchiveNodes, listArchive, showsMore, unreadOutside } from './fs/archive-tree.ts';
import { bytesOf, streamOf } from './fs/bounded.ts';
import { displayPath } from './fs/disk.ts';
import { findDiskNodes } from './fs/disk-nodes.ts';
import type { NestedNode } from './fs/folders.ts';
import { hasDefaultBesides, layoutOfTree } from './fs/layout-of-tree.ts';
import { maxDumpBytes } from './fs/limits.ts';
import type { NestedNodes } from './fs/nested.ts';
import {
  findDiskRoot,
  givenPaths,
  isFolder,
  isRegularFile,
  placeInRoot,
  type RootWithFiles,
  rootAt,
} from './fs/roots.ts';
import { notLinted } from './not-linted.ts';
import { dumpsInArchive, dumpsInBytes, dumpsInFile, dumpsInFolder } from './objects/find.ts';
import { beginningOf, isObjectText, type Outside, outsideInArchive, outsideInFolder } from './objects/outside.ts';
import { errorOfText } from './objects/unread-text.ts';
import { type ScanFailure, scanFailure } from './scan-failure.ts';
import type { ScanOptions } from './scan-options.ts';
import { singleFileError } from './single-file.ts';

interface Found<L extends NodeLayout> {
  readonly candidates: readonly FoundCandidate<L>[];
  readonly failures: readonly ScanFailure[];
  readonly dumps?: readonly ClusterObjects[];
}

/** Nodes in one archive: linting that many takes ten seconds even if they are empty. */
const maxNodes = 3000;

/** Finds the nodes of all PATHs. PATHs with the same root are one node; a PATH that fails does not stop the others. */
export async function findCandidates<L extends NodeLayout>(
  options: ScanOptions<L>,
): Promise<{
  candidates: FoundCandidate<L>[];
  failures: ScanFailure[];
  dumps: readonly ClusterObjects[];
}> {
  const all = new Map<string, FoundCandidate<L>>();
  const failures: ScanFailure[] = [];
  const dumps: ClusterObjects[] = [];
  const places = { ...options, ...givenPaths(options, options) };
  const paths = new Set(places.paths);
  for (const [index, given] of [...paths].entries()) {
    if (paths.size > 1) options.onProgress?.(`Looking for nodes: path ${index + 1} of ${paths.size}`);
    const found = await attempt(shownIn(given, options), () => findNodes(given, places));
    failures.push(...found.failures);
    for (const candidate of found.candidates) {
      addCandidate(all, candidate);
      const other = besides(candidate, options.layouts);
      if (other !== undefined) addCandidate(all, other);
    }
    dumps.push(...(found.dumps ?? []));
  }
  return { candidates: [...all.values()], failures, dumps };
}

/** With `--rootfs` a PATH is one of the node: a failure names the place on this machine. */
function shownIn(given: string, { rootfs, cwd }: Pick<ScanOptions, 'rootfs' | 'cwd'>): string {
  return rootfs === undefined || given === '-'
    ? given
    : displayPath(placeInRoot(given, rootfs, cwd), path.resolve(cwd));
}

async function attempt<L extends NodeLayout>(given: string, find: () => Promise<Found<L>>): Promise<Found<L>> {
  try {
    return await find();
  } catch (error) {
    return { candidates: [], failures: [scanFailure(given, error)] };
  }
}

async function findNodes<L extends NodeLayout>(given: string, options: ScanOptions<L>): Promise<Found<L>> {
  const { cwd, rootfs } = options;
  const inRoot = placeInRoot(given, rootfs, cwd);
  const file = given === '-' ? undefined : [inRoot, path.resolve(cwd, given)].find(isRegularFile);
  if (given !== '-' && (file === undefined || isFolder(inRoot))) return await findInFolder(given, options);
  if (file === undefined) return await findInPipe(given, options);
  const dumps = isObjectText(beginningOf(file)) ? dumpsInFile(file, given) : [];
  return dumps.length === 0 ? await findInArchive(given, file, options) : onlyDumps(dumps);
}

const onlyDumps = (dumps: readonly ClusterObjects[]): Found<never> => ({ candidates: [], failures: [], dumps });

/** An archive, or objects as text. */
async function findInPipe<L extends NodeLayout>(given: string, options: ScanOptions<L>): Promise<Found<L>> {
  const { first, stream } = await peek(options.stdin());
  const textError = errorOfText(first);
  if (textError === undefined)
    return findInArchive(given, undefined, { ...options, stdin: () => Readable.from(stream) });
  const dumps = dumpsInBytes(await bytesOf(stream, maxDumpBytes), given);
  if (dumps.length > 0) return onlyDumps(dumps);
  throw textError;
}

async function findInArchive<L extends NodeLayout>(
  given: string,
  file: string | undefined,
  { layouts, stdin }: ScanOptions<L>,
): Promise<Found<L>> {
  const archive = await readArchive(file === undefined ? stdin() : streamOf(file), layouts).catch((error) => {
    if (file === undefined || !(error instanceof UserError)) throw error;
    throw singleFileError(given, file, layouts) ?? errorOfText(beginningOf(file)) ?? error;
  });
  const listing = listArchive(archive);
  const { copies, others, mixed } = separateCopies(archive, findArchiveNodes(archive, listing, layouts), layouts);
  const outside = outsideInArchive(archive, { nodes: others.nodes, pki: defaultLayout(layouts).pki });
  const dumps = outside.texts.length > 0 ? dumpsInArchive(archive, outside.texts, given) : [];
  const found = besideDumps(others, outside, dumps);
  if (found.nodes.length > maxNodes) {
    throw new UserError(`${found.nodes.length} nodes, more than ${maxNodes}`, 'lint them in several archives');
  }
  const labelOf = (folder: string) => (folder === '' ? given : `${given}!/${folder}`);
  const candidates = found.nodes.map(({ folder, base }): FoundCandidate<L> => {
    const tree = archiveTree(archive, listing, { folder, base, layouts }, `${given}!`);
    const label = labelOf(folder);
    const { layout, ...found } = layoutOfTree(tree, base, layouts);
    const place = { given: label, label, rootfs: label, beyondPki: showsMore(tree, layout) };
    return { ...place, ...found, tree, layout, pki: pkiFolders(layout) };
  });
  const unread = unreadOutside(archive, found.nodes).map(([path, reason]): ScanFailure => {
    return { path: `${given}!/${path}`, message: `not read: ${reason}`, hint: null, exitCode: 2 };
  });
  // A dump alone has deep folders, which are not those of a node.
  const isDump = dumps.length > 0 && found.nodes.length === 0;
  const left = isDump ? [] : notLinted(given, found, labelOf, 'unpack the archive, and ');
  const all = [...copies.map((copy) => copyCandidate(copy, given, layouts)), ...candidates];
  return {
    candidates: all,
    failures: [...mixed.map((folder) => mixedFailure(labelOf(folder))), ...left, ...unread],
    dumps,
  };
}

/** Returns what a PATH contains besides dumps, whose files have been read. */
function besideDumps(
  found: NestedNodes,
  { texts, nodes }: Outside<NestedNode>,
  dumps: readonly ClusterObjects[],
): NestedNodes {
  if (dumps.length === 0) return found;
  const isRead = (folder: string) => texts.some((name) => name.startsWith(`${folder}/`));
  return { ...found, nodes, unlinted: found.unlinted.filter((folder) => !isRead(folder)) };
}

/** Finds the node that a folder belongs to, or the nodes that it contains. */
async function findInFolder<L extends NodeLayout>(given: string, options: ScanOptions<L>): Promise<Found<L>> {
  const { cwd, rootfs, layouts, onProgress } = options;
  const itself = () => diskCandidate(findDiskRoot(given, rootfs, cwd, layouts), given, options);
  if (rootfs !== undefined) return { candidates: [itself()], failures: [] };
  // Its end may be cut off.
  const onSearched = (folders: number, most: number) =>
    onProgress?.(
      `Searching for PKI directories: ${count(folders, 'directory', 'directories')} (up to ${most}) in ${given}`,
    );
  const folder = path.resolve(cwd, given);
  const nested = findDiskNodes(folder, layouts, undefined, onSearched);
  const outside = outsideInFolder(folder, { nodes: nested.nodes, pki: defaultLayout(layouts).pki });
  const dumps = outside.texts.length > 0 ? dumpsInFolder(folder, outside.texts, given) : [];
  const others = besideDumps(nested, outside, dumps);
  if (dumps.length > 0 && others.nodes.length === 0) return onlyDumps(dumps);
  const pathOf = (folder: string) => (folder === '' ? given : path.join(given, folder));
  const candidateOf = ({ folder, base }: NestedNode) => {
    if (folder === '') return itself();
    return diskCandidate(rootAt(path.resolve(cwd, given, folder), base, cwd, layouts), pathOf(folder), options);
  };
  const found = await Promise.all(
    others.nodes.map((node) =>
      attempt(pathOf(node.folder), async () => ({ candidates: [candidateOf(node)], failures: [] })),
    ),
  );
  return {
    candidates: found.flatMap((one) => one.candidates),
    failures: [...notLinted(given, others, pathOf, ''), ...found.flatMap((one) => one.failures)],
    dumps,
  };
}

function diskCandidate<L extends NodeLayout>(
  { folder, base, pki, layout, kind, shownBy, tree }: RootWithFiles<L>,
  given: string,
  { cwd }: ScanOptions,
): FoundCandidate<L> {
  const shown = displayPath(folder, cwd);
  const whole = folder === '/' ? [] : ['--rootfs', shown];
  const named = base === '/' ? whole : [pathArgument(shown)];
  const place = { given, label: shown, rootfs: shown, named, beyondPki: showsMore(tree, layout) };
  return { ...place, tree, layout, kind, shownBy, pki: pkiFolders({ ...layout, pki }) };
}

/** The same root as a node of the default layout, if it has files of that which its own layout leaves out. */
function besides<L extends NodeLayout>(
  candidate: FoundCandidate<L>,
  layouts: Layouts<L>,
): FoundCandidate<L> | undefined {
  if (candidate.copy !== undefined || !hasDefaultBesides(candidate.tree, candidate.layout, layouts)) return undefined;
  const layout = defaultLayout(layouts);
  const { shownBy, ...rest } = candidate;
  return { ...rest, label: `${candidate.label} (${layout.name})`, layout, kind: undefined, pki: pkiFolders(layout) };
}

/** Adds a node. PATHs with the same root are one node with several folders of certificates. */
function addCandidate<L extends NodeLayout>(all: Map<string, FoundCandidate<L>>, candidate: FoundCandidate<L>): void {
  const key = `${candidate.beyondPki} ${candidate.layout.name} ${candidate.rootfs}`;
  const other = all.get(key);
  const added = candidate.pki.filter((folder) => !other?.pki.includes(folder));
  all.set(key, other === undefined ? candidate : { ...other, pki: [...other.pki, ...added] });
}
