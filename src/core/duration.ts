/** Lengths of time in policies. */
import type { Duration } from './policy.ts';

const hours: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24, w: 7 * 24, y: 365 * 24 };

/** Returns the days of `30d`, `12h`, `5m`, `2w` or `1y`. */
export function daysOf(duration: Duration): number {
  return (Number(duration.slice(0, -1)) * (hours[duration.slice(-1)] ?? 24)) / 24;
}
