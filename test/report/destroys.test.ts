/** A fix that destroys something is printed with its finding only, never where a report says what to do first. */
import { expect, it } from 'vitest';
import { reporters } from '../../src/index.ts';
import { table } from '../../src/report/terminal/table.ts';
import type { Report } from '../../src/results/report.ts';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { broken, command } from './fixtures.ts';

const first = broken.findings.find(({ severity }) => severity === 'error');
const fix = [[{ ...command('rm -r /var/lib/etcd'), class: 'destroys' as const }]];
const report: Report = {
  ...broken,
  findings: first === undefined ? [] : [{ ...first, fix, fixClasses: ['destroys'] }],
};

it('the last lines of the terminal name the rule instead', async () => {
  const text = await table(report, { width: 100, color: false, quiet: false, verbose: false });
  const [body = '', end = ''] = text.split(/^First: /m);
  expect(body).toContain('  Fix 1 (destroys) - run on cp-1 as root:\n    rm -r /var/lib/etcd\n');
  expect(end).not.toContain('rm -r');
  expect(end).not.toContain('Run on');
  expect(end.trimEnd().split('\n').at(-1)).toBe(`  pki-lint explain ${first?.rule}`);
});

it('the head of a page only links to it', async () => {
  const drawn = await lintTree(buildNode(), { picture: true, at: new Date('2028-01-01') });
  const findings = drawn.findings.map((finding) => ({ ...finding, fix, fixClasses: ['destroys' as const] }));
  const html = await reporters.html({ ...drawn, findings });
  const [head = '', body = ''] = html.split('<main').map((part) => part.replace(/<[^>]+>/g, ''));
  expect(head).not.toContain('rm -r');
  expect(body).toContain('rm -r /var/lib/etcd');
});
