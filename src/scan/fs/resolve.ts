/** Follows symbolic links as the node does, without leaving its root. */
import type { FileState } from '../../artifact/file-state.ts';
import { notUtf8 } from '../../artifact/left-out.ts';
import { folderOf, normalizePath, withoutFolder } from '../../artifact/paths.ts';
import { remember } from '../../core/collections.ts';
import { isText, shownName } from './names.ts';
import { type Entry, type FileTree, isMiss, type Miss } from './tree.ts';

/** Linux fails with `ELOOP` after 40 links (path_resolution(7)). */
const maxLinks = 40;

/** Linux fails with `ENAMETOOLONG` from 4096 bytes on. Archives may contain longer paths. */
const maxPathLength = 4095;

/** The maximum number of folders that one path passes through, including its links. */
const maxSteps = 500;

/** The maximum number of folders that all paths of a node pass through: twenty for each file that is read at most. */
const maxStepsOfNode = 1_000_000;

export interface Resolution {
  readonly state: FileState;
  readonly detail?: string | undefined;
  /** The path with links resolved; undefined unless something is there. */
  readonly realPath?: string;
  readonly entry?: Entry;
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

export type Resolve = (path: string) => Resolution;

/**
 * Returns a function that resolves a path component by component: an absolute link starts again at the node's root, and
 * `..` never leaves it. Results are cached by path.
 */
export function resolver(tree: FileTree): Resolve {
  const known = new Map<string, Resolution>();
  const entries = new Map<string, Entry | Miss>();
  // Paths have folders in common, so entries are cached too.
  let steps = 0;
  const lstat = (path: string): Entry | Miss => {
    steps += 1;
    const found = entries.get(path) ?? tree.lstat(path);
    entries.set(path, found);
    return found;
  };
  const readlink = (link: string) => tree.readlink(link);
  return (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const isTooMuch = steps > maxStepsOfNode;
    const resolution = isTooMuch ? tooManySteps : walkLinks({ lstat, readlink, entries }, path);
    known.set(path, resolution);
    return resolution;
  };
}

/**
 * Returns the resolver that all parts of a scan share: what one of them looked up is not looked up again. What writes
 * takes a new one, because the tree may have changed.
 */
export const sharedResolver = remember(resolver);

/**
 * Whether nothing has this path, as far as the input shows. A link that leads nowhere is something; that a folder,
 * which a link leads to, does not have the path is not.
 */
export function isVacant(resolve: Resolve, path: string): boolean {
  const { state, links } = resolve(path);
  if (!['absent', 'outside', 'broken-link'].includes(state)) return false;
  return links.every((link) => link.path !== path && resolve(link.path).realPath !== undefined);
}

const tooManySteps: Resolution = {
  state: 'too-large',
  detail: 'too many steps, together with those of other paths',
  links: [],
};

/** The target of a link may have a name that is not UTF-8. */
const unnameable: Miss = { state: 'unreadable', detail: notUtf8 };

/** A tree, and what is known of it. */
interface Walked extends Pick<FileTree, 'lstat' | 'readlink'> {
  /** By paths without links: of each, the folders above it are real ones. */
  readonly entries: ReadonlyMap<string, Entry | Miss>;
}

function walkLinks(tree: Walked, path: string): Resolution {
  if (path.length > maxPathLength) return { state: 'absent', detail: 'the name is too long', links: [] };
  const links: { path: string; target: string }[] = [];
  const normal = normalizePath(path);
  // Most paths are in a folder that an earlier one was in.
  const folder = folderOf(normal);
  const isReal = isFolder(tree.entries.get(folder));
  let at = isReal ? folder : '/';
  let entry = tree.lstat(at);
  const pending = withoutFolder(at, normal).split('/').filter(Boolean).reverse();
  // The number of parts that follow the last link.
  let behind = 0;
  for (let steps = 0; ; steps += 1) {
    if (steps > maxSteps) return { state: 'link-loop', detail: 'too many steps', links: links.slice(0, 2) };
    if (isMiss(entry)) {
      const last = links.at(-1);
      // A folder to which a link leads may lack what is looked for in it.
      return entry.state === 'absent' && last && pending.length >= behind
        ? { state: 'broken-link', detail: last.target, links }
        : { state: entry.state, detail: entry.detail, links };
    }
    const part = pending.pop();
    if (part === undefined) break;
    if (part === '..') {
      at = normalizePath(`${at}/..`);
      entry = tree.lstat(at);
      continue;
    }
    if (entry.type !== 'directory')
      return { state: links.length > 0 ? 'broken-link' : 'absent', detail: `${at} is not a directory`, links };
    const next = at === '/' ? `/${part}` : `${at}/${part}`;
    const found = isText(part) ? tree.lstat(next) : unnameable;
    if (isMiss(found) || found.type !== 'link') {
      at = next;
      entry = found;
      continue;
    }
    const target = tree.readlink(next);
    if (typeof target !== 'string') return { ...target, links };
    links.push({ path: next, target: shownName(target) });
    if (target.length > maxPathLength) return { state: 'link-loop', detail: 'the target is too long', links: [] };
    if (links.length > maxLinks) return { state: 'link-loop', detail: shownName(target), links: links.slice(0, 2) };
    if (target.startsWith('/')) {
      at = '/';
      entry = tree.lstat('/');
    }
    behind = pending.length;
    const parts = target.split('/').filter((piece) => piece !== '' && piece !== '.');
    pending.push(...parts.reverse());
  }
  return entry.type === 'link' ? { state: 'link-loop', links } : { state: entry.type, realPath: at, entry, links };
}

const isFolder = (entry: Entry | Miss | undefined): boolean =>
  entry !== undefined && !isMiss(entry) && entry.type === 'directory';
