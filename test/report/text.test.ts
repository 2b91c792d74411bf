import { describe, expect, it } from 'vitest';
import { copyable, count, editDistance, handful, nearest, printable, printableList } from '../../src/core/text.ts';
import { labelled, moment, textWidth, untilExpiry, wrap } from '../../src/report/text/width.ts';

describe('printable', () => {
  it.each([
    ['plain text stays', 'cp-1 · Süd/новый/日本', 'cp-1 · Süd/новый/日本'],
    ['line breaks', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['escape sequences', '\x1b[2J\x9b1m\x7f\0', '\\x1b[2J\\x9b1m\\x7f\\x00'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
    ['what has no width', 'a\u200bb\ufeffc\u00add\u3164', 'a\\u200bb\\ufeffc\\xadd\\u3164'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
    ['lone surrogates', 'a\ud800', 'a\\ud800'],
    ['odd blanks and separators', 'a\u00a0b\u2028c\u2003', 'a\\xa0b\\u2028c\\u2003'],
  ])('%s', (_name, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    ['what is long', 'x'.repeat(500), `${'x'.repeat(480)}… (20 more characters)`],
    ['what becomes long by its escapes', '\u202e'.repeat(100), `${'\\u202e'.repeat(80)}… (20 more characters)`],
    ['no escape in half', '\u{e0041}'.repeat(60), `${'\\u{e0041}'.repeat(53)}… (14 more characters)`],
    ['no character in half', `${'x'.repeat(479)}\u{1f600}`, `${'x'.repeat(479)}… (2 more characters)`],
  ])('shortens %s', (_name, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves commands whole, but not without end', () => {
    const path = '/x'.repeat(2047);
    expect(copyable(`mv ${path} ${path}`)).toBe(`mv ${path} ${path}`);
    expect(copyable('x'.repeat(1_000_000)).length).toBeLessThan(10_000);
  });

  it('shortens each item of a list, and the list', () => {
    expect(printableList(['a', '\n', 'x'.repeat(500)])).toBe(`a, \\n, ${'x'.repeat(480)}… (20 more characters)`);
    expect(printableList(Array(10_000).fill('12345678'))).toMatch(/^(?:12345678, ){408}12345678 and 9591 more$/);
  });
});

describe('words', () => {
  it('counts', () => {
    expect([count(1, 'file'), count(2, 'file'), count(0, 'authority', 'authorities')]).toEqual([
      '1 file',
      '2 files',
      '0 authorities',
    ]);
  });

  it('lists a handful', () => {
    expect(handful(['a', 'b'], 2)).toBe('a, b');
    expect(handful(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });

  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['same', 'same', 0],
  ])('finds %s and %s to be %i letters apart', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
  });

  it('finds the nearest, or none', () => {
    expect(nearest('cert/isuer', ['cert/issuer', 'cert/usage'])).toBe('cert/issuer');
    expect(nearest('xyz', ['cert/issuer'])).toBeUndefined();
  });
});

describe('dates', () => {
  const at = '2026-12-01T00:00:00Z';

  it.each([
    ['2036-11-29T00:00:00Z', 'in 10 years'],
    ['2036-04-01T00:00:00Z', 'in 9 years'],
    ['2027-12-01T00:00:00Z', 'in 365 days'],
    ['2027-01-29T00:00:00Z', 'in 59 days'],
    ['2026-12-13T00:00:00Z', 'in 12 days'],
    ['2026-12-02T00:00:01Z', 'in 1 day'],
    ['2026-12-01T05:30:00Z', 'in 5 hours'],
    ['2026-12-01T00:01:00Z', 'in 1 minute'],
    ['2026-11-28T00:00:00Z', 'expired 3 days ago'],
    ['2024-01-01T00:00:00Z', 'expired 3 years ago'],
    ['9999-12-31T23:59:59Z', 'never'],
  ])('%s is %s', (expires, words) => {
    expect(untilExpiry(expires, at)).toBe(words);
  });

  it('names a moment by its day where it is midnight', () => {
    expect(moment(at)).toBe('2026-12-01');
    expect(moment('2026-12-01T14:03:59.123Z')).toBe('2026-12-01 14:03 UTC');
  });
});

describe('layout', () => {
  it.each([
    ['kube-etcd', 9],
    ['日本', 4],
    ['e\u0301', 1],
    ['✔', 1],
  ])('%s takes %i columns', (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });

  it('is the same for a text that is measured without looking at each character', () => {
    const characters = Array.from({ length: 0x2200 - 0x20 }, (_, index) => String.fromCodePoint(index + 0x20));
    // A wide character makes the text one of which each character is looked at.
    const measured = characters.map((character) => textWidth(`${character}字`) - 2);
    expect(characters.map(textWidth)).toEqual(measured);
  });

  it('breaks at blanks, then after punctuation, then anywhere', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('a kube-apiserver-kubelet-client', 16)).toEqual(['a', 'kube-apiserver-', 'kubelet-client']);
    expect(wrap('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(wrap('日本日本日', 4)).toEqual(['日本', '日本', '日']);
  });

  it('loses nothing but blanks', () => {
    const text = 'x509: certificate is valid for 10.96.0.1, not 192.0.2.10 /etc/kubernetes/pki/apiserver.crt';
    for (let width = 1; width < 100; width++)
      expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });

  it('keeps further lines below the text', () => {
    expect(labelled('  so', 'one two three four five', 6, 26, 2)).toEqual(['  so  one two three four', '        five']);
  });
});
