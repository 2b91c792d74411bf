import { expect, test } from 'vitest';
import { generateSchemas } from '../../scripts/schemas.mjs';
import { allFormats } from '../../src/report/index.ts';
import { listFiles, readText } from './files.ts';

const byHand = ['catalog.schema.json'];

test('rules/schema/ is what the types generate (npm run docs)', () => {
  const generated = generateSchemas(Object.keys(allFormats.report));
  const names = [...Object.keys(generated), ...byHand];
  expect(listFiles('rules/schema').sort()).toEqual(names.map((name) => `rules/schema/${name}`).sort());
  for (const [name, text] of Object.entries(generated)) expect(readText(`rules/schema/${name}`), name).toBe(text);
});
