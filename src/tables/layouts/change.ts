/** Changes a table: one way for what a layout and for what a policy has otherwise, in addition, or not at all. */

/** How the rows of a table are distinguished, and what they refer to. */
export interface TableOf<Row> {
  /** The layout or the policy, and the table, for errors. */
  readonly where: string;
  readonly keyOf: (row: Partial<Row>) => string;
  /** The keys of rows that are left out. */
  readonly without?: ReadonlySet<string>;
  /** What a row refers to and does not exist. */
  readonly lacks?: (row: Row) => string | undefined;
  /** What remains of a row that lacks something and was not changed; by default nothing. */
  readonly rest?: (row: Row) => Row;
}

/** Fields that no row needs, although all rows of a layout may have them (`Unbound` and `HeldBy` in `row.ts`). */
const leftOpen: ReadonlySet<string> = new Set(['anyName', 'anyGroup', 'anyUsage', 'each', 'presented', 'finalDot']);

/**
 * Returns the rows of a table with changes: other fields for a row that exists, or a new row.
 *
 * @throws Error for a new row that is not complete, for two changes of one row, and for a change that lacks what it
 *   refers to
 */
export function changeRows<Row extends object>(
  rows: readonly Row[],
  changes: readonly Partial<Row>[] = [],
  { where, keyOf, without, lacks, rest }: TableOf<Row>,
): readonly Row[] {
  const byKey = new Map(changes.map((one) => [keyOf(one), one]));
  if (byKey.size < changes.length) throw new Error(`${where}: two changes of one row`);
  const known = new Set(rows.map(keyOf));
  const fields = Object.keys(rows[0] ?? {}).filter((field) => !leftOpen.has(field));
  const required = fields.filter((field) => rows.every((row) => Object.hasOwn(row, field)));
  const lacking = (one: Partial<Row>) => required.filter((field) => !Object.hasOwn(one, field));
  const isWhole = (one: Partial<Row>): one is Row => lacking(one).length === 0;
  const added = changes.filter((one) => !known.has(keyOf(one)));
  const partial = added.find((one) => !isWhole(one));
  if (partial) throw new Error(`${where}: ${keyOf(partial)} is a new row, and has no ${lacking(partial).join(', ')}`);
  const all = [...rows.map((row) => ({ ...row, ...byKey.get(keyOf(row)) })), ...added.filter(isWhole)];
  return all.flatMap((row) => {
    const key = keyOf(row);
    if (without?.has(key)) return [];
    const missing = lacks?.(row);
    if (missing === undefined) return row;
    if (byKey.has(key)) throw new Error(`${where}: ${key}: there is no ${missing}`);
    return rest?.(row) ?? [];
  });
}

/** Joins two lists of changes: those of a row that both change are one, in which the second counts. */
export function joinChanges<Change extends object>(
  first: readonly Change[] = [],
  second: readonly Change[] = [],
  keyOf: (change: Change) => string,
): readonly Change[] {
  const joined = new Map(first.map((one) => [keyOf(one), one]));
  for (const one of second) joined.set(keyOf(one), { ...joined.get(keyOf(one)), ...one });
  return [...joined.values()];
}
