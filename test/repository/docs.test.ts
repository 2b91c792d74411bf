import { expect, test } from 'vitest';
import { incidentsPage } from '../../scripts/incidents-page.mjs';
import { exampleCommand, withExample } from '../../scripts/readme-example.mjs';
import { rulesPage } from '../../scripts/rules-page.mjs';
import { lint, ruleDocs } from '../../src/index.ts';
import { reporters } from '../../src/report/index.ts';
import { incidentPage } from '../incidents/page.ts';
import { readText } from './files.ts';

test('docs/rules.md is what the catalogue generates (npm run docs)', () => {
  expect(readText('docs/rules.md')).toBe(rulesPage(ruleDocs));
});

test('docs/incidents.md is what the incidents generate (npm run docs)', { timeout: 120_000 }, async () => {
  expect(readText('docs/incidents.md')).toBe(incidentsPage(await incidentPage()));
});

test('the example of README.md is what the program prints (npm run docs)', async () => {
  const [archive = '', , at = ''] = exampleCommand;
  const report = await lint({ paths: [archive], at: new Date(at) });
  const output = await reporters.report.table(report, { width: 80, color: false, quiet: false, verbose: false });
  expect(readText('README.md')).toBe(withExample(readText('README.md'), output));
});
