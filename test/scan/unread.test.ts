/** What cannot be read is reported: nothing in an archive or in a folder vanishes. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lint, type Report } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { paxRecords, type RawMember, rawName, rawTar } from '../support/raw-tar.ts';

const pki = 'etc/kubernetes/pki';

/** The members of a node without faults. */
const healthy: readonly RawMember[] = [...buildNode().entries].flatMap(([path, entry]): RawMember[] => {
  const name = path.slice(1);
  if (entry.type === 'directory') return [{ name: `${name}/`, type: '5', mode: entry.mode }];
  return entry.type === 'file' ? [{ name, content: entry.content, mode: entry.mode }] : [];
});
const key = buildNode().read('pki/ca.key');

const lintTar = (members: readonly RawMember[], requireComplete = false): Promise<Report> =>
  lint({ at, cwd: '/', paths: ['-'], requireComplete, stdin: () => Readable.from([rawTar(members)]) });

/** What is not checked in a report, and what is found about that. */
const unread = ({ notChecked }: Report) => notChecked.map(({ path, reason }) => [path, reason]);
const rulesOf = ({ findings }: Report) => findings.map(({ rule }) => rule);

const before = { unread: unread(await lintTar(healthy)), rules: rulesOf(await lintTar(healthy)) };

it('the node without them is complete', async () => {
  expect(before).toEqual({ unread: [], rules: [] });
  expect((await lintTar(healthy, true)).exitCode).toBe(0);
});

const x = `${pki}/x.key`;
const climbs = 'its name in the archive contains ".."';
const noTarget = 'a hard link to a file that is not in the archive';
const sparse = 'the archive has it as a sparse file';
const both = 'the archive has it as a directory, and as something else';
const notText = 'its name is not UTF-8';

const odd: readonly (readonly [string, readonly RawMember[], path: string, reason: string])[] = [
  [
    'a type that is unknown',
    [{ name: x, type: 'Z', content: key }],
    `/${x}`,
    'its type in the archive is unknown: "Z"',
  ],
  ['a part of a file', [{ name: x, type: 'M', content: key }], `/${x}`, 'a different archive has the start of it'],
  ['a sparse file of GNU', [{ name: x, type: 'S', content: key, format: 'gnu' }], `/${x}`, sparse],
  [
    'a sparse file of GNU with further places',
    [
      { name: x, type: 'S', format: 'gnu', size: 512, change: (header) => header.fill(1, 482, 483) },
      // Not counted in the size: these blocks are places, the last one is the content.
      { name: 'x', change: (block) => block.fill(1, 504, 505) },
      { name: 'x' },
      { name: 'x' },
    ],
    `/${x}`,
    sparse,
  ],
  [
    'a sparse file of pax',
    [
      paxRecords({ 'GNU.sparse.major': '1', 'GNU.sparse.name': x, 'GNU.sparse.realsize': '9' }),
      { name: `${pki}/GNUSparseFile.7/x.key`, content: key },
    ],
    `/${x}`,
    sparse,
  ],
  ['a hard link to nothing', [{ name: x, type: '1', link: 'gone' }], `/${x}`, noTarget],
  ['a hard link out of the archive', [{ name: x, type: '1', link: '../../ca.key' }], `/${x}`, noTarget],
  ['a hard link to a folder', [{ name: x, type: '1', link: pki }], `/${x}`, noTarget],
  ['a name that climbs', [{ name: `${pki}/etcd/../x.key`, content: key }], `/${x}`, climbs],
  ['a name that climbs out of the archive', [{ name: '../../x.key', content: key }], '/x.key', climbs],
  ['a name that climbs to a file', [{ name: `${pki}/etcd/../../pki/ca.crt`, content: '' }], `/${pki}/ca.crt`, climbs],
  [
    'a file with something below it',
    [
      { name: `${pki}/y`, content: key },
      { name: `${pki}/y/x.key`, content: key },
    ],
    `/${pki}/y`,
    both,
  ],
  [
    'a folder that a file replaces',
    [
      { name: `${pki}/y/x.key`, content: key },
      { name: `${pki}/y`, content: key },
    ],
    `/${pki}/y`,
    both,
  ],
  ['a name in Latin-1', [{ name: rawName(`${pki}/ca\xff.key`), content: key }], `/${pki}/ca\\xff.key`, notText],
  ['a folder with such a name', [{ name: rawName(`${pki}/\xe9/ca.key`), content: key }], `/${pki}/\\xe9`, notText],
  [
    'such a name of pax',
    [paxRecords({ path: rawName(`${pki}/ca\xc3.key`) }), { name: 'x', content: key }],
    `/${pki}/ca\\xc3.key`,
    notText,
  ],
  [
    'such a long name of GNU',
    [
      {
        name: '././@LongLink',
        type: 'L',
        format: 'gnu',
        content: Buffer.concat([rawName(`${pki}/\x80.key`), Buffer.alloc(1)]),
      },
      { name: 'x', content: key },
    ],
    `/${pki}/\\x80.key`,
    notText,
  ],
  ['a link to such a name', [{ name: x, type: '2', link: rawName('\xff.pem') }], `/${x}`, notText],
  [
    'a static pod with such a name',
    [{ name: rawName('etc/kubernetes/manifests/\xff.yaml'), content: 'kind: Pod' }],
    '/etc/kubernetes/manifests/\\xff.yaml',
    notText,
  ],
];

