/** Formats times, which are milliseconds since the epoch. */

/** A day, in milliseconds. */
export const day = 24 * 60 * 60 * 1000;

/** Returns the date in UTC: `2026-12-01`. */
export function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Returns the time as RFC 3339, in UTC and whole seconds: `2026-12-01T08:00:00Z`. */
export function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
