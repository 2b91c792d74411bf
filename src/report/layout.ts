/** Measures and wraps text for a terminal. All functions work on plain text without escape sequences. */
import { day } from '../core/time.ts';

// Functions, because V8 builds these sets of characters when a regular expression is created. Most runs need none.
const wide = () =>
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff01-\uff60\uffe0-\uffe6]/u;
const combining = () => /[\p{Mn}\p{Me}]/u;

/** Texts of narrow characters: Latin letters, and the punctuation and arrows that reports use. */
const narrow = /^[\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*$/;

/** Returns the width of a text, in columns of the terminal. */
export function textWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterWidth(character);
  return columns;
}

function characterWidth(character: string): number {
  if (combining().test(character)) return 0;
  return wide().test(character) ? 2 : 1;
}

/** Pads a text with spaces to a width in columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/**
 * Wraps a text to lines of at most `width` columns. Lines break at spaces. A word that is longer than a line breaks
 * after `-`, `/`, `,`, `=` or `:`, or else anywhere.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const part of word.split(/(?<=[-/,=:])/u).flatMap((part) => cut(part, width))) {
    if (piece !== '' && textWidth(piece + part) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += part;
  }
  return [...pieces, piece];
}

function cut(part: string, width: number): string[] {
  if (textWidth(part) <= width) return [part];
  const pieces: string[] = [];
  let piece = '';
  for (const character of part) {
    if (piece !== '' && textWidth(piece) + characterWidth(character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** Wraps a text after a label. The text starts at column `indent`; lines after the first start `hang` columns later. */
export function labelled(label: string, text: string, indent: number, width: number, hang = 0): string[] {
  const [first = '', ...rest] = wrap(text, Math.max(20, width - indent - hang));
  return [padded(label, indent) + first, ...rest.map((line) => ' '.repeat(indent + hang) + line)];
}

// 365.25 / 12: on its second day, a certificate for one year has "11 months" left.
const month = 30.4375 * day;

type Unit = readonly [from: number, length: number, name: string];

const minutes: Unit = [0, 60_000, 'minute'];
const longerUnits: readonly Unit[] = [
  [730 * day, 365.25 * day, 'year'],
  [60 * day, month, 'month'],
  [day, day, 'day'],
  [3_600_000, 3_600_000, 'hour'],
];

/**
 * Returns the time from `at` to the expiry of a certificate: `in 11 months`, `in 12 days`, `expired 3 days ago`. The
 * date 9999-12-31, which stands for no expiry in RFC 5280 section 4.1.2.5, is `never`. Both times are RFC 3339.
 */
export function untilExpiry(expires: string, at: string): string {
  if (expires.startsWith('9999-12-31')) return 'never';
  const left = Date.parse(expires) - Date.parse(at);
  const distance = Math.abs(left);
  const [, length, name] = longerUnits.find(([from]) => distance >= from) ?? minutes;
  const number = Math.floor(distance / length);
  const words = `${number} ${name}${number === 1 ? '' : 's'}`;
  return left < 0 ? `expired ${words} ago` : `in ${words}`;
}

/** Formats an RFC 3339 time as `2026-12-01` for midnight, else as `2026-12-01 14:03 UTC`. */
export function moment(at: string): string {
  const iso = new Date(at).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
