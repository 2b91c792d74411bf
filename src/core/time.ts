/** Times in milliseconds since the epoch, and how they are told. */

/** A day, in milliseconds. */
export const day = 24 * 60 * 60 * 1000;

/** `2026-12-01`, in UTC. */
export function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `2026-12-01T08:00:00Z`: RFC 3339, whole seconds in UTC. */
export function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
