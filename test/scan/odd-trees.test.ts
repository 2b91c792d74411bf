/** A folder with odd names and types, and an archive of it, give the same report. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { sampled } from '../support/extent.ts';
import { rawTar } from '../support/raw-tar.ts';
import { comparable } from './comparable.ts';
import { membersOf, oddTree, writeTree } from './odd-trees.ts';

it.each(Array.from({ length: sampled(20, 40) }, (_, seed) => seed))('odd things, %i', async (seed) => {
  const top = join(realpathSync(mkdtempSync(join(tmpdir(), 'odd-'))), 'top');
  onTestFinished(() => rmSync(join(top, '..'), { recursive: true }));
  const tree = oddTree(seed);
  writeTree(top, tree);
  const common = { at, cwd: '/', requireComplete: true };
  const folder = await lint({ ...common, paths: [top] });
  const archive = await lint({ ...common, paths: ['-'], stdin: () => Readable.from([rawTar(membersOf(tree))]) });
  expect(comparable(folder, top)).toEqual(comparable(archive, top));
});
