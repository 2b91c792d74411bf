import { Readable } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { lint } from '../../src/index.ts';
import { buildNode } from '../support/build-node.ts';
import { FileMap } from '../support/file-map.ts';
import { at } from './support/shown.ts';

it('a check that throws fails its node, with 2, and the others are reported', async () => {
  const { run } = checks['node/swapped'];
  const broken = vi.spyOn(checks['node/swapped'], 'run').mockImplementation((subject, pki) => {
    if (pki.name === 'cp-1') throw new RangeError('a check that broke');
    return run(subject, pki);
  });
  onTestFinished(() => broken.mockRestore());
  const both = new FileMap();
  for (const name of ['cp-1', 'cp-2'])
    for (const [path, entry] of buildNode({ name }).entries) both.entries.set(`/${name}${path}`, entry);
  for (const name of ['cp-1', 'cp-2']) both.directory(`/${name}`);
  const archive = await both.toTar();
  const report = await lint({ at, paths: ['-'], stdin: () => Readable.from([archive]) });
  expect(report.failures).toMatchObject([
    { path: '-!/cp-1', message: 'internal error: RangeError: a check that broke' },
  ]);
  expect(report.nodes.map((node) => node.name)).toEqual(['cp-2']);
  expect(report.exitCode).toBe(2);
});
