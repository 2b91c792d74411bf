/** Functions over texts that people read. */
import { redact } from './secrets.ts';

/**
 * Everything that a terminal may act on, hide or reorder: controls, formats (bidi, zero width, tags), lone surrogates,
 * private and unassigned characters, separators, and all spaces but U+0020. Created on use: V8 builds the sets of
 * characters when a regular expression is created, and most runs do not need them.
 */
const unprintable = () => /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Columns of one text: people do not read longer ones, and laying them out costs more than their length. */
const maxShown = 480;

/** Columns of a command, which is copied as a whole: enough for two of the longest paths of Linux. */
export const maxCommand = 2 * 4096;

/** Columns of a list of texts. */
const maxList = 4096;

/**
 * Makes a text from a file safe to print: one line, every character visible, and not more than `most` columns of them.
 * Private keys are replaced. Other characters become escapes in JavaScript's notation (`\n`, `\x1b`, `\u202e`,
 * `\u{e0041}`). Unicode TR 36, section 2 explains the attacks.
 */
export function printable(given: string, most = maxShown): string {
  const text = redact(given);
  if (text.length <= most) {
    const whole = escapeAll(text);
    if (whole.length <= most) return whole;
  }
  let shown = '';
  let taken = 0;
  // A part of an escape would be a different text.
  for (const character of text.slice(0, most)) {
    const next = escapeAll(character);
    if (shown.length + next.length > most) break;
    shown += next;
    taken += character.length;
  }
  return `${shown}… (${text.length - taken} more characters)`;
}

/** Like `printable` for a command or a hint that contains one. */
export function copyable(command: string): string {
  return printable(command, maxCommand);
}

/** Returns a list whose items are printable: `a, b, c`, or `a, b and 4 more` if it has too many columns. */
export function printableList(items: readonly string[]): string {
  const shown: string[] = [];
  let columns = 0;
  for (const item of items) {
    const next = printable(item);
    columns += next.length + 2;
    if (columns > maxList) break;
    shown.push(next);
  }
  const rest = items.length - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

function escapeAll(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(unprintable(), (character) => shortEscapes[character] ?? escaped(character));
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** Returns `1 file`, or `2 files`. `many` is the plural, if it is irregular. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Returns the first sentence of a text, with its full stop. */
export function firstSentence(text: string): string {
  return text.slice(0, text.indexOf('. ') + 1) || text;
}

/** Returns the first `most` items of a list, and the number of the others: `a, b, c and 4 more`. */
export function handful(items: readonly string[], most: number, separator = ', '): string {
  return firstOf(items, most).join(separator);
}

/** Returns the first `most` items of a list; the last one says how many others there are. */
export function firstOf(items: readonly string[], most: number): readonly string[] {
  if (items.length <= most) return items;
  return [...items.slice(0, most - 1), `${items[most - 1] ?? ''} and ${items.length - most} more`];
}

/** `table or json`, `table, json or csv` */
export function either(names: readonly unknown[]): string {
  const last = String(names.at(-1) ?? '');
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}

/** Compares two texts by their UTF-16 code units, for `sort`. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Compares two names so that `worker-2` comes before `worker-10`, for `sort`. */
export function compareNames(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true }) || compareText(one, other);
}

/** Returns names in that order, with those that follow each other as one: `cp-1`, `worker-1 to worker-300`. */
export function asRanges(names: readonly string[]): readonly string[] {
  const runs: { readonly first: string; last: string; length: number }[] = [];
  for (const name of names.toSorted(compareNames)) {
    const run = runs.at(-1);
    if (run !== undefined && name === nextName(run.last)) [run.last, run.length] = [name, run.length + 1];
    else runs.push({ first: name, last: name, length: 1 });
  }
  return runs.flatMap(({ first, last, length }) =>
    length > 2 ? [`${first} to ${last}`] : [...new Set([first, last])],
  );
}

/** The name with the next number: `worker-10` after `worker-9`, and `worker-010` after `worker-009`. */
function nextName(name: string): string | undefined {
  const [, start = '', digits] = /^(.*?)(\d{1,9})$/s.exec(name) ?? [];
  return digits === undefined ? undefined : start + String(Number(digits) + 1).padStart(digits.length, '0');
}

/**
 * Returns the Levenshtein distance: how many letters to insert, delete or replace to turn one word into the other. If
 * it is more than `most`, any greater number is returned: most words differ in their first letters.
 */
export function editDistance(one: string, other: string, most = Number.POSITIVE_INFINITY): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const distance = Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      current.push(distance);
      if (distance < least) least = distance;
    }
    if (least > most) return least;
    previous = current;
  }
  return previous[other.length] ?? 0;
}

/** Returns the candidate that differs from a word in case at most; undefined if none does. */
export function inAnyCase(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  for (const candidate of candidates) if (candidate.toLowerCase() === lower) return candidate;
  return undefined;
}

/**
 * Returns the candidate that is most similar to a mistyped word; undefined if none is. By default at most a third of
 * the letters can differ, or two in a short word.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    // The distance is at least the difference of the lengths.
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const distance = editDistance(word, candidate, least - 1);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/**
 * Whether a word is almost the name of a program: a few letters differ. A path, a script or a name with a release is
 * not a mistake.
 */
export function isMisspelt(word: string, program: string): boolean {
  const most = Math.min(3, Math.floor(program.length / 4));
  return word !== program && /^[A-Za-z-]+$/.test(word) && nearest(word, [program], most) !== undefined;
}

/**
 * Whether a text contains words as a whole: `cp-1` is neither in `cp-10` nor in `cp-1.example`, and the empty text is
 * in every one.
 */
export function hasWords(text: string, words: string): boolean {
  return words === '' || placesOf(text, words).length > 0;
}

/** Returns a text without some words, where it contains them as a whole. */
export function withoutWords(text: string, words: string): string {
  if (words === '') return text;
  const starts = placesOf(text, words);
  const ends = starts.map((start) => start + words.length);
  return [0, ...ends].map((end, index) => text.slice(end, starts[index])).join('');
}

/**
 * Returns a text in which a mark replaces a name, where no letter, digit or hyphen is next to it: `worker-1` is also in
 * `/root/worker-1.conf`.
 */
export function withoutName(text: string, name: string): string {
  if (name === '') return text;
  return text
    .split(name)
    .reduce((before, after) => `${before}${/[\w-]$/.test(before) || /^[\w-]/.test(after) ? name : '\0'}${after}`);
}

function placesOf(text: string, words: string): readonly number[] {
  const places: number[] = [];
  let end = 0;
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, end)) {
    end = at + words.length;
    const goesOn = /[\w-]$/.test(words) && /^(?:[\w-]|\.\w)/.test(text.slice(end, end + 2));
    const hasBegun = /^[\w-]/.test(words) && /(?:[\w-]|\w\.)$/.test(text.slice(Math.max(0, at - 2), at));
    if (!goesOn && !hasBegun) places.push(at);
  }
  return places;
}

/** Returns the names of the placeholders in a template, in their order. */
export const placeholderNames = (template: string): readonly string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/**
 * Replaces placeholders such as `{role}` in a template.
 *
 * @throws Error for a placeholder without a value: an error in the catalogue, which the tests find
 */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}} in "${template}"`);
    return value;
  });
}
