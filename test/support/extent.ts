/**
 * How much the tests do: with PKI_LINT_TESTS=full (`npm run test:full`) everything, else a fixed sample. The sample is
 * smaller with PKI_LINT_TESTS=brief (`npm test`), where all tests run: see `oneOfEachInAll`.
 */
const isFull = process.env.PKI_LINT_TESTS === 'full';
const isBrief = process.env.PKI_LINT_TESTS === 'brief';

/** The first of two extents, or the second in `npm run test:full`. */
export const sampled = <T>(sample: T, full: T): T => (isFull ? full : sample);

/**
 * Of items in their order, each that has a kind which none before it has; in `npm run test:full` all. So every kind is
 * met, and the same items are taken each time.
 */
export function oneOfEach<T>(items: readonly T[], kindsOf: (item: T) => readonly string[]): readonly T[] {
  if (isFull) return items;
  const met = new Set<string>();
  return items.filter((item) => {
    const fresh = kindsOf(item).filter((kind) => !met.has(kind));
    for (const kind of fresh) met.add(kind);
    return fresh.length > 0;
  });
}

/**
 * Like `oneOfEach`, but leaves nothing out where tests are run by their names (`npx vitest run test/cases`): who
 * changes a check sees all of its cases.
 */
export const oneOfEachInAll = <T>(items: readonly T[], kindsOf: (item: T) => readonly string[]): readonly T[] =>
  isBrief ? oneOfEach(items, kindsOf) : items;

/** Like `spread`, but leaves nothing out where tests are run by their names. */
export const spreadInAll = <T>(items: readonly T[], count: number): readonly T[] =>
  isBrief ? spread(items, count) : items;

/** Whether everything is tried that `oneOfEachInAll` and `spreadInAll` were given. */
export const isWhole = !isBrief;

/** What a run says about its extent. */
export const extent = isFull
  ? 'All inputs were tried.'
  : 'A fixed sample was tried where inputs are many (CONTRIBUTING.md): npm run test:full tries all.';

/** Inputs that are random depend on this seed. */
export const firstSeed = Number(process.env.PKI_LINT_SEED ?? 1);

/** This many of the items, spread evenly over all of them, with the first and the last; all, if there are fewer. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (count >= items.length) return items;
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as T);
}

/** Like `spread`; in `npm run test:full` all. */
export const sample = <T>(items: readonly T[], count: number): readonly T[] => (isFull ? items : spread(items, count));
