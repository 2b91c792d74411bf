/** Functions over texts that people read. */

/**
 * Everything that a terminal may act on, hide or reorder: controls, formats (bidi, zero width, tags), lone surrogates,
 * private and unassigned characters, separators, and all spaces but U+0020. Created on use: V8 builds the sets of
 * characters when a regular expression is created, and most runs do not need them.
 */
const unprintable = () => /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes a text from a file safe to print: one line, and every character visible. Other characters become escapes in
 * JavaScript's notation (`\n`, `\x1b`, `\u202e`, `\u{e0041}`). Unicode TR 36, section 2 explains the attacks.
 */
export function printable(text: string): string {
  const shown =
    text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length - maxShown} more characters)` : text;
  if (/^[ -~]*$/.test(shown)) return shown;
  return shown.replace(unprintable(), (character) => shortEscapes[character] ?? escaped(character));
}

/** People do not read longer texts, and a longer text would hide the rest of the output. */
const maxShown = 4096;

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** Returns `1 file`, or `2 files`. `many` is the plural, if it is irregular. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Returns the first `most` items of a list, and the number of the others: `a, b, c and 4 more`. */
export function handful(items: readonly string[], most: number, separator = ', '): string {
  const shown = items.slice(0, most).join(separator);
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** Returns the Levenshtein distance: how many letters to insert, delete or replace to turn one word into the other. */
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

/**
 * Returns the candidate that is most similar to a mistyped word; undefined if none is. At most a third of the letters
 * can differ, or two in a short word.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    // The distance is at least the difference of the lengths.
    if (Math.abs(word.length - candidate.length) >= least) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

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

/** Quotes a word for a POSIX shell, if necessary. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
