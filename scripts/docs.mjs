/**
 * Writes what is generated: docs/rules.md, docs/rules/, docs/incidents.md, docs/fixes.md, docs/layouts.md, the example
 * in README.md, man/pki-lint.1 and rules/schema/.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importTests } from './bundle-tests.mjs';
import { fixesPage } from './fixes-page.mjs';
import { incidentsPage } from './incidents-page.mjs';
import { withFiles } from './included-files.mjs';
import { layoutsPage } from './layouts-page.mjs';
import { manPage } from './man-page.mjs';
import { exampleCommand, withExample } from './readme-example.mjs';
import { rulePages, writeRulePages } from './rule-pages.mjs';
import { generateSchemas } from './schemas.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const [{ allFormats }] = await importTests('src/report/index.ts');

// First the schemas: the build refuses rules that they do not describe.
const schemas = generateSchemas(Object.keys(allFormats.report));
for (const [name, text] of Object.entries(schemas)) writeFileSync(`${root}rules/schema/${name}`, text);
execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
const { ruleDocs } = await import('../dist/index.js');

const [
  words,
  { allExamples },
  { incidentPage },
  { commands },
  { examples },
  { variables },
  byHand,
  { notHealed },
  { layouts },
  { kits },
  { faults },
] = await importTests(
  'src/report/text/words.ts',
  'test/cases/examples.ts',
  'test/incidents/page.ts',
  'src/cli/commands/index.ts',
  'src/cli/parsing/examples.ts',
  'src/cli/parsing/environment.ts',
  'test/oracles/support/pasted-by-hand.ts',
  'test/oracles/support/not-healed.ts',
  'src/tables/layouts/index.ts',
  'test/layouts/kits/index.ts',
  'test/layouts/faults/index.ts',
);
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
writeFileSync(`${root}man/pki-lint.1`, manPage(commands, examples, variables, manifest));
writeRulePages(root, rulePages(ruleDocs, words, await allExamples()));
writeFileSync(`${root}docs/incidents.md`, incidentsPage(await incidentPage()));
writeFileSync(`${root}docs/fixes.md`, fixesPage({ ...byHand, notHealed }));
writeFileSync(`${root}docs/layouts.md`, layoutsPage(layouts, { kits, faults }));

for (const page of ['docs/ci.md', 'docs/running.md']) {
  writeFileSync(`${root}${page}`, withFiles(readFileSync(`${root}${page}`, 'utf8')));
}

let output = '';
try {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', COLUMNS: '80' };
  output = execFileSync(process.execPath, ['dist/cli.cjs', ...exampleCommand], { cwd: root, encoding: 'utf8', env });
} catch (error) {
  // The example contains an error, so the exit code is 1.
  output = error.stdout;
}
writeFileSync(`${root}README.md`, withExample(readFileSync(`${root}README.md`, 'utf8'), output));
