/** A folder and an archive of it give the same report, whatever is in them. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LintOptions, lint, type Report } from '../../src/index.ts';
import { groups } from '../cases/all.ts';
import { at, treeOf } from '../cases/harness.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { NodeTree } from '../support/node-tree.ts';

/** The paths of the input are written as in the archive, and the commands that name a folder are left out. */
function comparable(report: Report, top: string): unknown {
  const text = JSON.stringify({ ...report, failures: report.failures.map(({ hint: _, ...one }) => one) });
  const places = text.replaceAll(`${top}/`, '-!/').replaceAll(`"${top}"`, '"-"');
  return JSON.parse(places, (key, value) => (key === 'fix' || key === 'fixes' ? undefined : value));
}

/** Lints a tree as a folder and as an archive. */
async function both(tree: NodeTree, options: LintOptions = {}): Promise<[unknown, unknown]> {
  const top = join(realpathSync(mkdtempSync(join(tmpdir(), 'both-'))), 'top');
  onTestFinished(() => rmSync(join(top, '..'), { recursive: true }));
  tree.toDisk(top);
  const common = { at, cwd: '/', ...options };
  const folder = await lint({ ...common, paths: [top] });
  const archive = await tree.toTar();
  const archived = await lint({ ...common, paths: ['-'], stdin: () => Readable.from([archive]) });
  return [comparable(folder, top), comparable(archived, top)];
}

/** The tree as it is on disk if the user of this process writes it; in a folder if `wrapper` is given. */
function owned(tree: NodeTree, wrapper = ''): NodeTree {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const all = new NodeTree().directory('/');
  if (wrapper !== '') all.directory(`/${wrapper}`);
  for (const [path, entry] of tree.entries) {
    all.entries.set(`${wrapper && `/${wrapper}`}${path}`, entry.type === 'link' ? entry : { ...entry, uid, gid });
  }
  return all;
}

describe.each(corpora)('%s', (name) => {
  it.each(['', 'cp-1', 'a/b'])('below "%s"', async (wrapper) => {
    const [folder, archive] = await both(owned(await corpus(name), wrapper));
    expect(folder).toEqual(archive);
  });
});

/** A part of the cases, which is a different one whenever a case is added. */
const some = Object.values(groups)
  .flat()
  .filter((_, index) => index % 11 === 0);

it.each(some)('$name', async (one) => {
  const tree = owned(await treeOf(one));
  if ([...tree.entries.values()].some(({ type }) => !['file', 'directory', 'link'].includes(type))) return;
  const [folder, archive] = await both(tree, one.options);
  expect(folder).toEqual(archive);
});
