import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../src/scan/parse/base64-values.ts';
import { plainDocument } from '../../src/scan/parse/plain-yaml.ts';
import { isYamlError, parseYamlText } from '../../src/scan/parse/yaml.ts';
import type { OnKey, YamlNode } from '../../src/scan/parse/yaml-node.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { firstSeed, sampled } from '../support/extent.ts';

/** What a reader makes of a text, with the keys that it reports. */
function reading<T>(read: (onKey: OnKey) => T) {
  const keys: (readonly [readonly string[], YamlNode])[] = [];
  const result = read((entries, key) => keys.push([[...entries.keys()], key]));
  return { result, keys };
}

/**
 * Whether a text is plain. If so, the tree and all places must be those of js-yaml, which reads it for the marker
 * before it.
 */
function isReadAlike(text: string): boolean {
  const plain = reading((onKey) => plainDocument(shorten(`\n${text}`), onKey));
  if (plain.result === undefined) return false;
  const { result, keys } = reading((onKey) => parseYamlText(`---\n${text}`, onKey));
  expect([plain.result].map(withoutText), text).toEqual(isYamlError(result) ? result : result.map(withoutText));
  expect(plain.keys.map(withoutText), text).toEqual(keys.map(withoutText));
  return true;
}

/** A tree without the whole text, in which one has the marker. */
const withoutText = (tree: unknown) =>
  JSON.stringify(tree, (name, value) => (name === 'lines' ? undefined : value instanceof Map ? [...value] : value), 1);

describe('plain YAML is what js-yaml reads', () => {
  it.each([
    'a: b\n',
    'a:\nb: c',
    'a:\n- b\n- c: d\n  e: f\ng: h\n',
    'a:\n  - b\n  -',
    '- a: b\n  c:\n  - d\n- e',
    '# comment\na: "x: y # z"\n\nb: \'\'\n  # comment\nc: {}\nd: []\n',
    'a: yes\nb: 6443\nc: ~\nd: --flag=a:b\n',
    `a: ${'QUJD'.repeat(100)}\nb: ${'QUJD'.repeat(100)}==  \nc: base64\n`,
    'no: 1\ny: 2',
    'a: 1\na: 2\nb:\na:\n',
  ])('%j', (text) => expect(isReadAlike(text)).toBe(!text.endsWith('-')));

  it.each([
    '',
    'a',
    '- a\n  b: c',
    '- a\nb: c',
    'a: b\n  c: d',
    'a: b\n- c',
    ' a: b',
    'a: b # c',
    'a: b: c',
    'a: b:',
    'a:  b',
    'a: "\\n"',
    'a: |\n  b',
    'a: &b c',
    'a: *b',
    'a: !!str b',
    'a: {b: c}',
    'a:\n\tb: c',
    'a: b\r\n',
    'a: é',
    '---\na: b',
    'a: b\n---\nc: d',
    'null: a',
    '<<: a',
    '? a',
    '"a": b',
    'a: b\n  c',
    `a: |\n  b: ${'QUJD'.repeat(100)}\n`,
  ])('%j is left to js-yaml', (text) => expect(isReadAlike(text)).toBe(false));
});

/** The manifests, kubeconfigs and configurations that kubeadm wrote in the corpora. */
const written = (await Promise.all(corpora.map(corpus))).flatMap((node) =>
  [...node.entries].flatMap(([path, { type }]) =>
    type === 'file' && /^\/(?:etc\/kubernetes|var\/lib\/kubelet)\/(?:manifests\/)?[\w-]+\.(?:yaml|conf)$/.test(path)
      ? node.read(path)
      : [],
  ),
);

it('kubeadm writes plain YAML', () => {
  const left = written.filter((text) => !isReadAlike(text));
  expect(written.length).toBeGreaterThan(50);
  expect(left.map((text) => text.slice(0, 300))).toEqual([]);
});

describe('random texts', () => {
  const options = { seed: firstSeed, numRuns: sampled(300, 10_000) };

  it('of lines', () => {
    const usual = fc.constantFrom(
      'a',
      '1',
      '-1',
      '--x=y:z',
      '~',
      'y',
      '"a"',
      "'b'",
      '""',
      '{}',
      '[]',
      'a b',
      'a#b',
      '/a',
    );
    const odd = fc.constantFrom(
      ...['null', '-', 'a #b', 'a:', 'a: b', '|', '*a', '&a b', '!!str a', '<<', '?', '"', "'a' b", '# c', '.', '...'],
    );
    const often = <T>(one: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 15, arbitrary: one }, { weight: 1, arbitrary: other });
    const line = fc
      .tuple(
        often(fc.constantFrom('', '', '  ', '    '), fc.constantFrom(' ', '\t', '---')),
        often(fc.constantFrom('', '', '- '), fc.constantFrom('-', '- - ', '-  ')),
        often(fc.constantFrom('a: ', 'b: ', 'c:\n'), fc.constantFrom('null: ', 'd:  ', '1: ', 'e:', '')),
        often(usual, odd),
        often(fc.constant(''), fc.constantFrom(' ', ' # c', '\r')),
      )
      .map(([indent, dash, key, value, end]) =>
        `${indent}${dash}${key}${key.endsWith('\n') ? '' : value + end}`.trimEnd(),
      );
    let plainOnes = 0;
    const texts = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(texts, (text) => {
        if (isReadAlike(text)) plainOnes += 1;
      }),
      { ...options, numRuns: 10 * options.numRuns },
    );
    expect(plainOnes).toBeGreaterThan(options.numRuns / 10);
  });

  it('that differ from written ones in a few places', () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat({ max: 3 }),
      added: fc.constantFrom(
        '',
        ' ',
        '  ',
        '\n',
        '- ',
        ': ',
        ':',
        '#',
        ' #',
        '"',
        "'",
        '\t',
        '\r',
        '{}',
        '\\',
        '&',
        '*',
        'é',
        '|',
      ),
    });
    let plainOnes = 0;
    fc.assert(
      fc.property(fc.constantFrom(...written), fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        const changed = changes.reduce((now, { at, removed, added }) => {
          const from = Math.floor(at * now.length);
          return now.slice(0, from) + added + now.slice(from + removed);
        }, text);
        if (isReadAlike(changed)) plainOnes += 1;
      }),
      options,
    );
    expect(plainOnes).toBeGreaterThan(options.numRuns / 20);
  });
});
