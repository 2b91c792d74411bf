/** Lists, and what becomes of their items. */

/** An item on which something threw that no code expects. */
export interface Broken {
  /** What the item is called. */
  readonly label: string;
  readonly error: unknown;
}

/** Makes something of each item, in their order. One whose making throws is in `broken`, and does not stop the others. */
export function collect<T, R>(
  items: readonly T[],
  labelOf: (item: T) => string,
  make: (item: T) => R,
): { readonly results: readonly R[]; readonly broken: readonly Broken[] } {
  const results: R[] = [];
  const broken: Broken[] = [];
  for (const item of items) {
    try {
      results.push(make(item));
    } catch (error) {
      broken.push({ label: labelOf(item), error });
    }
  }
  return { results, broken };
}

/** Items by key, in their order; keys in the order in which they first occur. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
