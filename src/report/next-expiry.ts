/** The next day on which certificates expire. */
import type { Report } from '../core/report.ts';

/** A day on which certificates expire, and their names. */
export interface ExpiryDay {
  /** RFC 3339: the first expiry of that day. */
  readonly at: string;
  readonly names: readonly string[];
}

/**
 * Returns the next day, from a time on, on which something expires that a component depends on.
 *
 * @param namesNodes whether names begin with that of the node
 */
export function nextExpiry(
  { checklist, inventory }: Pick<Report, 'checklist' | 'inventory'>,
  at: string,
  namesNodes: boolean,
): ExpiryDay | undefined {
  const others = inventory.filter(({ role, judged }) => judged && role === null);
  const all = [
    ...checklist,
    ...others.map((item) => ({ expires: item.notAfter, role: item.usedBy[0] ?? item.path, node: item.node })),
  ];
  const later = all.flatMap(({ expires, role, node }) => {
    if (expires === null || Date.parse(expires) < Date.parse(at)) return [];
    return [{ expires, name: namesNodes ? `${node} ${role}` : role }];
  });
  const first = later.map(({ expires }) => expires).sort()[0];
  if (first === undefined) return undefined;
  const names = later.filter(({ expires }) => expires.slice(0, 10) === first.slice(0, 10)).map(({ name }) => name);
  return { at: first, names: [...new Set(names)] };
}
