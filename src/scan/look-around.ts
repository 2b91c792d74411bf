/** Looks at what is next to the files that a program names, and at the folders above secrets. */
import type { ProgramFile } from '../artifact/component.ts';
import type { NodeFile } from '../artifact/file.ts';
import { folderOf, foldersOf, isAtOrBelow, isPemName } from '../artifact/paths.ts';
import { withoutSecret } from '../core/secrets.ts';
import type { Files } from './components/node-files.ts';
import { join } from './fs/tree.ts';
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
