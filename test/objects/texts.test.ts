/** The texts into which a dump is split are the documents and items that a reader of YAML finds. */
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import { objectTexts } from '../../src/scan/objects/texts.ts';
import { firstSeed, sampled } from '../support/extent.ts';

const word = fc.constantFrom('a', 'items', '{', '}]', '"', '- x', '--- y', '\\', 'kind: X');
const block = fc
  .array(fc.constantFrom('--- in a block', 'items:', '- x', '{', '# text', '...'), { minLength: 1, maxLength: 4 })
  .map((lines) => `text: |\n${lines.map((line) => `  ${line}`).join('\n')}`);
const object = fc
  .tuple(
    fc.nat(99),
    fc.oneof(
      word.map((text) => `text: ${JSON.stringify(text)}`),
      block,
    ),
  )
  .map(([id, rest]) => `kind: X\nid: ${id}\n${rest}`);
const indented = (text: string, by: number) => text.replace(/\n/g, `\n${' '.repeat(by)}`);
const listOf = fc
  .tuple(fc.array(object, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '  '))
  .map(
    ([objects, indent]) =>
      `kind: List\nitems:\n${objects.map((one) => `${indent}- ${indented(one, indent.length + 2)}`).join('\n')}`,
  );
const separator = fc.constantFrom('---', '--- # a comment', '---\n# a comment', '...\n---');
const onOneLine = fc.record({ kind: fc.constant('X'), text: word }).map((one) => ['---', JSON.stringify(one)] as const);
const stream = fc
  .tuple(
    fc.array(fc.oneof(fc.tuple(separator, fc.oneof(object, listOf)), onOneLine), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([parts, isWindows]) => {
    const text = `${parts.map(([line, document]) => `${line}${line === '---' && document.startsWith('{') ? ' ' : '\n'}${document}`).join('\n')}\n`;
    return isWindows ? text.replaceAll('\n', '\r\n') : text;
  });

type Value = { readonly items?: readonly Value[] } | undefined;
const flat = (value: Value): readonly Value[] => value?.items ?? (value ? [value] : []);

const options = { seed: firstSeed, numRuns: sampled(200, 5000) };

it('of YAML', () => {
  fc.assert(
    fc.property(stream, (text) => {
      const found = [...objectTexts(Buffer.from(text))].map((one) => load(one.text) as unknown);
      const items = found.flatMap((one) => (Array.isArray(one) ? one : flat(one as Value)));
      expect(items).toEqual((loadAll(text) as Value[]).flatMap(flat));
    }),
    options,
  );
});

const json = fc.record({ kind: fc.constant('X'), text: word, inner: fc.array(fc.record({ items: fc.array(word) })) });
const jsonList = fc.record({ kind: fc.constant('XList'), items: fc.array(json, { maxLength: 3 }) });

it('of JSON', () => {
  const documents = fc.array(fc.oneof(json, jsonList), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(documents, fc.constantFrom(0, 2), (all, indent) => {
      const text = all.map((one) => JSON.stringify(one, null, indent)).join('\n');
      const found = [...objectTexts(Buffer.from(text))].map((one) => JSON.parse(one.text));
      expect(found).toEqual(all.flatMap((one) => ('items' in one ? one.items : [one])));
    }),
    options,
  );
});
