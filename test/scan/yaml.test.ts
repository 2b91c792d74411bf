import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isYamlError, parseYaml, parseYamlText } from '../../src/scan/parse/yaml.ts';
import { getItems, getNode, getString, isTrue, type YamlNode } from '../../src/scan/parse/yaml-node.ts';
import { firstSeed, sampled } from '../support/extent.ts';

function first(text: string): YamlNode {
  const documents = parseYamlText(text);
  if (isYamlError(documents) || documents[0] === undefined) throw new Error(JSON.stringify(documents));
  return documents[0];
}

describe('places', () => {
  it.each([
    ['a: 1\nb:\n  - x\n  - y\n', 4, 5],
    ['a: 1\r\nb:\r\n  - x\r\n  - y\r\n', 4, 5],
    ['{"b": ["x", "y"]}', 1, 13],
    ["b: ['x', 'y']", 1, 10],
    ['b:\n- x\n- # a comment\n  y\n', 4, 3],
  ])('of the second item in %j', (text, line, column) => {
    expect(getItems(first(text), 'b')[1]).toMatchObject({ text: 'y', line, column });
  });

  it('of block scalars is where their text begins', () => {
    expect(getString(first('a: |\n  one\n  two\n'), 'a')).toMatchObject({ text: 'one\ntwo\n', line: 2 });
  });
});

describe('values as Go reads them', () => {
  it.each([
    ['yes', 'bool'],
    ['Off', 'bool'],
    ['"yes"', 'string'],
    ['~', 'null'],
    ['6443', 'number'],
    ['0x1F', 'number'],
    ['1e3', 'number'],
    ['.inf', 'number'],
    ['10.96.0.0/12', 'string'],
    ['1.2.3', 'string'],
    ['!!str 6443', 'string'],
    ['2026-11-24', 'string'],
  ])('%s is a %s', (text, type) => {
    expect(first(`a: ${text}`)).toMatchObject({ kind: 'mapping' });
    const node = first(`a: ${text}`);
    expect(node.kind === 'mapping' && node.entries.get('a')).toMatchObject({ type });
  });

  it('true has several spellings', () => {
    expect(['true', 'on', 'Yes', 'y'].map((text) => isTrue(getNode(first(`a: ${text}`), 'a')))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['false', '"true"', '1'].map((text) => isTrue(getNode(first(`a: ${text}`), 'a')))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('the last of equal keys wins', () => {
    expect(getString(first('a: one\na: two'), 'a')?.text).toBe('two');
  });

  it('merges what is not set', () => {
    const node = first('base: &b {x: one, y: two}\nall:\n  <<: *b\n  y: own\nlist:\n  <<: [*b, {z: three}]\n');
    expect(getString(node, 'all', 'x')?.text).toBe('one');
    expect(getString(node, 'all', 'y')?.text).toBe('own');
    expect(getString(node, 'list', 'z')?.text).toBe('three');
    expect(getNode(first('"<<": {x: one}'), 'x')).toBeUndefined();
  });

  it('merges over what is set before', () => {
    expect(getString(first('a: own\n<<: {a: merged}\n'), 'a')?.text).toBe('merged');
    expect(getString(first('<<: [{a: first}, {a: second}]\n'), 'a')?.text).toBe('first');
  });

  it('takes any indentation between brackets and quotation marks', () => {
    const node = first('a: [\none, {b: two,\n\tc: "three\nfour"}\n]\nd: five\n');
    expect(node).toMatchObject({ kind: 'mapping' });
    expect(getString(getItems(node, 'a')[1], 'c')?.text).toBe('three four');
    expect(getString(node, 'd')).toMatchObject({ text: 'five', line: 6, column: 4 });
    expect(parseYamlText('a: [ # one\none\n]\n')).toMatchObject({ error: 'yaml: deficient indentation' });
  });

  it('keeps documents apart', () => {
    expect(parseYamlText('a: x\n---\nb: y\n---\n')).toHaveLength(3);
    expect(parseYamlText('')).toEqual([]);
    expect(first('# nothing\n---\n')).toMatchObject({ type: 'null' });
  });

  it('skips a byte-order mark', () => {
    const documents = parseYaml(Buffer.from('\ufeffkind: Pod\n'));
    expect(!isYamlError(documents) && getString(documents[0], 'kind')?.text).toBe('Pod');
  });
});

describe('what is not YAML', () => {
  it.each([
    ['a: [1', undefined],
    ['a: b\n\tc: d', 2],
    ['a: *missing', 1],
    ['a: &x [*x]', 1],
    ['a: b\n<<: text', 2],
    ['a: b\n? [c]\n: d', 2],
    ['a: b\n~: c', 2],
    [`${'['.repeat(500)}`, 1],
  ])('%j says so', (text, line) => {
    const result = parseYamlText(text);
    expect(result).toMatchObject({ error: expect.stringMatching(/^yaml: /) });
    if (line !== undefined) expect(result).toMatchObject({ line });
  });

  it('refuses other encodings and far too much', () => {
    expect(parseYaml(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))).toMatchObject({ error: 'yaml: invalid UTF-8' });
    expect(parseYaml(Buffer.alloc(2 * 1024 * 1024, 'a'))).toMatchObject({
      error: expect.stringContaining('1048576 bytes'),
    });
  });

  it('a bomb of aliases is refused in Go’s words', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 30; level += 1)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(parseYamlText(lines.join('\n'))).toMatchObject({ error: 'yaml: document contains excessive aliasing' });
  });

  it('never throws', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '- ',
        '\n',
        '  ',
        '"',
        "'",
        '&x ',
        '*x',
        '{',
        '}',
        '[',
        ']',
        '|\n',
        '<<',
        '!!str ',
        '---\n',
        '#',
        '\t',
        '\\',
        '%',
        '?',
      ),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        parseYamlText(parts.join(''));
      }),
      { seed: firstSeed, numRuns: sampled(500, 5000) },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseYaml(bytes)));
  });
});
