import { expect, it } from 'vitest';
import { element, xml } from '../../../src/report/formats/junit.ts';

const text = (content: string) =>
  xml(element('a', {}, content))
    .split('\n')
    .slice(1)
    .join('\n');

it.each([
  ['markup', `<b> & "c" ]]>`, '&#60;b&#62; &#38; &#34;c&#34; ]]&#62;'],
  ['controls', 'a\0b\x1bc\x7f', 'a\\u{0}b\\u{1b}c\x7f'],
  ['what is not a character', '\ufffe\uffff', '\\u{fffe}\\u{ffff}'],
  ['lone surrogates', 'a\ud800b\udfff', 'a\\u{d800}b\\u{dfff}'],
  ['pairs', '😀\u{10ffff}', '😀\u{10ffff}'],
  ['line ends', 'a\nb\r\n\tc', 'a\nb&#13;\n\tc'],
])('escapes %s in a text', (_name, given, written) => {
  expect(text(given)).toBe(`<a>${written}</a>\n`);
});

it('keeps line feeds and tabs of attributes, and leaves out what is undefined', () => {
  expect(xml(element('a', { b: '1\n2\t3\r"', c: undefined, d: 0 }))).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<a b="1&#10;2&#9;3&#13;&#34;" d="0"/>\n',
  );
});

it('indents elements', () => {
  expect(text('')).toBe('<a/>\n');
  expect(
    xml(element('a', {}, [element('b', {}, 'x'), element('c', {})]))
      .split('\n')
      .slice(1),
  ).toEqual(['<a>', '  <b>x</b>', '  <c/>', '</a>', '']);
});
