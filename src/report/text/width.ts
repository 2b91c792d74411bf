/** Measures and wraps text for a terminal. All functions work on plain text without escape sequences. */
import { count } from '../../core/text.ts';
import { day } from '../../core/time.ts';

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

/** Whether a date stands for no expiry: 9999-12-31, by RFC 5280, section 4.1.2.5. */
export const isEndless = (expires: string): boolean => expires.startsWith('9999-12-31');

/**
 * Returns the time from `at` to an expiry date, for a column of a table: `12d`, `10y` from two years on, `5h` on the
 * last day, `expired`. Both times are RFC 3339.
 */
export function timeLeft(expires: string, at: string): string {
  if (isEndless(expires)) return 'never';
  const left = Date.parse(expires) - Date.parse(at);
  if (left < 0) return 'expired';
  if (left < day) return `${Math.floor(left / 3_600_000)}h`;
  return left < 730 * day ? `${Math.floor(left / day)}d` : `${yearsOf(left)}y`;
}

/** Returns the time from `at` to an expiry date in words: `in 364 days`, `in 10 years`, `expired 3 days ago`. */
export function untilExpiry(expires: string, at: string): string {
  if (isEndless(expires)) return 'never';
  const left = Date.parse(expires) - Date.parse(at);
  const words = spanOf(Math.abs(left));
  return left < 0 ? `expired ${words} ago` : `in ${words}`;
}

function spanOf(time: number): string {
  if (time < 3_600_000) return count(Math.floor(time / 60_000), 'minute');
  if (time < day) return count(Math.floor(time / 3_600_000), 'hour');
  return time < 730 * day ? count(Math.floor(time / day), 'day') : count(yearsOf(time), 'year');
}

/**
 * To the nearest: what kubeadm signs for ten years has ten of them on its first day. Days, which count near the end,
 * are rounded down.
 */
const yearsOf = (time: number): number => Math.round(time / (365.25 * day));

/** Formats an RFC 3339 time as `2026-12-01` for midnight, else as `2026-12-01 14:03 UTC`. */
export function moment(at: string): string {
  const iso = new Date(at).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
