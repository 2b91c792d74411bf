/** Searches a root file system for certificates and keys, if it shows no folder of certificates and no component. */
import { isAtOrBelow, isPemName } from '../artifact/paths.ts';
import { withoutSecret } from '../core/secrets.ts';
import type { Files } from './components/node-files.ts';
import type { Resolve } from './fs/resolve.ts';
import { join } from './fs/tree.ts';

/** Where programs keep their configuration and state. */
const tops = ['/etc', '/opt', '/root', '/srv', '/var'];

/** What the system trusts, and what containers and package managers contain. */
const skipped = [
  ...['/etc/ssl/certs', '/etc/pki/ca-trust', '/etc/ca-certificates', '/opt/cni', '/var/cache', '/var/log'],
  ...['containerd', 'containers', 'docker', 'kubelet/pods', 'kubelet/plugins', 'dpkg', 'rpm', 'snapd'].map(
    (name) => `/var/lib/${name}`,
  ),
];

const maxDepth = 10;
const maxFolders = 10_000;
const maxFiles = 2_000;

/** Whether a file looks like a kubeconfig by its name. */
export const isKubeconfigName = (name: string): boolean => /(?:^|\.)kubeconfig$/.test(name);

/**
 * Looks at the files that are named like certificates, keys or kubeconfigs. Links to folders are
 * not followed, and hidden folders, such as caches of programs, not entered.
 *
 * @returns their paths, sorted
 */
export function searchFiles(files: Files, resolve: Resolve): readonly string[] {
  const found: string[] = [];
  const pending = tops.map((folder) => ({ folder, depth: 1 }));
  for (let folders = 0, next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, depth } = next;
    const { state, realPath } = resolve(folder);
    if (state !== 'directory' || realPath !== folder || skipped.some((one) => isAtOrBelow(folder, one))) continue;
    folders += 1;
    if (folders > maxFolders || found.length > maxFiles) {
      files.giveUp(folder, `more than ${folders > maxFolders ? `${maxFolders} directories` : `${maxFiles} files`}`);
      break;
    }
    for (const name of files.list(folder)) {
      const path = join(folder, withoutSecret(name));
      if (name.startsWith('.') || !path.endsWith(name)) continue;
      if (isPemName(path) || isKubeconfigName(name)) found.push(path);
      else if (depth < maxDepth) pending.push({ folder: path, depth: depth + 1 });
    }
  }
  return found.filter((path) => files.look(path).state !== 'directory').sort();
}
