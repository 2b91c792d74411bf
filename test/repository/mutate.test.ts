import { expect, test } from 'vitest';
import { mutated, rowMutationsOf } from '../../scripts/mutate/rows.mjs';
import { passes } from '../../scripts/mutate/tests.mjs';

test('rows are removed, and their fields changed', () => {
  const data = {
    note: 'words',
    rows: [
      { role: 'a', on: true },
      { role: 'b', on: true, uses: ['x'] },
    ],
  };
  const all = rowMutationsOf(data);
  expect(all.map(({ path, operator, isRow }) => `${path.join('.')} ${operator}${isRow ? ' (row)' : ''}`)).toEqual([
    'rows.0 removed (row)',
    'rows.0.role "a" → "b"',
    'rows.0.on true → false',
    'rows.1 removed (row)',
    'rows.1.role "b" → "a"',
    'rows.1.on true → false',
    'rows.1.uses.0 removed',
  ]);
  const [first, second] = all;
  expect(first && mutated(data, first).rows.length).toBe(1);
  expect(second && mutated(data, second).rows[0]).toEqual({ role: 'b', on: true });
});

test('the passes try a row by each test file once, those that contain its rarest words early', () => {
  const row = { file: 'rules/tables/identities.json', words: ['kube-apiserver', 'one node has one radius'] };
  const [first = [], tables = [], likely = [], rest = []] = Object.values(passes).map((pass) => pass(row).files);
  expect(first).toEqual([]);
  expect(tables).toContain('test/tables/flag-releases.test.ts');
  expect(likely).toContain('test/blast.test.ts');
  expect(rest.length).toBeGreaterThan(20);
  expect([...tables, ...likely, ...rest].filter((file, index, all) => all.indexOf(file) !== index)).toEqual([]);
});
