/** Tar archives, layouts of nodes, and values of the command line. */
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { parsers } from '../../../src/cli/parsing/parse.ts';
import { UserError } from '../../../src/core/errors.ts';
import { readArchive } from '../../../src/scan/fs/archive.ts';
import type { Archive } from '../../../src/scan/fs/archive-entries.ts';
import { archiveTree, findArchiveNodes, listArchive, showsMore } from '../../../src/scan/fs/archive-tree.ts';
import { foldersOfLayout, layoutOfTree, signsOfRoot } from '../../../src/scan/fs/layout-of-tree.ts';
import { resolver } from '../../../src/scan/fs/resolve.ts';
import { layouts } from '../../../src/tables/layouts/index.ts';
import { runWith } from '../../cli/run.ts';
import type { Dice } from '../../support/random.ts';
import { choice, type Fuzzed, textOf } from './reader.ts';
import { mutateTar } from './tar.ts';
import { mutateText } from './text.ts';

/** Every path that a layout knows. */
const places = layouts.flatMap((layout) => [
  ...[...signsOfRoot(layout).flat(), ...foldersOfLayout(layout), layout.kubelet.certificates],
  ...layout.expected.map((path) => (path.startsWith('/') ? path : `${layout.pki}/${path}`)),
]);
const odd = [
  'etc/passwd',
  'usr',
  'a',
  '..',
  '.',
  '',
  '__proto__',
  'var/lib/containerd/x',
  'cp-1',
  `${'d/'.repeat(600)}f`,
];

/** What a tree looks like from outside: its roots, their layouts and the state of all known paths. */
function describe(archive: Archive): unknown {
  const listing = listArchive(archive);
  const { nodes, ...rest } = findArchiveNodes(archive, listing, layouts);
  const described = nodes.map((root) => {
    const tree = archiveTree(archive, listing, { ...root, layouts }, 'x!');
    const { layout } = layoutOfTree(tree, root.base, layouts);
    const resolve = resolver(tree);
    const states = places.map((path) => resolve(path));
    const lists = [layout.pki, layout.home, '/'].map((path) => tree.list(path));
    return { root, layout: layout.name, more: showsMore(tree, layout), states, lists };
  });
  return { described, rest };
}

async function readTar(input: Uint8Array): Promise<unknown> {
  const chunk = choice(input, [512, 700, 65_536]);
  const pieces = Array.from({ length: Math.ceil(input.length / chunk) }, (_, i) =>
    input.subarray(i * chunk, (i + 1) * chunk),
  );
  return describe(await readArchive(Readable.from(pieces, { objectMode: false }), layouts));
}

/** A small node with every type of entry. */
async function smallArchive(): Promise<Buffer> {
  const archive = pack();
  const common = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) };
  archive.entry({ ...common, name: 'etc/kubernetes/', type: 'directory' });
  for (const name of ['pki/ca.crt', 'pki/ca.key', 'admin.conf', 'manifests/etcd.yaml'])
    archive.entry({ ...common, name: `etc/kubernetes/${name}` }, name.repeat(60));
  archive.entry({ ...common, name: 'etc/kubernetes/pki/l', type: 'symlink', linkname: '../pki/ca.crt' });
  archive.entry({ ...common, name: 'etc/kubernetes/pki/h', type: 'link', linkname: 'etc/kubernetes/pki/ca.crt' });
  archive.entry({ ...common, name: 'etc/kubernetes/pki/f', type: 'fifo' });
  archive.entry({ ...common, name: `var/lib/kubelet/${'long/'.repeat(30)}x` }, 'x');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Lines of paths; `a -> b` is a link, `a/` a folder. */
