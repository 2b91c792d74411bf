/** However many names a file has, it is read and parsed once, and what is read counts even if it is not parsed. */
import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { lint, type Report } from '../../src/index.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { sampled } from '../support/extent.ts';
import { makeAuthority } from '../support/issue.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { limit } from './support/program.ts';
import { at } from './support/shown.ts';

const names = 8_000;
const size = 4 * 1024 * 1024 - 1;
const bundle = '/etc/kubernetes/pki/bundle';

/** Lints a node with hard links to a file, and returns the report and the seconds of CPU. */
async function lintLinked(node: NodeTree, hardLinks: readonly string[] = []): Promise<[Report, number]> {
  const archive = pack();
  const chunks = Readable.from(archive).toArray();
  // One after another: the library recurses into everything that waits.
  const add = (header: Partial<Header> & Pick<Header, 'name'>, content?: Buffer) =>
    new Promise<void>((resolve) => {
      if (content === undefined) archive.entry(header, () => setImmediate(resolve));
      else archive.entry(header, content, () => setImmediate(resolve));
    });
  for (const [path, entry] of node.entries) {
    if (entry.type === 'link') await add({ name: path.slice(1), type: 'symlink', linkname: entry.target });
    else if (entry.type === 'file') await add({ name: path.slice(1), mode: entry.mode }, entry.content);
  }
  for (const name of hardLinks) await add({ name, type: 'link', linkname: bundle });
  archive.finalize();
  const bytes: Uint8Array[] = await chunks;
  const before = process.cpuUsage();
  const report = await lint({ at, paths: ['-'], stdin: () => Readable.from(bytes) });
  const { user, system } = process.cpuUsage(before);
  return [report, (user + system) / 1e6];
}

const certificate = buildNode().read('pki/ca.crt');
const contents = {
  'certificates that are too many': ['crt', certificate.repeat(2001), '2001 PEM blocks'],
  'certificates that are just few enough': ['crt', certificate.repeat(2000), undefined],
  'blocks of nothing': ['pem', '-----BEGIN X-----\n-----END X-----\n'.repeat(110_000), 'more than 10000 PEM blocks'],
  letters: ['crt', 'x'.repeat(size), undefined],
  'YAML of no known kind': ['yaml', `kind: Foo\nx:\n${'- a: b\n'.repeat(500_000)}`, undefined],
} as const;

/** The sample is links to the first, hard links to the second, and so on. */
const isTried = (content: string, kind: 0 | 1): boolean =>
  sampled(Object.keys(contents).indexOf(content) % 2 === kind, true);

describe.each(Object.entries(contents))('%s with very many names', (name, [ending, content, detail]) => {
  it.runIf(isTried(name, 0))('links', async () => {
    const node = buildNode().write(bundle, content);
    for (let index = 0; index < names; index += 1) node.link(`pki/link-${index}.${ending}`, bundle);
    const [report, seconds] = await lintLinked(node);
    expect(seconds).toBeLessThan(limit);
    expect(report.failures).toEqual([]);
    expect(report.exitCode).toBe(0);
    // Each file and its names: more are only counted.
    expect(report.summary.certificates).toBeLessThan(5000);
    if (detail !== undefined) expect(JSON.stringify(report)).toContain(detail);
  });

  it.runIf(isTried(name, 1))('hard links', async () => {
    const hardLinks = Array.from({ length: names }, (_, index) => `etc/kubernetes/pki/link-${index}.${ending}`);
    const [report, seconds] = await lintLinked(buildNode().write(bundle, content), hardLinks);
    expect(seconds).toBeLessThan(limit);
    expect([0, 1]).toContain(report.exitCode);
    expect(report.summary.certificates).toBeLessThan(15_000);
  });
});

it('many different files of YAML are not all parsed', async () => {
  const node = buildNode();
  for (let index = 0; index < 15; index += 1) {
    node.write(`pki/${index}.yaml`, `kind: Foo\nx:\n${`- a: ${index}\n`.repeat(500_000)}`);
  }
  const [report, seconds] = await lintLinked(node);
  expect(seconds).toBeLessThan(limit);
  expect(report.failures).toEqual([]);
  expect(JSON.stringify(report)).toContain('more than pki-lint reads of one node');
});

it('not all certificates with very long names are parsed', async () => {
  const certificate = certificatePem(makeAuthority('"'.repeat(600_000)).certificate);
  const node = buildNode();
  for (let index = 0; index < 15; index += 1) node.write(`pki/${index}.crt`, `${index}\n${certificate}`);
  const [report, seconds] = await lintLinked(node);
  expect(seconds).toBeLessThan(limit);
  expect(report.failures).toEqual([]);
  expect(JSON.stringify(report)).toContain('more than pki-lint reads of one node');
  expect(JSON.stringify(report).length).toBeLessThan(48 * 1024 * 1024);
});

it('links through very many folders are given up', async () => {
  const node = buildNode().directory('pki/a');
  for (let index = 0; index < names; index += 1) node.link(`pki/link-${index}.crt`, `${'a/../'.repeat(240)}ca.crt`);
  const [report, seconds] = await lintLinked(node);
  expect(seconds).toBeLessThan(limit);
  expect(report.failures).toEqual([]);
});
