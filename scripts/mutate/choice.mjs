/** Chooses the tests that try a mutant first. */

/**
 * How likely each of a list is about a row: by the words of the row that its text contains, of which rare ones count
 * more.
 *
 * @param {readonly { text: string }[]} list
 * @param {readonly string[]} words
 * @returns {readonly number[]}
 */
export function likelihoods(list, words) {
  const found = words.map((word) => list.map(({ text }) => text.includes(word)));
  const weights = found.map((one) => 1 / one.filter(Boolean).length);
  return list.map((_, index) => found.reduce((sum, one, word) => sum + (one[index] ? weights[word] : 0), 0));
}
