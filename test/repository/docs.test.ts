import { expect, test } from 'vitest';
import { fixesPage } from '../../scripts/fixes-page.mjs';
import { withFiles } from '../../scripts/included-files.mjs';
import { layoutsPage } from '../../scripts/layouts-page.mjs';
import { manPage } from '../../scripts/man-page.mjs';
import { exampleCommand, withExample } from '../../scripts/readme-example.mjs';
import { examplesIn, rulesPage } from '../../scripts/rules-page.mjs';
import { commands } from '../../src/cli/commands/index.ts';
import { examples as examplesOf, sendingArchive, sendingKeys } from '../../src/cli/parsing/examples.ts';
import { lint, ruleDocs } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import * as words from '../../src/report/text/words.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { faults } from '../layouts/faults/index.ts';
import { kits } from '../layouts/kits/index.ts';
import { notHealed } from '../oracles/support/not-healed.ts';
import { onlyNotes, unfinished } from '../oracles/support/pasted-by-hand.ts';
import { readText } from './files.ts';

// test/cases/cases.test.ts compares the examples with the findings of the cases.
const examples = examplesIn(readText('docs/rules.md'));

test('docs/rules.md is what the catalogue generates (npm run docs)', () => {
  expect(readText('docs/rules.md')).toBe(rulesPage(ruleDocs, words, examples));
});

test('man/pki-lint.1 is what the table of commands generates (npm run docs)', () => {
  expect(readText('man/pki-lint.1')).toBe(manPage(commands, examplesOf, JSON.parse(readText('package.json'))));
});

test('man/pki-lint.1 escapes what roff would read', () => {
  const row = { name: 'x', description: 'a', arguments: [], options: () => [] };
  const after = { x: "\nExample:\n  .x 'a' \\ ^~ …" };
  const page = manPage([{ ...row, load: () => Promise.reject(new Error('not run')) }], after, {
    version: '1',
    description: 'b',
  });
  expect(page).toContain('\n\\&.x \\(aqa\\(aq \\e \\(ha\\(ti \\[u2026]\n');
});

test('docs/rules.md has an example of every rule', () => {
  expect([...examples.keys()].toSorted()).toEqual(ruleDocs.map(({ id }) => id).toSorted());
});

test('an example is found only in the section of its rule', () => {
  const [, second] = ruleDocs.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const given = new Map([[second?.id ?? '', 'what the terminal shows']]);
  expect(examplesIn(rulesPage(ruleDocs, words, given))).toEqual(given);
});

test('no text of docs/rules.md has a placeholder of the catalogue', () => {
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
