/** Pseudo-random numbers that are the same for the same seed. */

/** Numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The choices of a test that depends on a seed. */
export type Dice = ReturnType<typeof dice>;

export function dice(seed: number) {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  return {
    number: random,
    below,
    pick,
    chance: (probability: number): boolean => random() < probability,
    some: <T>(list: readonly T[], most: number): T[] => Array.from({ length: below(most + 1) }, () => pick(list)),
  };
}
