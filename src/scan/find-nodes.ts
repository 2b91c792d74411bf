/** Finds the nodes that the PATHs of a command line name. */
import path from 'node:path';
import { Readable } from 'node:stream';
import type { ClusterObjects } from '../artifact/cluster-objects.ts';
import { defaultLayout, type NodeLayout, pkiFolders } from '../artifact/layout.ts';
import { pathArgument } from '../core/command/shell.ts';
import { UserError } from '../core/errors.ts';
import { count, handful } from '../core/text.ts';
import { copiesIn } from './collected/find.ts';
import { besideCopies, copyCandidate } from './copy-candidate.ts';
import { dumpInArchive, dumpInFolder, dumpOfBytes, dumpOfFile } from './find-dumps.ts';
import type { FoundCandidate } from './found-node.ts';
import { peek, readArchive } from './fs/archive.ts';
import { archiveTree, findArchiveNodes, listArchive, showsMore, unreadOutside } from './fs/archive-tree.ts';
import { bytesOf, streamOf } from './fs/bounded.ts';
import { displayPath } from './fs/disk.ts';
import { findDiskNodes } from './fs/disk-nodes.ts';
import type { NestedNode } from './fs/folders.ts';
import { layoutOfTree } from './fs/layout-of-tree.ts';
import { archiveName, type NestedNodes } from './fs/nested.ts';
import {
  findDiskRoot,
  fromSystem,
  givenPaths,
  isFolder,
  isRegularFile,
  placeInRoot,
  type RootWithFiles,
  rootAt,
} from './fs/roots.ts';
import { beginningOf, isObjectText, mayHaveObjects } from './object-text.ts';
import type { ScanOptions } from './scan-options.ts';
import { singleFileError } from './single-file.ts';

/** A PATH that could not be linted, or not all of it. */
export interface ScanFailure {
  /** As typed. */
  readonly path: string;
  /** Does not contain the path. */
  readonly message: string;
  readonly hint: string | null;
  /** 2: it could not be read; 3: it contains nothing to lint; 0: what is next to its nodes was not linted. */
  readonly exitCode: 0 | 2 | 3;
}

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
  candidates: readonly FoundCandidate<L>[];
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
    for (const candidate of found.candidates) addCandidate(all, candidate);
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
  const dump = isObjectText(beginningOf(file)) ? dumpOfFile(file, given) : undefined;
  return dump === undefined ? await findInArchive(given, file, options) : onlyDump(dump);
}

const onlyDump = (dump: ClusterObjects): Found<never> => ({ candidates: [], failures: [], dumps: [dump] });

/** An archive, or objects as text. */
async function findInPipe<L extends NodeLayout>(given: string, options: ScanOptions<L>): Promise<Found<L>> {
  const { first, stream } = await peek(options.stdin());
  if (!isObjectText(first)) return findInArchive(given, undefined, { ...options, stdin: () => Readable.from(stream) });
  const dump = dumpOfBytes(await bytesOf(stream), given);
  if (dump !== undefined) return onlyDump(dump);
  throw new UserError('neither a tar archive nor objects of a cluster');
}

async function findInArchive<L extends NodeLayout>(
  given: string,
  file: string | undefined,
  { layouts, stdin }: ScanOptions<L>,
): Promise<Found<L>> {
  const archive = await readArchive(file === undefined ? stdin() : streamOf(file), layouts).catch((error) => {
    throw (file !== undefined && error instanceof UserError && singleFileError(given, file, layouts)) || error;
  });
  const listing = listArchive(archive);
  const copies = copiesIn(archive);
  const beside = besideCopies(findArchiveNodes(archive, listing, layouts), copies);
  const pki = defaultLayout(layouts).pki;
  const { dump, nodes } = mayHaveObjects(archive, beside.nodes, pki)
    ? dumpInArchive(archive, { nodes: beside.nodes, pki }, given)
    : { dump: undefined, nodes: beside.nodes };
  const found = { ...beside, nodes };
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
  const left = notLinted(given, found, labelOf, 'unpack the archive, and ');
  const all = [...copies.map((copy) => copyCandidate(copy, given, layouts)), ...candidates];
  return { candidates: all, failures: [...left, ...unread], ...(dump && { dumps: [dump] }) };
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
  const nested = findDiskNodes(path.resolve(cwd, given), layouts, undefined, onSearched);
  const [only] = nested.nodes;
  const isBare = only?.folder === '' && only.base !== '/' && nested.nodes.length === 1;
  const dump = isBare ? dumpInFolder(path.resolve(cwd, given), given) : undefined;
  if (dump !== undefined) return onlyDump(dump);
  const pathOf = (folder: string) => (folder === '' ? given : path.join(given, folder));
  const candidateOf = ({ folder, base }: NestedNode) => {
    if (folder === '') return itself();
    return diskCandidate(rootAt(path.resolve(cwd, given, folder), base, cwd, layouts), pathOf(folder), options);
  };
  const found = await Promise.all(
    nested.nodes.map((node) =>
      attempt(pathOf(node.folder), async () => ({ candidates: [candidateOf(node)], failures: [] })),
    ),
  );
  return {
    candidates: found.flatMap((one) => one.candidates),
    failures: [...notLinted(given, nested, pathOf, ''), ...found.flatMap((one) => one.failures)],
  };
}