function makeLayout({ some, pick, chance, below }: Dice): Uint8Array {
  const wrapper = pick(['', '', '', 'cp-1', 'a/b']);
  const lines = some([...places, ...odd], 30).map((path) => {
    const full = [wrapper, path.replace(/^\//, '')].filter(Boolean).join('/');
    if (chance(0.15)) return `${full} -> ${pick([...places, '..', '.', '../..', '/', full, 'x', 'a/../b'])}`;
    return chance(0.2) ? `${full}/${'../'.repeat(below(3))}` : full;
  });
  return Buffer.from(lines.join('\n'));
}

function readLayout(input: Uint8Array): unknown {
  const common = { mode: 0o644, uid: 0, gid: 0, size: 1 };
  const archive = new Map<string, Archive extends ReadonlyMap<string, infer Entry> ? Entry : never>();
  for (const line of textOf(input).split('\n')) {
    const [path = '', target] = line.split(' -> ');
    const name = path.replace(/\/+$/, '');
    const type = target !== undefined ? 'link' : path.endsWith('/') ? 'directory' : 'file';
    archive.set(name, { entry: { ...common, type }, explicit: true, ...(target === undefined ? {} : { target }) });
    const folders = name.split('/').slice(0, -1);
    for (const [index] of folders.entries()) {
      const folder = folders.slice(0, index + 1).join('/');
      archive.set(folder, { entry: { ...common, type: 'directory' }, explicit: index % 2 === 0 });
    }
  }
  return describe(archive);
}

const values = [
  ...[
    '2026-12-01',
    '2026-12-01T08:00:00Z',
    '2026-02-30',
    '30d',
    '12h',
    '999999w',
    '192.0.2.10',
    '::1',
    '10.96.0.0/12',
    'v1.36.2',
  ],
  ...[
    '1.24',
    'go1.24.11',
    'stacked',
    'kubeadm',
    'warning',
    'server',
    '1.2.3.4',
    'rsa-2048',
    'cert/issuer=off',
    'a,b,c',
    'x'.repeat(3000),
  ],
  ...[
    'cert/*',
    '*'.repeat(2000),
    `${'*'.repeat(40)}x`,
    '[',
    '(a+)+$',
    '__proto__',
    'constructor',
    '\u202e',
    '\x1b[31m',
    '',
    '-',
    '--',
  ],
];
const words = [...values, ' ', ',', ':', '/', '.', '=', '%', '+', '0', '9', 'T', 'Z', '-', '\0', 'é', '\ud800', '\n'];

const options = [
  ...[
    '--at',
    '--expires-within',
    '--only',
    '--rule',
    '--fail-on',
    '--format',
    '--profile',
    '--target-version',
    '--upgrade-window',
  ],
  ...[
    '--node-name',
    '--node-ip',
    '--service-cidr',
    '--san',
    '--etcd',
    '--kubernetes-version',
    '--rootfs',
    '--color',
    '--verbose',
  ],
  ...[
    '--quiet',
    '--require-complete',
    '--ca',
    '--host',
    '--usage',
    '--go',
    '--help',
    '--version',
    '--write',
    '--days',
    '--',
  ],
];
const commands = [
  'lint',
  'connections',
  'blast',
  'facts',
  'expect',
  'issue',
  'verify',
  'rules',
  'explain',
  'help',
  '',
  'node.tar',
];

/** One argument on each line. */
function makeArguments(dice: Dice): Uint8Array {
  const { some, pick, chance } = dice;
  const word = (): string => {
    const chosen = pick(chance(0.6) ? options : values);
    if (chance(0.7)) return chosen.replaceAll('\n', ' ');
    return mutateText(chosen, dice, { words, samples: values }).replaceAll('\n', ' ');
  };
  return Buffer.from([pick(commands), ...some([0], 6).map(word)].join('\n'));
}

/** `PARSER\nVALUE` */
function makeValue(dice: Dice): Uint8Array {
  const text = mutateText(dice.pick(values), dice, { words, samples: values });
  return Buffer.from(`${dice.pick(Object.keys(parsers))}\n${text}`);
}

function readValue(input: Uint8Array): unknown {
  const [name = '', ...rest] = textOf(input).split('\n');
  return parsers[name]?.('--x', rest.join('\n'));
}

const documented = (error: unknown): boolean => error instanceof UserError;

/** What the command line prints and how it exits; its errors are never internal ones. */
async function readArguments(input: Uint8Array): Promise<unknown> {
  const { exitCode, stderr } = await runWith(textOf(input).split('\n'), { error: new UserError('refused') });
  if (/internal error/.test(stderr)) throw new Error(stderr);
  return { exitCode, stderr };
}

export async function treeReaders(): Promise<Readonly<Record<string, Fuzzed>>> {
  const archive = await smallArchive();
  return {
    tar: { make: (dice) => mutateTar(archive, dice), read: readTar, documented },
    layout: { make: makeLayout, read: readLayout },
    value: { make: makeValue, read: readValue, documented },
    arguments: { make: makeArguments, read: readArguments },
  };
}
