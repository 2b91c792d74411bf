/**
 * Records what the program prints about every archive in the given folders, one file per command, to compare two
 * builds:
 *
 *     node scripts/record-outputs.mjs dist before fixtures/corpora && … && diff -r before after
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const usage = 'usage: node scripts/record-outputs.mjs DIST OUTPUT ARCHIVE-FOLDER...';
const [dist, output, ...folders] = parseArgs({ allowPositionals: true }).positionals;
if (dist === undefined || output === undefined || folders.length === 0) throw new Error(usage);

const root = process.cwd();
const program = resolve(dist, 'cli.cjs');
const environment = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
const now = ['--at', '2026-12-01'];
const later = ['--at', '2028-06-01'];

/** Command lines for a node; NODE is replaced by its path. */
const ofNode = [
  ['NODE', ...now],
  ['NODE', ...now, '--verbose'],
  ['NODE', ...now, '--format', 'json'],
  ['NODE', ...later],
  ['NODE', ...later, '--format', 'json'],
  ['NODE', ...now, '--profile', 'documented', '--format', 'json'],
  ['NODE', ...now, '--target-version', 'v1.37.0', '--format', 'json'],
  ...['table', 'json', 'mermaid', 'dot'].map((format) => ['connections', 'NODE', ...now, '--format', format]),
  ...['table', 'json'].flatMap((format) => [
    ['expect', 'NODE', '--format', format],
    ['facts', 'NODE', '--format', format],
    ['blast', 'kubernetes-ca', 'NODE', ...now, '--format', format],
  ]),
];

/** Command lines that need the node as a folder. */
const ofFolder = [
  [],
  ['--renew', '--within', '400d'],
  ['--fix-modes'],
  ['--replace', 'kube-apiserver,admin.conf,kubelet.conf,kube-etcd'],
  ['--replace', 'kubernetes-ca', '--yes'],
].flatMap((words) => [
  ['issue', '--rootfs', 'NODE', ...words, ...now],
  ['issue', '--rootfs', 'NODE', ...words, ...now, '--format', 'json'],
]);

const commands = ['connections', 'blast', 'facts', 'expect', 'issue', 'verify', 'rules', 'explain'];
const ofProgram = [['--help'], ...commands.map((name) => [name, '--help']), ['rules'], ['rules', '--format', 'json']];

function record(name, words, cwd) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...words], {
    cwd,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const file = `${[name, ...words].join('_').replace(/[^\w.=-]+/g, '-')}.txt`;
  // The copy is in a temporary folder with a random name.
  const text = `${stderr}\n${stdout}`.replaceAll(cwd ?? root, '/place');
  writeFileSync(join(output, file), `${words.join(' ')}\nexit code ${status}\n${text}`);
}

mkdirSync(output, { recursive: true });
for (const words of ofProgram) record('program', words);
for (const folder of folders) {
  for (const archive of readdirSync(folder).filter((name) => name.endsWith('.tar.gz'))) {
    const name = basename(archive, '.tar.gz');
    const place = mkdtempSync(join(tmpdir(), 'pki-lint-record-'));
    execFileSync('tar', ['-xpzf', resolve(folder, archive), '-C', place]);
    const [root] = readdirSync(place);
    for (const words of ofNode)
      record(
        name,
        words.map((word) => (word === 'NODE' ? root : word)),
        place,
      );
    for (const words of ofFolder)
      record(
        name,
        words.map((word) => (word === 'NODE' ? root : word)),
        place,
      );
    rmSync(place, { recursive: true });
  }
}
