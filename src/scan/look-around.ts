/** Looks at what is next to the files that are read: certificates, and copies of keys that all users can read. */
import type { ProgramFile } from '../artifact/component.ts';
import { type NodeFile, secretsIn } from '../artifact/file.ts';
import type { NodeLayout } from '../artifact/layout.ts';
import { folderOf, foldersOf, isAtOrBelow, isPemName } from '../artifact/paths.ts';
import { withoutSecret } from '../core/secrets.ts';
import type { Files } from './components/node-files.ts';
import { ownFolder } from './fs/nested.ts';
import type { Resolve } from './fs/resolve.ts';
import { type Entry, join, maxFileBytes } from './fs/tree.ts';
import { isKubeconfigName } from './search.ts';

/** Folders with what the system trusts, with programs, and with what is not kept. */
const ofSystem = [
  '/dev',
  '/proc',
  '/sys',
  '/tmp',
  '/usr',
  '/etc/ca-certificates',
  '/etc/pki/ca-trust',
  '/etc/ssl/certs',
];

/** Folders in which the files of many programs, or of a user, meet. */
const shared = new Set(['/etc/pki', '/etc/pki/tls', '/etc/ssl', '/home', '/var/lib', '/var/log', '/var/tmp']);

/** Files in one folder, and bytes in all. Real ones have a tenth of that. */
const maxFiles = 200;
const maxBytes = 16 * 1024 * 1024;

const isSystemFolder = (folder: string): boolean =>
  foldersOf(folder).length === 0 ||
  folderOf(folder) === '/home' ||
  shared.has(folder) ||
  ofSystem.some((one) => isAtOrBelow(folder, one));

const isCredential = ({ content }: NodeFile): boolean => content?.type === 'pem' || content?.type === 'kubeconfig';

/**
 * Looks at the files that are named like certificates, keys or kubeconfigs in the folders of those that a program
 * names, and at the folders above all of them. Folders in these are not entered.
 *
 * @param known folders that are read anyway
 * @returns the paths of files that nothing names, sorted
 */
export function lookAround(files: Files, named: readonly ProgramFile[], known: readonly string[]): readonly string[] {
  const found = neighboursOf(files, named, known);
  lookAboveSecrets(files);
  return found.sort();
}

function neighboursOf(files: Files, named: readonly ProgramFile[], known: readonly string[]): string[] {
  const credentials = named.filter(({ path }) => isCredential(files.look(path)));
  const folders = new Set(credentials.map(({ path }) => folderOf(path)));
  const isNamed = new Set(named.map(({ path }) => path));
  const found: string[] = [];
  let bytes = 0;
  for (const folder of folders) {
    if (isSystemFolder(folder) || known.some((one) => isAtOrBelow(folder, one))) continue;
    const names = files.list(folder).filter((name) => isPemName(name) || isKubeconfigName(name));
    if (names.length > maxFiles) files.giveUp(folder, `more than ${maxFiles} files`);
    for (const name of names.slice(0, maxFiles)) {
      const path = join(folder, withoutSecret(name));
      if (!path.endsWith(name) || isNamed.has(path) || bytes > maxBytes) continue;
      const file = files.look(path);
      bytes += file.size ?? 0;
      if (file.state === 'file') found.push(path);
    }
    if (bytes > maxBytes) files.giveUp(folder, `more than ${maxBytes} bytes`);
  }
  return found;
}

/**
 * Looks at the folders above files with certificates, keys and kubeconfigs: who can read a key depends on each of them.
 */
function lookAboveSecrets(files: Files): void {
  const secrets = [...files.all.values()].filter(isCredential);
  const folders = new Set(secrets.flatMap(({ path, realPath = path }) => [...foldersOf(path), ...foldersOf(realPath)]));
  for (const folder of folders) files.seek(folder, 'any');
}

/** What is searched for secrets, and how deep. Real folders have a hundredth of that. */
const maxSearched = { entries: 10_000, bytes: 64 * 1024 * 1024, depth: 8 };

/** A node of which everything else has been read. */
interface ReadNode {
  readonly files: Files;
  /** Reads files of which the content is not kept. */
  readonly others: Files;
  readonly resolve: Resolve;
  readonly layout: NodeLayout;
  /** The folder of the kubelet: those in it are of pods. */
  readonly kubelet: string;
}

/**
 * Searches the home of the layout, and the folders of certificates, keys and kubeconfigs, for files with secrets that
 * all users can read and nothing names: `admin.conf.bak`, `backup/ca.key`. Returns them without their content.
 */
export function openSecrets(node: ReadNode): readonly NodeFile[] {
  const { files, others } = node;
  const known = new Set([...files.all.values()].flatMap(({ path, realPath = path }) => [path, realPath]));
  const found: NodeFile[] = [];
  let bytes = 0;
  for (const { path, entry } of openFiles(node)) {
    if (known.has(path)) continue;
    if (entry.size > maxFileBytes) {
      // A program is that large.
      if ((entry.mode & 0o111) === 0) files.look(path);
      continue;
    }
    bytes += entry.size;
    if (bytes > maxSearched.bytes) {
      files.giveUp(folderOf(path), `more than ${maxSearched.bytes} bytes`);
      break;
    }
    const file = others.look(path);
    const stray = secretsIn(file);
    if (stray.length > 0) found.push({ ...file, content: { type: 'other' }, stray });
  }
  for (const folder of new Set(found.flatMap(({ path }) => foldersOf(path)))) files.seek(folder, 'any');
  return found;
}

interface OpenFile {
  readonly path: string;
  readonly entry: Entry;
}

/** The files in these folders that all users can read. */
function* openFiles({ files, others, resolve, layout, kubelet }: ReadNode): Generator<OpenFile> {
  const pending = openFolders(files, resolve, layout).map((folder) => ({ folder, depth: 1 }));
  const entered = new Set<string>();
  let entries = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, depth } = next;
    if (entered.has(folder)) continue;
    entered.add(folder);
    const names = others.list(folder).filter((name) => name !== ownFolder);
    entries += names.length;
    if (entries > maxSearched.entries) return files.giveUp(folder, `more than ${maxSearched.entries} files`);
    for (const name of names) {
      const path = join(folder, withoutSecret(name));
      const { state, realPath, entry } = resolve(path);
      // What a link leads to is found where it is, if it is in one of these folders.
      if (entry === undefined || realPath !== path) continue;
      if (state === 'file' && (entry.mode & 0o004) !== 0) yield { path, entry };
      const isEntered = state === 'directory' && (entry.mode & 0o001) !== 0 && folder !== kubelet;
      if (isEntered && depth < maxSearched.depth) pending.push({ folder: path, depth: depth + 1 });
    }
  }
}

/** The real folders to search, of which all users can reach the files. */
function openFolders(files: Files, resolve: Resolve, { home, dataDir }: NodeLayout): readonly string[] {
  const credentials = [...files.all.values()]
    .filter(isCredential)
    .map(({ path, realPath = path }) => folderOf(realPath));
  const isData = dataDir !== undefined && isAtOrBelow(home, dataDir);
  const real = (isData ? credentials : [home, ...credentials]).flatMap((folder) => resolve(folder).realPath ?? []);
  const isOpen = (folder: string) => ((resolve(folder).entry?.mode ?? 0o001) & 0o001) !== 0;
  return [...new Set(real)].filter((one) => !isSystemFolder(one) && [one, ...foldersOf(one)].every(isOpen));
}
