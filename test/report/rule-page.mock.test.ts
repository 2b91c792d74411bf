/** What programs show of a rule if package.json names a repository: its page. */
import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

vi.mock('../../package.json', () => ({
  default: {
    name: 'pki-lint',
    version: '0.1.0',
    repository: { type: 'git', url: 'git+https://github.com/example/pki-lint.git' },
  },
}));

const { lint, reporters, ruleDocs } = await import('../../src/index.ts');
const { allReporters } = await import('../../src/report/index.ts');

const start = 'https://github.com/example/pki-lint/blob/HEAD/';
const pageOf = (rule: string) => `${start}docs/rules/${rule}.md`;

const report = await lint({
  paths: ['fixtures/broken/swapped-keys.tar.gz'],
  at: new Date('2026-12-01'),
  picture: true,
});
const first = report.findings[0]?.rule ?? '';

test('the addresses are those of pages in this repository', () => {
  const paths = ruleDocs.map(({ cite }) => cite[0]?.url.slice(start.length) ?? '');
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  expect(paths.length).toBe(new Set(paths).size);
});

test('findings have it before the documents, in every format that shows a source', async () => {
  expect(report.findings.map(({ cite }) => cite[0]?.url)).toEqual(report.findings.map(({ rule }) => pageOf(rule)));
  expect(await reporters.table(report)).toContain(`  docs      ${pageOf(first)}\n`);
  expect(await reporters.markdown(report)).toContain(`[${first}](${pageOf(first)})`);
  expect(await reporters.junit(report)).toContain(pageOf(first));
  expect(await reporters.html(report)).toContain(`href="${pageOf(first)}"`);
  const [{ tool }] = JSON.parse(await reporters.sarif(report)).runs;
  const helpUris = tool.driver.rules.map(({ helpUri }: { helpUri: string }) => helpUri);
  expect(helpUris).toEqual(ruleDocs.map(({ id }) => pageOf(id)));
});

test('`explain` shows it', async () => {
  const rule = ruleDocs.find(({ id }) => id === first);
  if (rule === undefined) throw new Error(`no rule ${first}`);
  const text = await allReporters.rule.text(rule, { width: 80, color: false, quiet: false, verbose: false });
  expect(text).toContain(pageOf(first));
});
