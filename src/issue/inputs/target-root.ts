/** Finds the folder of this machine to write to, and its place on the node. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { defaultLayout, type Layouts, pkiFolders } from '../../artifact/layout.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { lineOfWords, optionWords } from '../../core/command/shell.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';
import type { FoundNode } from '../../scan/found-node.ts';
import { diskTree, displayPath } from '../../scan/fs/disk.ts';
import { type FoundLayout, layoutOfTree } from '../../scan/fs/layout-of-tree.ts';
import { resolver } from '../../scan/fs/resolve.ts';
import {
  type FoundRoot,
  findDiskRoot,
  findRootAbove,
  givenPaths,
  isFolder,
  isRegularFile,
  placeInRoot,
} from '../../scan/fs/roots.ts';
import { type FileTree, impliedFolder, isMiss } from '../../scan/fs/tree.ts';
import { notJudged } from '../../scan/scan.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import type { IssueOptions } from './issue-options.ts';

export interface TargetRoot {
  readonly found: FoundNode<Layout>;
  /** The place on this machine: nothing of the node is written outside of its folder. */
  readonly disk: FoundRoot<Layout>;
  /** The path on this machine of a path of the node, links of folders followed inside the node. */
  toMachine(path: string): string;
}

/**
 * The root that PATH names. An empty or missing folder stands for the home of the default layout (/etc/kubernetes), or
 * for its PKI root if the folder has that name (`pki`).
 *
 * @throws UserError for several PATHs, for archives, for a folder that cannot be read, and for a node that is not
 *   judged
 */
export function findTargetRoot(options: IssueOptions, layouts: Layouts<Layout>): TargetRoot {
  const { cwd = '.' } = options;
  const { paths, rootfs } = givenPaths(options, { cwd, layouts });
  const [given = '', ...others] = paths;
  if (others.length > 0) throw new UserError('issuing works on one node at a time', 'name one PATH');
  const directory = absolute(cwd);
  const folder = placeInRoot(given, rootfs, directory);
  if (given === '-' || isRegularFile(folder)) {
    throw new UserError(
      `"${given}" is not a directory, and issue cannot write to archives`,
      'unpack it, and name the directory; a copy without keys cannot be issued for: run issue on the node',
    );
  }
  refuseMisspelt(given, folder, layouts);
  const isThere = existsSync(folder) && !isEmpty(folder);
  const disk = isThere ? knownRoot(given, rootfs, directory, layouts) : newRoot(folder, rootfs, directory, layouts);
  const { layout, kind } = disk;
  if (layout.unjudged !== undefined) throw notJudged(layout.unjudged);
  const root = existsSync(disk.folder) ? realpathSync(disk.folder) : disk.folder;
  const tree = whole(diskTree({ folder: root, shown: disk.folder, base: disk.base, cwd: directory, layouts }), disk);
  const label = displayPath(disk.folder, directory);
  const beyondPki = disk.base !== layout.pki;
  const pki = pkiFolders({ ...layout, pki: disk.pki });
  const found = { label, rootfs: label, tree, beyondPki, layout, kind, pki };
  return {
    found,
    disk: { ...disk, folder: root },
    toMachine: (node) => onMachine(node, tree, root, disk.base),
  };
}

/**
 * Refuses a folder that does not exist where a layout's folder of nearly the same name does: `/etc/kubernets`. Other
 * names may be those of new nodes.
 */
function refuseMisspelt(given: string, folder: string, layouts: Layouts<Layout>): void {
  if (existsSync(folder)) return;
  const usual = layouts.flatMap(({ home, pki }) => [home, pki].map((one) => path.basename(one)));
  const around = namesIn(path.dirname(folder))?.filter((name) => usual.includes(name)) ?? [];
  const meant = nearest(path.basename(folder), around);
  if (meant === undefined) return;
  throw new UserError(`"${given}" does not exist`, [
    `did you mean "${path.join(path.dirname(given), meant)}"?`,
    'for a new PKI, create the directory first',
  ]);
}

/** If the working directory was removed, relative paths cannot be resolved later either, and absolute ones can. */
function absolute(cwd: string): string {
  try {
    return path.resolve(cwd);
  } catch {
    return cwd;
  }
}

/** If the folder cannot be listed, reading it reports why. */
const isEmpty = (folder: string): boolean => isFolder(folder) && namesIn(folder)?.length === 0;

