import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { instrument, mutationsOf } from '../../scripts/mutate/code.mjs';
import { mutated, rowMutationsOf } from '../../scripts/mutate/rows.mjs';
import { passes } from '../../scripts/mutate/tests.mjs';

const code = `function* f(list) {
  for (const one of list.filter((each) => each !== 0)) {
    if (one < 2 || one > 5) continue;
    yield [one, ...(list.some((each) => each > 9) ? [10] : [])].join('+');
  }
}
[...f([0, 1, 2, 6, 11])]`;

test('each mutation of code has its switch, and the code without a mutant is the same', () => {
  const mutations = mutationsOf(code).map((one, id) => ({ ...one, id }));
  const text = instrument(code, mutations);
  const run = (active?: number) => {
    const isActive = (id: number) => id === active;
    const value = (id: number, other: unknown, own: unknown) => (isActive(id) ? other : own);
    return [...(runInNewContext(text, { __mutant: isActive, __value: value }) ?? [])].join(' ');
  };
  expect(run()).toBe(runInNewContext(code).join(' '));
  expect(mutations.map(({ id, line, operator }) => `${line}: ${operator}: ${run(id)}`)).toMatchInlineSnapshot(`
    [
      "2: no filter (each) => each !== 0: 2+10",
      "2: !== → ===: ",
      "3: condition → true: ",
      "3: condition → false: 1+10 2+10 6+10 11+10",
      "3: || → &&: 1+10 2+10 6+10 11+10",
      "3: < → <=: ",
      "3: > → >=: 2+10",
      "3: without continue;: 1+10 2+10 6+10 11+10",
      "4: without yield [one, ...(list.some((each) => each > 9) ?…: ",
      "4: without one: 10",
      "4: without ...(list.some((each) => each > 9) ? [10] : []): 2",
      "4: condition → true: 2+10",
      "4: condition → false: 2",
      "4: some → every: 2",
      "4: > → >=: 2+10",
      "4: without 10: 2",
      "7: without [...f([0, 1, 2, 6, 11])]: ",
      "7: without ...f([0, 1, 2, 6, 11]): ",
      "7: without 0: 2+10",
      "7: without 1: 2+10",
      "7: without 2: ",
      "7: without 6: 2+10",
      "7: without 11: 2",
    ]
  `);
});

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
