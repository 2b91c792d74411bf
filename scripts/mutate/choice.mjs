/** Chooses the tests that try a mutant: a sound mutant is reached by nearly all, and most of them cannot notice it. */

/** So many tests try a mutant before it counts as survived. */
const most = 40;

/** Mutants of the same file within so many lines are likely to belong to the same check. */
const near = 12;

/**
 * For each mutant, the tests that reach the rarest mutants in its neighbourhood: those are about the check that contains
 * it.
 *
 * @param {readonly { id: number, file: string, line: number }[]} mutations all mutants
 * @param {readonly number[]} wanted the ids of those that are tried
 * @param {readonly { name: string, hits: readonly number[] }[]} tests what each test reaches
 * @returns {Record<string, number[]>} the ids that each test tries
 */
export function chosenTests(mutations, wanted, tests) {
  const reaching = new Map();
  for (const { hits } of tests) for (const id of hits) reaching.set(id, (reaching.get(id) ?? 0) + 1);
  const sets = tests.map(({ name, hits }) => ({ name, hits: new Set(hits) }));
  const reached = mutations.filter(({ id }) => reaching.has(id));
  const choice = {};
  for (const id of wanted) {
    const { file, line } = mutations[id];
    const neighbours = reached
      .filter((one) => one.file === file && Math.abs(one.line - line) <= near)
      .map((one) => one.id);
    const rarity = ({ hits }) => neighbours.reduce((sum, one) => sum + (hits.has(one) ? 1 / reaching.get(one) : 0), 0);
    const best = sets
      .filter(({ hits }) => hits.has(id))
      .map((test) => ({ name: test.name, rarity: rarity(test) }))
      .sort((one, other) => other.rarity - one.rarity)
      .slice(0, most);
    for (const { name } of best) {
      choice[name] ??= [];
      choice[name].push(id);
    }
  }
  return choice;
}

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
