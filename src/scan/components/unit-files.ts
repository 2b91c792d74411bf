/** Where units and their drop-ins are (systemd.unit(5), "Unit File Load Path"; src/shared/dropin.c). */
import { join } from '../fs/tree.ts';
import type { Files } from './node-files.ts';

/** Earlier folders take precedence. */
export const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The number of units to read. */
const maxUnits = 1000;

/** Returns the names of the services in folders of units, each once, and not by its aliases. */
export function namesOfUnits(files: Files, folders: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  for (const folder of folders) {
    for (const name of namesIn(files, folder))
      if (name.endsWith('.service') && !first.has(name)) first.set(name, join(folder, name));
  }
  return [...first].slice(0, maxUnits).flatMap(([name, path]) => {
    // `Alias=` of a unit makes links of other names to it (systemctl(1), `enable`): they are this unit.
    const target = files.linkTarget(path)?.split('/').at(-1) ?? name;
    return target !== name && first.has(target) ? [] : [name];
  });
}

/** Looks for a unit, and returns its path. Its drop-ins do not count: without the unit they start nothing. */
export function seekUnit(files: Files, name: string): string | undefined {
  const first = firstUnit(files, name);
  return first === undefined || isMask(files, first) ? undefined : first;
}

/** The unit itself, else the template of an instance. */
function firstUnit(files: Files, name: string): string | undefined {
  const names = [name, ...templateOf(name)];
  const paths = names.flatMap((one) => unitFolders.map((folder) => join(folder, one)));
  return paths.find((path) => files.seek(path, 'text')?.state === 'file' || isMask(files, path));
}

const isMask = (files: Files, path: string): boolean =>
  files.linkTarget(path) === '/dev/null' || files.seek(path, 'text')?.size === 0;

/** `etcd@.service` for `etcd@2.service`. */
function templateOf(name: string): readonly string[] {
  const [at, dot] = [name.indexOf('@'), name.lastIndexOf('.')];
  return at === -1 || dot <= at + 1 ? [] : [`${name.slice(0, at + 1)}${name.slice(dot)}`];
}

/** Lists the drop-ins of a unit by name. Of those with the same name, the one in the first folder counts. */
export function dropInsOf(files: Files, unit: string): readonly string[] {
  const own = unitFolders.flatMap((folder) =>
    [unit, ...templateOf(unit), ...prefixesOf(unit)].map((one) => join(folder, `${one}.d`)),
  );
  const all = unitFolders.map((folder) => join(folder, 'service.d'));
  const found = new Map<string, string>();
  for (const folder of [...own, ...all]) {
    for (const name of namesIn(files, folder)) {
      if (name.endsWith('.conf') && !found.has(name)) found.set(name, join(folder, name));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** Drop-ins of `kube-.service` are for every unit whose name begins with `kube-`. Longer prefixes come first. */
function prefixesOf(unit: string): readonly string[] {
  const [prefix = ''] = unit.slice(0, unit.lastIndexOf('.')).split('@');
  const parts = prefix.replace(/-$/, '').split('-');
  return parts.slice(1).map((_, index) => `${parts.slice(0, parts.length - 1 - index).join('-')}-.service`);
}

const namesIn = (files: Files, folder: string): readonly string[] =>
  files.seek(folder, 'any') === undefined ? [] : files.list(folder);
