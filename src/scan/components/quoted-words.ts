/**
 * Splits a text into words as systemd does (src/basic/extract-word.c, `extract_first_word`; src/basic/escape.c,
 * `cunescape_one`).
 */

/** A word without its quotes, and its range in the text. */
export interface QuotedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** For each run of characters of the word, where it begins: in the word, and in the text. */
  readonly runs: readonly (readonly [index: number, from: number])[];
}

/**
 * What a backslash and an open quote mean: in a `command`, an escape of C, or itself where it begins none; in a
 * `setting`, an escape of C and nothing else; in a `variable`, the character after it, and its end closes a quote.
 */
type Manner = 'command' | 'setting' | 'variable';

const blanks = ' \t\n\r';

/** Whether a character separates words. */
export const isBlank = (char: string): boolean => char !== '' && blanks.includes(char);

/** Returns the index of the first character from `index` on that is not a blank. */
export function skipBlanks(text: string, index: number): number {
  let at = index;
  while (isBlank(text.charAt(at))) at += 1;
  return at;
}

/** Yields the words of a text; undefined, and no more, where a quote is not closed or an escape is invalid. */
export function* quotedWords(text: string, manner: Manner): Generator<QuotedWord | undefined> {
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    const word = nextWord(text, at, manner);
    yield word;
    if (word === undefined) return;
    at = skipBlanks(text, word.end);
  }
}

/** Returns the word that begins at an index; undefined if a quote in it is not closed, or an escape is invalid. */
export function nextWord(text: string, start: number, manner: Manner): QuotedWord | undefined {
  const runs: [number, number][] = [];
  let word = '';
  let quote = '';
  let next = -1;
  const add = (chars: string, from: number, length: number) => {
    if (from !== next) runs.push([word.length, from]);
    word += chars;
    next = chars.length === length ? from + length : -1;
  };
  for (let at = start; ; ) {
    const char = text.charAt(at);
    if (char === '') {
      if (quote !== '' && manner !== 'variable') return undefined;
      return { text: word, start, end: at, runs };
    }
    if (char === '\\') {
      const escaped = escapeAt(text, at, manner);
      if (escaped === undefined || (escaped.isOpen && quote !== '' && manner !== 'variable')) return undefined;
      add(escaped.chars, escaped.chars.length === 1 ? at + escaped.length - 1 : at, escaped.length);
      at += escaped.length;
    } else if (quote === '' && isBlank(char)) return { text: word, start, end: at, runs };
    else if (char === quote || (quote === '' && (char === '"' || char === "'"))) {
      quote = quote === '' ? char : '';
      at += 1;
    } else {
      add(char, at, 1);
      at += 1;
    }
  }
}

interface Escape {
  readonly chars: string;
  /** Of what is written. */
  readonly length: number;
  /** Whether the text ends with the backslash. */
  readonly isOpen?: true;
}

function escapeAt(text: string, at: number, manner: Manner): Escape | undefined {
  const next = text.charAt(at + 1);
  if (manner === 'variable') return next === '' ? { chars: '', length: 1, isOpen: true } : { chars: next, length: 2 };
  const known = cEscape(text.slice(at + 1, at + 10));
  if (known !== undefined) return { chars: known[0], length: 1 + known[1] };
  if (manner === 'setting') return undefined;
  return next === '' ? { chars: '\\', length: 1, isOpen: true } : { chars: `\\${next}`, length: 2 };
}

const letters: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['s', ' '],
]);

/** Returns the character of an escape of C, without its backslash, and how long it is written. */
function cEscape(text: string): readonly [char: string, length: number] | undefined {
  const letter = letters.get(text.charAt(0));
  if (letter !== undefined) return [letter, 1];
  const number = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(text);
  const [written = '', x, u, long] = number ?? /^[0-7]{3}/.exec(text) ?? [];
  if (written === '') return undefined;
  const code = number === null ? Number.parseInt(written, 8) : Number.parseInt(x ?? u ?? long ?? '', 16);
  const isByte = number === null || x !== undefined;
  if (code === 0 || code > (isByte ? 0xff : 0x10ffff) || (code >= 0xd800 && code < 0xe000)) return undefined;
  return [String.fromCodePoint(code), written.length];
}
