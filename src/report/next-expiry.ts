/** The next day on which certificates expire. */
import type { Report } from '../core/report.ts';

/** A day on which certificates expire, and their names. */
export interface ExpiryDay {
  /** RFC 3339: the first expiry of that day. */
  readonly at: string;
  readonly names: readonly string[];
}

/** A name with an expiry, as RFC 3339. */
interface Expiring {
  readonly name: string;
  readonly expires: string;
}

/** Returns the next day, from a time on, on which something expires; undefined if there is none. */
export function nextExpiryDay(all: readonly Expiring[], at: string): ExpiryDay | undefined {
  const later = all.filter(({ expires }) => Date.parse(expires) >= Date.parse(at));
  const first = later.map(({ expires }) => expires).sort()[0];
  if (first === undefined) return undefined;
  const names = later.filter(({ expires }) => expires.slice(0, 10) === first.slice(0, 10)).map(({ name }) => name);
  return { at: first, names: [...new Set(names)] };
}

/**
 * Returns the next day on which something expires that a component depends on.
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
  const named = all.flatMap(({ expires, role, node }) =>
    expires === null ? [] : [{ expires, name: namesNodes ? `${node} ${role}` : role }],
  );
  return nextExpiryDay(named, at);
}
