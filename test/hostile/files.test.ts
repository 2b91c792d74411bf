import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { buildNode } from '../support/build-node.ts';
import { FileMap } from '../support/file-map.ts';
import { at, lintStream, shown } from './support/shown.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lintRoot = () => lint({ at, paths: [root], picture: true });

/** Every file in a folder with its time and size, to detect changes. */
function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const status = statSync(join(folder, name), { throwIfNoEntry: false });
      return `${name} ${status?.mtimeMs} ${status?.size} ${status?.mode}`;
    })
    .sort();
}

describe('what a manifest names', () => {
  it.each([
    '/dev/zero',
    '/proc/self/environ',
    '/proc/self/mem',
    '/../../../../etc/shadow',
    '/pipe',
    '/socket',
    '/outside',
    '/loop',
    '/',
    '/etc',
  ])('%s: is not waited for, and not left the root for', async (target) => {
    const secret = 'the-machine-and-not-the-node';
    const elsewhere = mkdtempSync(join(tmpdir(), 'pki-lint-elsewhere-'));
    writeFileSync(join(elsewhere, 'secret'), `kind: ${secret}\n`);
    const node = buildNode();
    node.replaceFlag('kube-apiserver', 'client-ca-file', `/etc/kubernetes/pki/evil`).link('pki/evil', target);
    node.link('/outside', join(elsewhere, 'secret')).link('/loop', '/loop');
    node.toDisk(root);
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const server = createServer().listen(join(root, 'socket'));
    const report = await lintRoot();
    server.close();
    rmSync(elsewhere, { recursive: true });
    expect(report.failures).toEqual([]);
    // Files outside the copy are not judged.
    expect([0, 1]).toContain(report.exitCode);
    expect(await shown(report)).not.toContain(secret);
  });
});

describe('names', () => {
  it('that a terminal would obey are shown as escapes', async () => {
    const node = buildNode();
    const content = node.read('pki/ca.crt');
    node.write('pki/a\u001b[31m\nb\u202ec.crt', content).write('pki/\u0085.key', 'x');
    node.toDisk(root);
    const text = await shown(await lintRoot());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('of every object are names like others', async () => {
    const node = buildNode();
    for (const name of ['__proto__', 'constructor', 'toString']) node.write(`pki/${name}`, node.read('pki/ca.crt'));
    expect((await lintStream(node)).exitCode).toBe(0);
  });
});

it('a lint changes nothing on disk', async () => {
  buildNode().toDisk(root);
  const before = stateOf(root);
  await lintRoot();
  expect(stateOf(root)).toEqual(before);
});

it('the same node gives the same report, byte by byte', async () => {
  const node = buildNode();
  node.write('pki/broken.crt', 'x').remove('pki/sa.pub').write('manifests/etcd.yaml', '{');
  expect(await shown(await lintStream(node))).toBe(await shown(await lintStream(node)));
});

describe('archives', () => {
  const lintBytes = (chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) =>
    lint({ at, paths: ['-'], stdin: () => Readable.from(chunks, { objectMode: false }) });

  it.each([
    ['an endless stream of zeros', () => endless(Buffer.alloc(1 << 20))],
    ['an endless stream of letters', () => endless(Buffer.alloc(1 << 20, 'y\n'))],
    ['nothing', () => []],
    ['random bytes', () => [Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))]],
  ])('%s is refused', async (_, stream) => {
    const report = await lintBytes(stream());
    expect(report.exitCode).toBe(2);
    expect(report.failures).toHaveLength(1);
  });

  it('one that unpacks to a thousand times its size is refused', async () => {
    const node = buildNode();
    const whole = await node.toTar();
    const header = Buffer.from(whole.subarray(0, 512));
    // A gzip stream may have several members: here one of zeros, repeated many times.
    const zeros = gzipSync(Buffer.alloc(1 << 25));
    const report = await lintBytes([gzipSync(sized(header, 8 ** 11 - 1)), ...Array.from({ length: 12 }, () => zeros)]);
    expect(report.failures[0]?.message).toBe('unpacks to more than 100 times its size');
  });

  it('one of very many nodes is refused, before they are linted', async () => {
    const files = new FileMap();
    for (let index = 0; index <= 3000; index += 1) files.write(`/node-${index}/etc/kubernetes/pki/ca.crt`, '');
    const report = await lintBytes([await files.toTar()]);
    expect(report.failures[0]?.message).toBe('3001 nodes, more than 3000');
    expect(report.exitCode).toBe(2);
  });

  it('one that comes in one piece, longer than a gap may be, is read', async () => {
    const node = buildNode();
    for (let index = 0; index < 5; index += 1) node.write(`pki/letters-${index}`, 'x'.repeat(4_000_000));
    expect((await lintBytes([await node.toTar()])).failures).toEqual([]);
  });

  it('every truncation is reported', async () => {
    const whole = await buildNode().toTar({ gzip: true });
    for (let part = 1; part < 8; part += 1) {
      const report = await lintBytes([whole.subarray(0, (whole.length * part) / 8)]);
      expect(report.exitCode).toBe(2);
    }
  });

  it('a node that cannot be read does not keep others from being linted', async () => {
    buildNode().toDisk(root);
    writeFileSync(join(root, 'bad.tar'), 'x'.repeat(2000));
    const report = await lint({ at, paths: [join(root, 'bad.tar'), root] });
    expect(report.exitCode).toBe(2);
    expect(report.nodes).toHaveLength(1);
    expect(readFileSync(join(root, 'bad.tar'), 'utf8')).toHaveLength(2000);
  });
});

function* endless(chunk: Uint8Array): Generator<Uint8Array> {
  for (;;) yield chunk;
}

/** A header of a regular file that claims this size (POSIX ustar: 12 octal digits at offset 124, checksum at 148). */
function sized(header: Buffer, size: number): Buffer {
  header.write('etc/kubernetes/pki/x\0', 0);
  header.write('0', 156);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
