/** Formats are rows of one table, and what has choices of them follows from it. */
import { expect, test } from 'vitest';
import { traitsOf } from '../../src/cli/parsing/formats.ts';
import { allFormats } from '../../src/report/index.ts';
import { readText, sources } from './files.ts';

const table = 'src/report/index.ts';
const names = Object.keys(allFormats.report);

/** The formats of a report that a text names in quotes or in a pattern, without those that most results have. */
function namedIn(text: string): readonly string[] {
  const isNamed = (name: string) => text.includes(`'${name}'`) || text.includes(`|${name}|`);
  return names.filter((name) => !['table', 'json'].includes(name) && isNamed(name));
}

test('nothing but the table lists formats', () => {
  // What only one format does names that one.
  const lists = sources().filter((path) => path !== table && namedIn(readText(path)).length > 2);
  expect(lists).toEqual([]);
  expect(namedIn("const complete = ['json', 'csv', 'sarif', 'junit'];")).toHaveLength(3);
  expect(namedIn('@pattern ^(table|csv|sarif|junit|html)(:.+)?$')).toHaveLength(3);
});

test('formats of one name have the same traits, whatever they print', () => {
  for (const formats of Object.values(allFormats)) {
    for (const [name, { syntax, needsNodes }] of Object.entries(formats)) {
      expect({ name, syntax, needsNodes }).toEqual({
        name,
        syntax: traitsOf[name as keyof typeof traitsOf].syntax,
        needsNodes: traitsOf[name as keyof typeof traitsOf].needsNodes,
      });
    }
  }
});

test.each(['README.md', 'docs/commands.md'])('%s names each format', (page) => {
  const text = readText(page);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`, 'i').test(text))).toEqual([]);
});