/** The names in a folder; undefined if it cannot be listed. */
function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

/** The root of a folder that is not empty; one with the name of a PKI root is in the home of its node. */
function knownRoot(
  given: string,
  rootfs: string | undefined,
  cwd: string,
  layouts: Layouts<Layout>,
): FoundRoot<Layout> {
  const disk = findDiskRoot(given, rootfs, cwd, layouts);
  const { home, pki } = disk.layout;
  if (disk.base !== pki || !isNamedPki(disk.folder, disk.layout)) return disk;
  return { ...disk, folder: disk.folder.slice(0, home.length - pki.length) || '/', base: home, pki };
}

/** Whether a folder of this machine is called as the PKI root is below the home of its layout. */
function isNamedPki(folder: string, { home, pki }: Layout): boolean {
  return home !== pki && isAtOrBelow(pki, home) && folder.endsWith(pki.slice(home.length));
}

/** The root of a folder that is empty or does not exist yet. */
function newRoot(folder: string, rootfs: string | undefined, cwd: string, layouts: Layouts<Layout>): FoundRoot<Layout> {
  const usual = { layout: defaultLayout(layouts), kind: undefined };
  if (rootfs !== undefined) {
    const root = path.resolve(cwd, rootfs);
    const above = findRootAbove(root, layouts);
    if (above !== undefined && above !== root) {
      const message = `--rootfs ${rootfs} is inside a node, so that ${displayPath(folder, cwd)} would be its PKI`;
      throw new UserError(
        message,
        `name its root: ${lineOfWords(optionWords('--rootfs', displayPath(above, cwd) || '.'))}`,
      );
    }
    const node = folder.slice(root === '/' ? 0 : root.length) || '/';
    const found = layoutAt(root, layouts) ?? usual;
    const { home, pki } = found.layout;
    return { folder: root, base: '/', pki: isAtOrBelow(home, node) || node === pki ? pki : node, ...found };
  }
  const ends = layouts.flatMap((one) => [one.pki, one.home].map((end) => ({ end, layout: one })));
  const known = ends.find(({ end }) => folder.endsWith(end));
  if (known !== undefined) {
    const above = folder.slice(0, -known.end.length) || '/';
    const found = layoutAt(above, layouts) ?? { layout: known.layout, kind: undefined };
    return { folder: above, base: '/', pki: found.layout.pki, ...found };
  }
  const { layout } = usual;
  const { home, pki } = layout;
  const top = isNamedPki(folder, layout) ? folder.slice(0, home.length - pki.length) || '/' : folder;
  return { folder: top, base: home, pki, ...usual };
}

/**
 * The layout of which a root has signs; undefined if it has none, or does not exist yet. An etcd alone does not show
 * which control plane is to come.
 */
function layoutAt(root: string, layouts: Layouts<Layout>): FoundLayout<Layout> | undefined {
  if (!isFolder(root)) return undefined;
  const found = layoutOfTree(diskTree({ folder: realpathSync(root), base: '/', cwd: root, layouts }), '/', layouts);
  return found.kind === undefined || found.kind === 'etcd' ? undefined : found;
}

/** For issuing, the folder is all there is: what it lacks is absent, not merely outside of the input. */
function whole(tree: FileTree, { base, layout }: FoundRoot): FileTree {
  const top = base === '/' ? layout.home : base;
  return {
    ...tree,
    lstat(node) {
      const entry = tree.lstat(node);
      if (!isMiss(entry) || entry.state !== 'outside') return entry;
      if (isAtOrBelow(node, top) && node !== top) return { state: 'absent' };
      return isAtOrBelow(top, node) ? impliedFolder : entry;
    },
    list(node) {
      const names = tree.list(node);
      return isMiss(names) && names.state === 'outside' && isAtOrBelow(node, top) ? [] : names;
    },
  };
}

function onMachine(named: string, tree: FileTree, root: string, base: string): string {
  const folder = path.posix.dirname(named);
  const real = resolver(tree)(folder).realPath ?? folder;
  const node = path.posix.join(real, path.posix.basename(named));
  if (!isAtOrBelow(node, base)) {
    throw new UserError(`${named} is outside of "${root}"`, 'name the root of the node: --rootfs DIR');
  }
  return path.join(root, node.slice(base === '/' ? 0 : base.length));
}
