/** Dates for people; every date is RFC 3339 in UTC, as the report holds it. */
import { day } from '../core/time.ts';

// 365.25 / 12: a year's certificate has "11 months" left on its second day.
const month = 30.4375 * day;

type Unit = readonly [from: number, length: number, name: string];

const minutes: Unit = [0, 60_000, 'minute'];
const longerUnits: readonly Unit[] = [
  [730 * day, 365.25 * day, 'year'],
  [60 * day, month, 'month'],
  [day, day, 'day'],
  [3_600_000, 3_600_000, 'hour'],
];

/**
 * When a certificate ends, seen from `at`: `in 11 months`, `in 12 days`, `expired 3 days ago`, or `never` for the end
 * that RFC 5280 section 4.1.2.5 gives to what has no end.
 */
export function untilExpiry(expires: string, at: string): string {
  if (expires.startsWith('9999-12-31')) return 'never';
  const left = Date.parse(expires) - Date.parse(at);
  const distance = Math.abs(left);
  const [, length, name] = longerUnits.find(([from]) => distance >= from) ?? minutes;
  const number = Math.floor(distance / length);
  const words = `${number} ${name}${number === 1 ? '' : 's'}`;
  return left < 0 ? `expired ${words} ago` : `in ${words}`;
}

/** `2026-12-01` for midnight, else `2026-12-01 14:03 UTC`. */
export function moment(at: string): string {
  const iso = new Date(at).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
