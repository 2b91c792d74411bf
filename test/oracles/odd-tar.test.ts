/** Archives of real tar programs: a folder with odd names and types and its archive give the same report. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { comparable } from '../scan/comparable.ts';
import { oddTree, writeTree } from '../scan/odd-trees.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const formats = ['gnu', 'oldgnu', 'pax', 'ustar', 'v7'];
const seeds = Array.from({ length: 4 }, (_, seed) => seed);

/** What a real tar program writes about a folder. */
const packedBy = (top: string, ...options: readonly string[]): Buffer =>
  execFileSync('tar', ['--sort=name', ...options, '-C', top, '-c', '.'], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

it.each(formats.flatMap((format) => seeds.map((seed) => [format, seed] as const)))('%s, %i', async (format, seed) => {
  const top = join(folder.path, `${format}-${seed}`);
  // The oldest format has no FIFOs.
  writeTree(
    top,
    oddTree(seed).filter(({ kind }) => format !== 'v7' || kind !== 'fifo'),
  );
  const common = { at, cwd: '/', requireComplete: true };
  const onDisk = await lint({ ...common, paths: [top] });
  const archive = packedBy(top, `--format=${format}`);
  const archived = await lint({ ...common, paths: ['-'], stdin: () => Readable.from([archive]) });
  expect(comparable(onDisk, top)).toEqual(comparable(archived, top));
});

it.each(['gnu', 'pax', 'pax --sparse-version=0.0', 'pax --sparse-version=0.1'])(
  'a sparse file: %s',
  async (options) => {
    const top = join(folder.path, `sparse-${options.replaceAll(/\W/g, '-')}`);
    writeTree(
      top,
      oddTree(1).filter(({ path }) => /^[ -~]*$/.test(path)),
    );
    const file = join(top, 'etc/kubernetes/pki/sparse.key');
    // More pieces than fit into one header.
    execFileSync('sh', [
      '-c',
      'i=0; while [ $i -lt 60 ]; do printf x | dd of="$0" bs=1 seek=$((i*16384)) conv=notrunc 2>/dev/null; i=$((i+1)); done',
      file,
    ]);
    const archive = packedBy(top, '--sparse', ...`--format=${options}`.split(' '));
    const { notChecked, failures } = await lint({ at, cwd: '/', paths: ['-'], stdin: () => Readable.from([archive]) });
    expect(failures).toEqual([]);
    expect(notChecked.map(({ path, reason }) => [path, reason])).toContainEqual([
      '/etc/kubernetes/pki/sparse.key',
      'not readable: the archive has it as a sparse file',
    ]);
  },
);
