import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixesPage } from '../../scripts/fixes-page.mjs';
import { withFiles } from '../../scripts/included-files.mjs';
import { layoutsPage } from '../../scripts/layouts-page.mjs';
import { manPage } from '../../scripts/man-page.mjs';
import { exampleCommand, withExample } from '../../scripts/readme-example.mjs';
import { examplesIn, readRulePages, rulePages, writeRulePages } from '../../scripts/rule-pages.mjs';
import { commands } from '../../src/cli/commands/index.ts';
import { variables } from '../../src/cli/parsing/environment.ts';
import { examples as examplesOf, sendingArchive, sendingKeys } from '../../src/cli/parsing/examples.ts';
import { lint, ruleDocs } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import * as words from '../../src/report/text/words.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { faults } from '../layouts/faults/index.ts';
import { kits } from '../layouts/kits/index.ts';
import { notHealed } from '../oracles/support/not-healed.ts';
import { onlyNotes, unfinished } from '../oracles/support/pasted-by-hand.ts';
import { readText, root } from './files.ts';

// test/cases/cases.test.ts compares the examples with the findings of the cases.
const examples = examplesIn(readRulePages(root));

test('docs/rules.md and docs/rules/ are what the catalogue generates: a page for each rule (npm run docs)', () => {
  const pages = rulePages(ruleDocs, words, examples);
  expect(Object.keys(pages)).toEqual(expect.arrayContaining(ruleDocs.map(({ id }) => `docs/rules/${id}.md`)));
  const written = readRulePages(root);
  expect(Object.keys(written).toSorted()).toEqual(Object.keys(pages).toSorted());
  expect(Object.keys(pages).filter((path) => written[path] !== pages[path])).toEqual([]);
});

test('the page of a rule that does not exist any more is removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'docs/rules/gone'), { recursive: true });
  writeFileSync(join(folder, 'docs/rules/gone/rule.md'), '# gone/rule\n');
  const pages = rulePages(ruleDocs, words, examples);
  writeRulePages(folder, pages);
  expect(readRulePages(folder)).toEqual(pages);
});

test('the page of a rule has all that `explain` shows', async () => {
  const pages = readRulePages(root);
  const plain = (text: string) => text.replaceAll('<', '&lt;');
  for (const rule of ruleDocs) {
    const page = pages[`docs/rules/${rule.id}.md`];
    const { says, fails } = words.templatesOf(rule);
    const shown = [
      ...[rule.title, rule.why, ...rule.fix.split('\n'), ...rule.options.map(({ help }) => help)].map(plain),
      ...[says, fails].flatMap((text) => text ?? []),
      ...[words.severityWords[rule.severity], words.impactWords[rule.impact]],
      ...rule.cite.filter(({ url }) => !url.endsWith(`/${rule.id}.md`)).flatMap(({ title, url }) => [title, url]),
      ...rule.cis,
      ...rule.explains,
    ];
    expect(shown.filter((text) => !page?.includes(text))).toEqual([]);
  }
});

test('man/pki-lint.1 is what the table of commands generates (npm run docs)', () => {
  expect(readText('man/pki-lint.1')).toBe(
    manPage(commands, examplesOf, variables, JSON.parse(readText('package.json'))),
  );
});

test('man/pki-lint.1 escapes what roff would read', () => {
  const row = { name: 'x', description: 'a', arguments: [], options: () => [] };
  const after = { x: "\nExample:\n  .x 'a' \\ ^~ …" };
  const command = { ...row, load: () => Promise.reject(new Error('not run')) };
  const page = manPage([command], after, [], { version: '1', description: 'b' });
  expect(page).toContain('\n\\&.x \\(aqa\\(aq \\e \\(ha\\(ti \\[u2026]\n');
});

test('docs/rules/ has an example of every rule', () => {
  expect([...examples.keys()].toSorted()).toEqual(ruleDocs.map(({ id }) => id).toSorted());
});

test('an example is found only on the page of its rule', () => {
  const [, second] = ruleDocs.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const given = new Map([[second?.id ?? '', 'what the terminal shows']]);
  expect(examplesIn(rulePages(ruleDocs, words, given))).toEqual(given);
});

test('no text of docs/rules/ has a placeholder of the catalogue', () => {
  const texts = ruleDocs.flatMap(({ message, why, fails, fix }) => [message, why, fails ?? '', fix]);
  const shown = texts.flatMap((text) => text.match(/<[^>]*>/g) ?? []);
  expect(texts.filter((text) => /\{\w+\}/.test(text))).toEqual([]);
  expect(shown.filter((one) => !/^<[A-Za-z][a-z]+(?: [a-z]+)*>$|^<CA>$|^<ClusterRole>$/.test(one))).toEqual([]);
});

test('whatever copies a node without keys does so by one list', () => {
  const [readme, pipelines] = [readText('README.md'), readText('docs/ci.md')];
  expect(readme).toContain(`\n${sendingArchive}\n`);
  expect(readme).toContain(`\n${sendingKeys}\n`);
  const list = /'(.*)'/s.exec(sendingArchive)?.[1] ?? '';
  expect(pipelines.split(list)).toHaveLength(3);
  // Ansible is root already, and starts in the root folder of the node.
  const become = list
    .replaceAll('sudo ', '')
    .replace(/ \/(?=etc|var)/g, ' ')
    .replace('tar c', 'tar cz')
    .replace(/-$/, '- | base64');
  const playbook = readText('integrations/ansible/pki-lint.yml').replace(/^ {10}/gm, '');
  expect(playbook).toContain(`\n${become}\n`);
});

test('docs/fixes.md is what the lists of the tests generate (npm run docs)', () => {
  expect(readText('docs/fixes.md')).toBe(fixesPage({ onlyNotes, unfinished, notHealed }));
});

test('docs/layouts.md is what the rows of layouts generate (npm run docs)', () => {
  expect(readText('docs/layouts.md')).toBe(layoutsPage(layouts, { kits, faults }));
});

test.each([
  ['docs/ci.md', 6],
  ['docs/running.md', 1],
])('%s has the files of integrations/ as they are (npm run docs)', (path, least) => {
  const page = readText(path);
  expect(page.match(/<!-- file: /g)?.length).toBeGreaterThanOrEqual(least);
  expect(withFiles(page)).toBe(page);
});

test('the example of README.md is what the program prints (npm run docs)', async () => {
  const [archive = '', , at = ''] = exampleCommand;
  const report = await lint({ paths: [archive], at: new Date(at) });
  const output = await allReporters.report.table(report, { width: 80, color: false, quiet: false, verbose: false });
  expect(readText('README.md')).toBe(withExample(readText('README.md'), output));
});