/**
 * Returns what a PATH contains in addition to its nodes, so that nothing is left out in silence. What is next to nodes
 * does not change the exit code.
 *
 * @param first what must be done before a file can be named as a PATH
 */
function notLinted(
  given: string,
  { left, loose, unlinted, unsearched, stoppedAfter }: NestedNodes,
  pathOf: (folder: string) => string,
  first: string,
): ScanFailure[] {
  const name = `${first}give each`;
  const [archives, certificates] = [true, false].map((is) => loose.filter((file) => archiveName.test(file) === is));
  const kinds = [
    {
      what: 'archives in it',
      of: archives ?? [],
      hint: first === '' ? commandFor(archives?.map(pathOf) ?? []) : undefined,
    },
    {
      what: 'certificates or keys next to its nodes',
      of: certificates ?? [],
      hint: `${name} directory that contains them as a PATH`,
    },
  ];
  return [
    ...left.map(({ folder }): ScanFailure => {
      const message = 'a node below a directory of certificates';
      return { path: pathOf(folder), message, hint: `${name} node as a PATH of its own`, exitCode: 2 };
    }),
    ...(stoppedAfter === undefined ? [] : [stoppedAfter]).map((folders): ScanFailure => {
      const message = `stopped searching for nodes after ${folders} directories`;
      return { path: given, message, hint: `${name} node as a PATH`, exitCode: 2 };
    }),
    ...unsearched.map(({ folder, reason }): ScanFailure => {
      const message = `not searched for nodes: ${reason}`;
      return { path: pathOf(folder), message, hint: `${name} node as a PATH`, exitCode: 2 };
    }),
    ...unlinted.map((folder): ScanFailure => {
      const message = 'next to nodes, but not recognized as one';
      return { path: pathOf(folder), message, hint: `if it is a node, ${first}give it as a PATH`, exitCode: 0 };
    }),
    ...kinds
      .filter(({ of }) => of.length > 0)
      .map(({ what, of, hint = `${name} archive as a PATH` }): ScanFailure => {
        const message = `${what}: ${handful(of, 5)}`;
        return { path: given, message, hint, exitCode: 0 };
      }),
  ];
}

/**
 * The command that lints archives: `pki-lint fleet/*.tar.gz`; undefined if a shell would not read the names as they
 * are.
 */
function commandFor(archives: readonly string[]): string | undefined {
  const patterns = new Set(archives.map((file) => `${path.dirname(file)}/*${archiveName.exec(file)?.[0] ?? ''}`));
  const words = archives.length === 1 ? archives : [...patterns];
  return words.every((word) => /^[\w./*+-]+$/.test(word)) ? `type: pki-lint ${words.join(' ')}` : undefined;
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

/** Adds a node. PATHs with the same root are one node with several folders of certificates. */
function addCandidate<L extends NodeLayout>(all: Map<string, FoundCandidate<L>>, candidate: FoundCandidate<L>): void {
  const key = `${candidate.beyondPki} ${candidate.rootfs}`;
  const other = all.get(key);
  const added = candidate.pki.filter((folder) => !other?.pki.includes(folder));
  all.set(key, other === undefined ? candidate : { ...other, pki: [...other.pki, ...added] });
}

/** Reports an unexpected exception while one node is linted. It must not stop the linting of the others. */
export function internalError(error: unknown): UserError {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new UserError(`internal error: ${message}`, 'this is a bug in pki-lint, please report it');
}

export function scanFailure(given: string, error: unknown): ScanFailure {
  const known = fromSystem(error) ?? internalError(error);
  return { path: given, message: known.message, hint: known.hint ?? null, exitCode: known.exitCode };
}
