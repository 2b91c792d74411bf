/** What programs show of a rule if package.json names a repository: its page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { removedFolder } from '../support/removed-folder.ts';

/** The program, built as if package.json named a repository. */
async function programWith(repository: object) {
  const outfile = join(removedFolder('rule-page-'), 'program.mjs');
  await build({
    stdin: {
      contents: `export * from './src/index.ts'; export { allReporters } from './src/report/index.ts';`,
      resolveDir: '.',
    },
    plugins: [
      {
        name: 'with-repository',
        setup: ({ onLoad }) =>
          onLoad({ filter: /package\.json$/ }, () => ({
            contents: JSON.stringify({ ...manifest, repository }),
            loader: 'json',
          })),
      },
    ],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    logLevel: 'warning',
  });
  const program: typeof import('../../src/index.ts') & typeof import('../../src/report/index.ts') = await import(
    pathToFileURL(outfile).href
  );
  return program;
}

const { lint, reporters, ruleDocs, allReporters } = await programWith({
  type: 'git',
  url: 'git+https://github.com/example/pki-lint.git',
});

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
