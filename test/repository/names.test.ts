/** A name that two files export has two meanings for the reader, so each name is exported by one file of src/. */
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

const declaration = /^export (?:async )?(?:function\*?|const|let|interface|type|class|enum) ([\w$]+)/gm;

/** The files that declare and export each name. Re-exports do not count. */
function exportersByName(files: readonly (readonly [path: string, text: string])[]): ReadonlyMap<string, string[]> {
  const exporters = new Map<string, string[]>();
  for (const [path, text] of files) {
    for (const [, name = ''] of text.matchAll(declaration)) {
      exporters.set(name, [...(exporters.get(name) ?? []), path]);
    }
  }
  return exporters;
}

test('no name is exported by two files', () => {
  const exporters = exportersByName(sources().map((path) => [path, readText(path)]));
  const shared = [...exporters].filter(([, paths]) => paths.length > 1);
  expect(shared).toEqual([]);
});

test('declarations count, and re-exports do not', () => {
  const first = 'export const a = 1;\nexport type B = string;\nexport async function c() {}\nconst d = 1;\n';
  const second = "export { e } from './e.ts';\nexport type * from './f.ts';\nexport function* a() {}\n";
  expect([
    ...exportersByName([
      ['1.ts', first],
      ['2.ts', second],
    ]),
  ]).toEqual([
    ['a', ['1.ts', '2.ts']],
    ['B', ['1.ts']],
    ['c', ['1.ts']],
  ]);
});
