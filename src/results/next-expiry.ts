/** The next day on which certificates expire. */
import type { Report } from './report.ts';

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

/** A certificate that a component depends on. */
interface Dependency extends Expiring {
  readonly node: string;
  readonly path: string;
}

/**
 * Returns the certificates that components depend on: those of the documented tables, and others that something reads.
 */
export function dependencies({ checklist, inventory }: Pick<Report, 'checklist' | 'inventory'>): readonly Dependency[] {
  const rows = checklist.flatMap(({ expires, role, node, path }) =>
    expires === null ? [] : [{ expires, name: role, node, path }],
  );
  const others = inventory.flatMap(({ notAfter, role, judged, usedBy: [user], node, path }) =>
    judged && role === null && notAfter !== null ? [{ expires: notAfter, name: user ?? path, node, path }] : [],
  );
  return [...rows, ...others];
}

/**
 * Returns the next day on which something expires that a component depends on.
 *
 * @param namesNodes whether names begin with that of the node
 */
export function nextExpiry(
  report: Pick<Report, 'checklist' | 'inventory'>,
  at: string,
  namesNodes: boolean,
): ExpiryDay | undefined {
  const named = dependencies(report).map(({ expires, name, node }) => ({
    expires,
    name: namesNodes ? `${node} ${name}` : name,
  }));
  return nextExpiryDay(named, at);
}
