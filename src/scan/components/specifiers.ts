/** Specifiers in the settings of units (systemd.unit(5), "Specifiers"; src/core/unit-printf.c). */
import type { ScannedNode } from '../../artifact/node.ts';
import type { Files } from './node-files.ts';

/** A text with its specifiers resolved. */
interface Resolved {
  readonly text: string;
  /** The first specifier whose value is unknown. It is left as it is written. */
  readonly unknown?: string;
}

/** Resolves the specifiers of a text of a unit. */
export type Specifiers = (text: string) => Resolved;

/** What is the same on every node, for units of the system (file-hierarchy(7)). */
const fixed: readonly (readonly [letter: string, value: string])[] = [
  ['%', '%'],
  ['C', '/var/cache'],
  ['E', '/etc'],
  ['g', 'root'],
  ['G', '0'],
  ['h', '/root'],
  ['L', '/var/log'],
  ['S', '/var/lib'],
  ['t', '/run'],
  ['T', '/tmp'],
  ['u', 'root'],
  ['U', '0'],
  ['V', '/var/tmp'],
];

/** Returns a function that resolves the specifiers of a unit, such as `kubelet.service` or `etcd@2.service`. */
export function specifiersOf(files: Files, unit: string): Specifiers {
  const name = unit.slice(0, unit.lastIndexOf('.'));
  const [prefix = '', ...instances] = name.split('@');
  const instance = instances.join('@');
  const own = new Map([
    ...fixed,
    ['n', unit],
    ['N', name],
    ['p', prefix],
    ['P', unescaped(prefix)],
    ['i', instance],
    ['I', unescaped(instance)],
    ['j', prefix.slice(prefix.lastIndexOf('-') + 1)],
  ]);
  return (text) => {
    let unknown: string | undefined;
    const resolved = text.replace(/%([%A-Za-z\d])/g, (written, letter: string) => {
      const value = own.get(letter) ?? hostValue(files, letter);
      if (value === undefined) unknown ??= written;
      return value ?? written;
    });
    return unknown === undefined ? { text: resolved } : { text: resolved, unknown };
  };
}

/** The value of a specifier that files of the node say: its host name, and that without a domain. */
function hostValue(files: Files, letter: string): string | undefined {
  const host = 'Hlq'.includes(letter) ? machineOf(files).machine?.name : undefined;
  if (host === undefined) return undefined;
  // A pretty name, if the node has one, is in a file of its own.
  if (letter === 'q' && files.seek('/etc/machine-info', 'text') !== undefined) return undefined;
  return letter === 'l' ? host.split('.')[0] : host;
}

/** Returns the name of the machine, if the node has the file with it (hostname(5)). */
export function machineOf(files: Files): Pick<ScannedNode, 'machine'> {
  if (files.seek(hostnameFile, 'text')?.state !== 'file') return {};
  const lines = (files.text(hostnameFile) ?? '').split('\n').map((line) => line.trim());
  const name = lines.find((line) => line !== '' && !line.startsWith('#'));
  return name === undefined ? {} : { machine: { name, path: hostnameFile } };
}

const hostnameFile = '/etc/hostname';

/** Undoes the escapes of unit names (systemd-escape(1)). */
const unescaped = (text: string): string =>
  text
    .replaceAll('-', '/')
    .replace(/\\x([\da-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