describe('a member of an archive is not read, and that is reported', () => {
  it.each(odd)('%s', async (_, members, path, reason) => {
    const report = await lintTar([...healthy, ...members]);
    expect(unread(report)).toContainEqual([path, `not readable: ${reason}`]);
    expect(rulesOf(report)).toContain('node/readable');
    expect((await lintTar([...healthy, ...members], true)).exitCode).toBe(1);
  });

  it('two names that differ in a byte are two', async () => {
    const names = ['\xfe', '\xff', '\\\xff'].map((name) => ({ name: rawName(`${pki}/${name}`), content: key }));
    const literal = { name: `${pki}/\\xff`, content: 'text' };
    expect(unread(await lintTar([...healthy, ...names, literal]))).toEqual(
      ['\\\\\\xff', '\\\\xff', '\\xfe'].map((name) => [`/${pki}/${name}`, `not readable: ${notText}`]),
    );
  });

  it('the fix is a different name, or an archive without odd members', async () => {
    const name = { name: rawName(`${pki}/\xff`), content: key };
    const fixesOf = async (...members: RawMember[]) => {
      const { findings } = await lintTar([...healthy, ...members]);
      return findings.flatMap(({ fix }) => fix?.flat().map(({ text }) => text.slice(0, 10)));
    };
    expect(await fixesOf(name)).toEqual(['rename /et']);
    expect(await fixesOf({ name: x, type: 'S', format: 'gnu' })).toEqual(['sudo tar c']);
    expect(await fixesOf({ name: x, type: 'S', format: 'gnu' }, name)).toEqual(['sudo tar c', 'rename /et']);
  });

  it('the last member with a name counts', async () => {
    const again = [...healthy, { name: x, type: 'Z' }, { name: x, content: 'text' }];
    expect(unread(await lintTar(again))).toEqual([]);
  });
});

it('what climbs out of all nodes of an archive makes it fail', async () => {
  const nodes = ['cp-1', 'cp-2'].flatMap((folder) =>
    healthy.map((member): RawMember => ({ ...member, name: `${folder}/${String(member.name)}` })),
  );
  const { failures, exitCode } = await lintTar([...nodes, { name: '../x.key', content: key }]);
  expect(failures).toContainEqual({ path: '-!/x.key', message: `not read: ${climbs}`, hint: null });
  expect(exitCode).toBe(2);
});

describe('what does not matter is not reported', () => {
  it.each<[string, RawMember]>([
    ['a device', { name: 'dev/null', type: '3' }],
    ['a sparse file that nothing reads', { name: 'var/log/lastlog', type: 'S', format: 'gnu' }],
    ['a sparse image of a container', { name: 'var/lib/containerd/x', type: 'S', format: 'gnu' }],
    ['a name that climbs to it', { name: 'var/lib/containerd/../containerd/x' }],
    ['the label of the archive', { name: 'backup', type: 'V' }],
    ['a folder that climbs', { name: `${pki}/../pki/`, type: '5' }],
    ['a folder of an incremental archive', { name: `${pki}/`, type: 'D', content: 'Yca.crt\0\0' }],
    ['a name that is not UTF-8, in a folder that nothing reads', { name: rawName('home/\xff'), content: 'x' }],
  ])('%s', async (_, member) => {
    const report = await lintTar([...healthy, member], true);
    expect([unread(report), report.failures, report.exitCode]).toEqual([[], [], 0]);
  });
});

