/** Paths that were not linted, where they are many. */
import { expect, it } from 'vitest';
import { reporters } from '../../src/index.ts';
import { joinedPaths } from '../../src/results/read/failed-paths.ts';
import { healthy } from '../report/fixtures.ts';
import { runWith } from './run.ts';

const message = 'next to nodes, but not recognized as one';
const beside = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `/tmp/x${index}`, message, hint: 'give it as a PATH' }));
const missing = { path: '/nowhere', message: 'no such file or directory', hint: null };
const report = (count: number) => ({ ...healthy, failures: [...beside(count), missing] });

const joined = `/tmp/x0, /tmp/x1, /tmp/x2 and 9 more: ${message} (--verbose names all)`;

it('up to three with the same message have a line each, and more are one line', () => {
  expect(joinedPaths(report(3).failures)).toEqual(report(3).failures);
  expect(joinedPaths(report(12).failures).map(({ path }) => path)).toEqual([
    '/tmp/x0, /tmp/x1, /tmp/x2 and 9 more',
    '/nowhere',
  ]);
});

it('stderr and stdout join them, and with --verbose they do not', async () => {
  const short = await runWith(['lint', 'x'], { report: report(12) });
  expect(short.stderr).toContain(`pki-lint: ${joined}\n`);
  expect(short.stderr.match(/next to nodes/g)).toHaveLength(1);
  expect(short.stdout.replace(/\s+/g, ' ')).toContain(`Not linted: ${joined}`);
  const long = await runWith(['lint', 'x', '--verbose'], { report: report(12) });
  expect(long.stderr.match(/next to nodes/g)).toHaveLength(12);
  expect(long.stdout.match(/next to nodes/g)).toHaveLength(12);
});

it('all other texts join them, and formats for programs have each', async () => {
  for (const write of [reporters.markdown, reporters.github])
    expect((await write(report(12))).match(/next to nodes/g)).toHaveLength(1);
  for (const write of [reporters.json, reporters.sarif, reporters.junit])
    expect((await write(report(12))).match(/next to nodes/g)?.length).toBeGreaterThanOrEqual(12);
});
