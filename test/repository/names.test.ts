/** A name that is exported has one meaning in all of src/. */
import { expect, test } from 'vitest';
import { readText, sources } from './files.ts';

/** Names that still have two meanings. The list only gets shorter. */
const pending = new Set(['Algorithm', 'Authority', 'Place', 'isUnknown', 'nameFor', 'on', 'placeOf']);

const declaration =
  /^export (?:async )?(?:declare )?(?:function\*?|const|let|class|interface|type|enum) ([A-Za-z0-9_$]+)/gm;

test('no name is exported by two files', () => {
  const files = new Map<string, string[]>();
  for (const path of sources()) {
    for (const [, name = ''] of readText(path).matchAll(declaration)) {
      files.set(name, [...(files.get(name) ?? []), path]);
    }
  }
  const ambiguous = [...files].filter(([name, paths]) => paths.length > 1 && !pending.has(name));
  expect(ambiguous.map(([name, paths]) => `${name}: ${paths.join(', ')}`)).toEqual([]);
});