it('a copy in a folder that is called dev is not taken for devices', async () => {
  const moved = healthy.map((member): RawMember => ({ ...member, name: `dev/cp-1/${String(member.name)}` }));
  const report = await lintTar([...moved, { name: `dev/cp-1/${pki}/sys/ca.key`, content: key, mode: 0o644 }]);
  expect(report.nodes.map(({ rootfs }) => rootfs)).toEqual(['-!/dev/cp-1']);
  expect(report.findings.map(({ path }) => path)).toContain(`/${pki}/sys/ca.key`);
});

describe('a damaged archive is refused', () => {
  it.each<[string, readonly RawMember[], string]>([
    [
      'a record of pax that is cut',
      [{ name: 'x', type: 'x', content: '99 path=a\n' }],
      'an extended header cannot be read',
    ],
    ['a record without a key', [{ name: 'x', type: 'x', content: '5 =a\n' }], 'an extended header cannot be read'],
    ['a NUL in a record', [paxRecords({ path: 'a\0b' })], 'an extended header cannot be read'],
    [
      'a size of pax that is not one',
      [paxRecords({ size: '-1' }), { name: 'x' }],
      'the size of an entry is not a number',
    ],
    ['a huge extended header', [{ name: 'x', type: 'x', size: 2 ** 31 }], 'an extended header of 2147483648 bytes'],
    ['a file without a name', [{ name: '.', content: key }], 'a file without a name'],
  ])('%s', async (_, members, message) => {
    const { failures } = await lintTar([...healthy, ...members]);
    expect(failures.map((one) => one.message)).toEqual([`damaged: ${message}`]);
  });
});

it('a folder and its archive agree about names that are not UTF-8', async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'unread-')));
  onTestFinished(() => rmSync(top, { recursive: true }));
  buildNode().toDisk(top);
  const names = ['\xff.key', '\xfe.key', '\\\xff.key'].map((name) => rawName(`${pki}/${name}`));
  const literal = `${pki}/\\xff.key`;
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${top}/`), name]), key, { mode: 0o600 });
  mkdirSync(Buffer.concat([Buffer.from(`${top}/`), rawName(`${pki}/\xe9`)]));
  writeFileSync(join(top, literal), key, { mode: 0o600 });
  const folder = await lint({ at, cwd: '/', paths: [top] });
  const folderMember = { name: rawName(`${pki}/\xe9/`), type: '5' };
  const members = [...names, literal].map((name): RawMember => ({ name, content: key, mode: 0o600 }));
  const archive = await lintTar([...healthy, ...members, folderMember]);
  expect(unread(folder)).toEqual(unread(archive));
  expect(unread(folder)).toHaveLength(4);
  const isOfModes = (rule: string) => rule !== 'file/owner';
  expect(rulesOf(folder).filter(isOfModes)).toEqual(rulesOf(archive).filter(isOfModes));
});

it('a folder and its archive agree about folders of nodes whose names are not UTF-8', async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'unread-')));
  onTestFinished(() => rmSync(top, { recursive: true }));
  for (const folder of ['cp-1', 'cp-2']) buildNode().toDisk(join(top, folder));
  mkdirSync(Buffer.concat([Buffer.from(`${top}/`), rawName('cp-\xff')]));
  writeFileSync(Buffer.concat([Buffer.from(`${top}/`), rawName('\xff.key')]), key);
  const nodes = ['cp-1', 'cp-2'].flatMap((folder) =>
    healthy.map((member): RawMember => ({ ...member, name: `${folder}/${String(member.name)}` })),
  );
  const others: RawMember[] = [
    { name: rawName('cp-\xff/x'), content: key },
    { name: rawName('\xff.key'), content: key },
  ];
  const folder = await lint({ at, cwd: '/', paths: [top] });
  const archive = await lintTar([...nodes, ...others]);
  const shown = ({ failures, exitCode }: Report) => [exitCode, failures.map(({ message }) => message).sort()];
  expect(shown(folder)).toEqual([
    2,
    ['certificates or keys next to its nodes: \\xff.key', 'not searched for nodes: its name is not UTF-8'],
  ]);
  expect(shown(archive)).toEqual(shown(folder));
});
