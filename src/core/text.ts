/** Words and names as text for people. */

// Everything that a terminal may act on, hide or reorder: controls, formats (bidi, zero width, tags), lone surrogates,
// private and unassigned characters, separators, and blanks that are not the plain one.
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text from a file, fit to be shown: one line, and every character visible. What is not printable becomes an escape
 * as JavaScript writes it (`\n`, `\x1b`, `\u202e`, `\u{e0041}`). See Unicode TR 36, section 2 for why.
 */
export function printable(text: string): string {
  const shown =
    text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length - maxShown} more characters)` : text;
  if (/^[ -~]*$/.test(shown)) return shown;
  return shown.replace(unprintable, (character) => shortEscapes[character] ?? escaped(character));
}

/** Longer texts are nothing that people read, and would hide what is. */
const maxShown = 4096;

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** `1 file`, `2 files`, `2 authorities` where `many` says so. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The first `most` of a list, and how many more there are: `a, b, c and 4 more`. */
export function handful(items: readonly string[], most: number, separator = ', '): string {
  const shown = items.slice(0, most).join(separator);
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** How many letters must be put in, left out or replaced to make one word of the other (Levenshtein). */
export function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}

/** The candidate that a mistyped word most likely meant; undefined where none is near (a third of its letters, at least 2). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // No distance is less than the difference of the lengths.
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/**
 * A template with its placeholders filled in.
 *
 * @throws Error for a placeholder that has no value: a fault of the catalogue, which the tests find
 */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}} in "${template}"`);
    return value;
  });
}

/** A word as a POSIX shell takes it: quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
