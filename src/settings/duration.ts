/** Lengths of time as a policy writes them: `30d`. */

import { day } from '../core/time.ts';
import type { Duration } from './policy.ts';

const units: Readonly<Record<string, number>> = {
  m: day / 24 / 60,
  h: day / 24,
  d: day,
  w: 7 * day,
  y: 365 * day,
};

/**
 * Returns a length of time in milliseconds.
 *
 * @throws Error if it is not one: policies are validated before
 */
export function durationMs(duration: Duration): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([mhdwy])$/.exec(duration) ?? [];
  const size = units[unit];
  if (size === undefined) throw new Error(`not a length of time: ${duration}`);
  return Number(count) * size;
}

/** Returns a length of time in days. */
export function daysOf(duration: Duration): number {
  return durationMs(duration) / day;
}
