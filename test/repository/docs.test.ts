import { expect, test } from 'vitest';
import { rulesPage } from '../../scripts/rules-page.mjs';
import { ruleDocs } from '../../src/index.ts';
import { readText } from './files.ts';

test('docs/rules.md is what the catalogue generates (npm run docs)', () => {
  expect(readText('docs/rules.md')).toBe(rulesPage(ruleDocs));
});
