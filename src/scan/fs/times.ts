/** When files were changed, as far as an input keeps that. */
import type { FileTimes } from '../../artifact/process.ts';

/** The end of the year 9999 in milliseconds since the epoch: no clock of a node is set to a later time. */
const end = 253_402_300_800_000;

/**
 * Returns the times of a file, in milliseconds since the epoch; undefined without a time of its content. The epoch
 * itself counts as none: archives that are to be the same each time they are made have it. A time that cannot be counts
 * as not kept.
 *
 * @param tolerance how exact they are
 */
export function fileTimes(
  mtime: number | undefined,
  ctime: number | undefined,
  tolerance: number,
): FileTimes | undefined {
  return mtime !== undefined && isTime(mtime)
    ? { mtime, ctime: ctime !== undefined && isTime(ctime) ? ctime : undefined, tolerance }
    : undefined;
}

const isTime = (time: number): boolean => time > 0 && time < end;

/** Returns the latest of several times; undefined if one of them is unknown. */
export function latestTimes(all: readonly (FileTimes | undefined)[]): FileTimes | undefined {
  const known = all.flatMap((times) => times ?? []);
  const [first] = known;
  if (first === undefined || known.length < all.length) return undefined;
  const changes = known.flatMap(({ ctime }) => ctime ?? []);
  return {
    mtime: Math.max(...known.map(({ mtime }) => mtime)),
    ctime: changes.length === known.length ? Math.max(...changes) : undefined,
    tolerance: Math.max(...known.map(({ tolerance }) => tolerance)),
  };
}
