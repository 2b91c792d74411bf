/** Functions over lists, and results that are remembered. */

/** An item for which a function threw an unexpected error. */
export interface Broken {
  /** Name of the item, for messages. */
  readonly label: string;
  readonly error: unknown;
}

/** Maps items, in order. An item for which `make` throws is listed in `broken`, and does not stop the others. */
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

/** Groups items by key. Groups keep the order of their items, and keys the order in which they first occur. */
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

/**
 * Returns a function that remembers its results for each owner, and for a key if it takes one. The owner must not
 * change; its results are dropped with it.
 */
export function remember<O extends object, K extends readonly [unknown?], T>(
  compute: (owner: O, ...key: K) => T,
): (owner: O, ...key: K) => T {
  const known = new WeakMap<O, Map<unknown, T>>();
  return (owner, ...key) => {
    const results = known.get(owner) ?? new Map<unknown, T>();
    if (!results.has(key[0])) known.set(owner, results.set(key[0], compute(owner, ...key)));
    return results.get(key[0]) as T;
  };
}

/**
 * Returns a function that computes its result when it is first called, and remembers it: most runs need few of the
 * tables.
 */
export function once<T>(compute: () => T): () => T {
  let known: { readonly result: T } | undefined;
  return () => {
    known ??= { result: compute() };
    return known.result;
  };
}
