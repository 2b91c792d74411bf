/** Trees with odd names and types, on disk and as the members of an archive. */
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { buildNode } from '../support/build-node.ts';
import { dice } from '../support/random.ts';
import { type RawMember, rawName } from '../support/raw-tar.ts';

interface OddEntry {
  /** In Latin-1, below the top. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'hard link' | 'fifo';
  readonly mode: number;
  readonly content?: string | Uint8Array;
  /** The target of a link, in Latin-1. */
  readonly target?: string;
}

const pki = 'etc/kubernetes/pki';
const folders = [pki, `${pki}/etcd`, 'etc/kubernetes', 'etc/kubernetes/manifests', 'var/lib/kubelet/pki', 'home', ''];
const names = [
  ...['ca\xff.key', 'ca\xfe.key', '\xff', '\xe9.crt', '\xc3', '\xed\xa0\x80.pem', 'x.yaml', '\xff.yaml', '\xff.conf'],
  ...[
    '\xc3\xa9.crt',
    '\\xff',
    '\\xff.yaml',
    '\\\xff',
    'a b.key',
    "it's.pem",
    'sys',
    'dev',
    '\xef\xbf\xbd.crt',
    'x\ny.key',
  ],
];

const node = buildNode();
const key = node.read('pki/ca.key');
const certificate = node.read('pki/ca.crt');

/** A healthy node, and a few odd entries in it. */
export function oddTree(seed: number): readonly OddEntry[] {
  const { pick, some, chance } = dice(seed);
  const entries = new Map<string, OddEntry>();
  for (const [path, entry] of node.entries) {
    const at = path.slice(1);
    if (entry.type === 'directory') entries.set(at, { path: at, kind: 'folder', mode: entry.mode });
    if (entry.type === 'file') entries.set(at, { path: at, kind: 'file', mode: entry.mode, content: entry.content });
  }
  const add = (folder: string, name: string) => {
    const path = [folder, name].filter(Boolean).join('/');
    if (entries.has(path) || (folder !== '' && entries.get(folder)?.kind !== 'folder')) return;
    const kind = pick(['file', 'file', 'folder', 'link', 'hard link', 'fifo'] as const);
    const mode = kind === 'folder' ? 0o755 : pick([0o600, 0o644]);
    const content = pick([key, certificate, 'text']);
    const target = kind === 'link' ? pick(['ca.crt', '\xff', '..', 'gone']) : `${pki}/ca.key`;
    entries.set(path, { path, kind, mode, content, target });
    if (kind === 'folder' && chance(0.7)) add(path, pick(names));
  };
  for (const folder of folders.slice(2)) if (folder !== '') addFolders(folder, entries);
  for (const name of some(names, 8)) add(pick(folders), name);
  // A hard link comes after what it is a link to.
  const order = ({ kind, path }: OddEntry) => `${kind === 'hard link' ? 2 : 1}${path}`;
  return [...entries.values()].sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

function addFolders(folder: string, entries: Map<string, OddEntry>): void {
  const parts = folder.split('/');
  for (const [index] of parts.entries()) {
    const path = parts.slice(0, index + 1).join('/');
    if (!entries.has(path)) entries.set(path, { path, kind: 'folder', mode: 0o755 });
  }
}

/** Writes a tree to a folder. */
export function writeTree(top: string, entries: readonly OddEntry[]): void {
  const at = (path: string) => Buffer.concat([Buffer.from(`${top}/`), rawName(path)]);
  mkdirSync(top, { recursive: true });
  for (const { path, kind, mode, content = '', target = '' } of entries) {
    if (kind === 'folder') mkdirSync(at(path));
    if (kind === 'file') writeFileSync(at(path), content);
    if (kind === 'link') symlinkSync(rawName(target), at(path));
    if (kind === 'hard link') linkSync(at(target), at(path));
    // Node.js passes only text to programs.
    if (kind === 'fifo')
      execFileSync('sh', ['-c', `mkfifo "$(printf '${octal(at(path))}.')"`.replace('.\')"', '\')"')]);
    if (kind === 'file' || kind === 'folder' || kind === 'fifo') chmodSync(at(path), mode);
  }
}

const octal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

const types = { file: '0', 'hard link': '1', link: '2', folder: '5', fifo: '6' } as const;

/** The members of an archive of a tree, in order. */
export function membersOf(entries: readonly OddEntry[]): readonly RawMember[] {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const members = entries.map(({ path, kind, mode, content = '', target = '' }): RawMember => {
    const name = rawName(kind === 'folder' ? `${path}/` : path);
    const common = { ...owner, name, mode, type: types[kind] };
    if (kind === 'file') return { ...common, content };
    return kind === 'link' || kind === 'hard link' ? { ...common, link: rawName(target) } : common;
  });
  return [{ ...owner, name: './', type: '5', mode: 0o755 }, ...members];
}
