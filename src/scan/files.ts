/** The files of a node. Each path is resolved and read once. */

import { type Content, type FileComment, type NodeFile, secretsIn } from '../artifact/file.ts';
import { isPemName, normalizePath } from '../artifact/paths.ts';
import type { FileTimes } from '../artifact/process.ts';
import { findPrivateKeys } from '../x509/find-keys.ts';
import { commentsIn } from './comments.ts';
import type { Files, ReadAs } from './components/node-files.ts';
import { budgetOfNode, maxNames } from './fs/limits.ts';
import { sharedResolver } from './fs/resolve.ts';
import { latestTimes } from './fs/times.ts';
import { type Entry, type FileTree, isMiss, maxFileBytes, overMaxFileBytes } from './fs/tree.ts';
import { maxYamlBytes } from './parse/yaml.ts';
import { parserOf, type Reading } from './read.ts';

/**
 * Returns the files of a tree, which are read on first use and cached.
 *
 * @param resolve follows the links of this tree
 */
export function filesOfTree(tree: FileTree, reading: Reading, resolve = sharedResolver(tree)): Files {
  const all = new Map<string, NodeFile>();
  const withContent = contentsOf(tree, reading);
  /** Paths that were read as text, which parses nothing. */
  const unparsed = new Set<string>();

  function look(given: string, as: ReadAs = 'any'): NodeFile {
    const path = normalizePath(given);
    const known = all.get(path);
    const isKnown = as === 'text' || !unparsed.delete(path);
    if (known !== undefined && isKnown && (as === 'any' || !isReadAgain(known, as))) return known;
    const { state, detail, realPath, entry, links } = resolve(path);
    const { mode, uid, gid, size } = entry ?? {};
    const times = timesOf(entry, links);
    const found: NodeFile = { path, file: tree.describe(path), state, detail, links, mode, uid, gid, size, times };
    const file = state === 'file' && realPath !== undefined ? withContent(found, realPath, as) : found;
    all.set(path, file);
    if (as === 'text') unparsed.add(path);
    return file;
  }

  /** A path leads to something else since one of its links was replaced. */
  function timesOf(entry: Entry | undefined, links: NodeFile['links']): FileTimes | undefined {
    if (entry === undefined) return undefined;
    const times = latestTimes(
      [entry, ...links.map(({ path }) => tree.lstat(path))].map((one) => (isMiss(one) ? undefined : one.times)),
    );
    return times === undefined || reading.keepsCtimes !== false ? times : { ...times, ctime: undefined };
  }

  function list(path: string): readonly string[] {
    const file = look(path);
    const { state, realPath } = resolve(file.path);
    if (state !== 'directory' || realPath === undefined) return [];
    const names = tree.list(realPath);
    if (isMiss(names)) {
      all.set(file.path, { ...file, state: names.state, detail: names.detail });
      return [];
    }
    if (names.length > maxNames) all.set(file.path, { ...file, state: 'too-large', detail: `${names.length} files` });
    return names.slice(0, maxNames);
  }

  return {
    all,
    look,
    seek(path, as) {
      const { state } = resolve(path);
      return state === 'absent' || state === 'outside' ? undefined : look(path, as);
    },
    text(path, most) {
      // A file that is not looked at is not missing from what was read.
      if (most !== undefined && (resolve(path).entry?.size ?? 0) > most) return undefined;
      const { state, realPath } = look(path, 'text');
      const bytes = state === 'file' && realPath !== undefined ? tree.read(realPath) : undefined;
      return bytes === undefined || isMiss(bytes) ? undefined : Buffer.from(bytes).toString('utf8');
    },
    documents: (path) => reading.settings.get(look(path, 'settings').path),
    list,
    linkTarget: (path) => resolve(path).links.at(-1)?.target,
    giveUp: (path, detail) => all.set(normalizePath(path), { ...look(path), state: 'too-large', detail }),
  };
}

type AddContent = (found: NodeFile, realPath: string, as: ReadAs) => NodeFile;

/** Returns a function that adds their content to files, within the limits of a node. */
function contentsOf(tree: FileTree, reading: Reading): AddContent {
  const budget = budgetOfNode();
  // By real path, because a file can have thousands of names.
  const parsed = new Map<string, Pick<NodeFile, 'content' | 'stray'>>();
  const refused = new Map<string, string>();
  const comments = new Map<string, readonly FileComment[]>();
  const withComments = (realPath: string) => {
    const own = comments.get(realPath);
    return own === undefined ? {} : { comments: own };
  };
  return (found, realPath, as) => {
    const tooLarge = (detail: string): NodeFile => ({ ...found, state: 'too-large', detail });
    const { path, size = 0, mode = 0o004 } = found;
    const isOpen = (mode & 0o004) !== 0;
    if (size > maxFileBytes) return tooLarge(overMaxFileBytes(size));
    const known = refused.get(realPath);
    if (known !== undefined) return tooLarge(known);
    const key = [realPath, as, isPemName(path)].join('\0');
    const shared = parsed.get(key);
    if (shared !== undefined) return { ...found, realPath, ...shared, ...withComments(realPath) };
    const bySize = budget.refuseSize(size);
    if (bySize !== undefined) return tooLarge(bySize);
    const bytes = tree.read(realPath);
    if (isMiss(bytes)) return { ...found, detail: undefined, ...bytes };
    budget.spendRead(bytes);
    // The kubelet reads manifests that are larger than what is parsed here.
    if (as === 'manifest' && bytes.length > maxYamlBytes) return tooLarge(`${bytes.length} bytes`);
    const parser = parserOf(path, bytes, as);
    const byContent = budget.refuseParsing(bytes, parser.as);
    if (byContent !== undefined) {
      refused.set(realPath, byContent);
      return tooLarge(byContent);
    }
    const content = parser.parse(reading);
    const read = { content, ...(isOpen && strayIn(bytes, content)) };
    if (!dependsOnPath(content, as)) parsed.set(key, read);
    if (reading.findsComments) {
      const own = commentsIn(path, bytes, content, as);
      if (own.length > 0) comments.set(realPath, own);
    }
    return { ...found, realPath, ...read, ...withComments(realPath) };
  };
}

/** Returns the keys in a file of which nothing else shows that they are there. */
function strayIn(bytes: Uint8Array, content: Content): Pick<NodeFile, 'stray'> {
  if (content.type === 'kubeconfig' || isOneBlock(content) || secretsIn({ content }).length > 0) return {};
  const keys = findPrivateKeys(bytes).filter(({ form }) => !form.startsWith('encrypted'));
  return keys.length === 0 ? {} : { stray: keys.map(({ id = 'key' }) => id) };
}

/** Whether a file is one block of PEM, without any text around it. */
function isOneBlock(content: Content): boolean {
  if (content.type !== 'pem') return false;
  const { blocks, hasRest, oddity } = content.pem;
  return blocks.length === 1 && blocks[0]?.line === 1 && !hasRest && oddity === undefined;
}

/** Whether a file is read again as something more specific. A revocation list is PEM or DER, as certificates are. */
function isReadAgain({ content }: NodeFile, as: ReadAs): boolean {
  return content?.type === 'other' || (as === 'revocation-list' && content?.type === 'pem');
}

/** Whether content differs between the names of a file: it contains its own path, or is kept by it. */
function dependsOnPath({ type }: Content, as: ReadAs): boolean {
  return type === 'kubeconfig' || type === 'manifest' || as === 'settings';
}
