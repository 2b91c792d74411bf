/** Bounds the findings of one rule on one node: the report of a folder with thousands of faulty files stays readable. */
import { groupBy } from '../core/collections.ts';
import { compareText } from '../core/text.ts';
import type { Failure } from './run.ts';

/** Findings of one rule on one node. Real nodes have far fewer files. */
export const mostOfRule = 1000;

/**
 * Splits what fails on one node: the failures to report one by one, in their order, and for each rule with more than
 * `most` the rest, which is reported together. Which ones are left does not depend on the order of the scan.
 */
export function boundFailures(
  failures: readonly Failure[],
  most: number,
): { readonly single: readonly Failure[]; readonly rest: readonly (readonly Failure[])[] } {
  const groups = groupBy(failures, ({ rule }) => rule);
  const rest = [...groups.values()]
    .filter((group) => group.length > most)
    .map((group) => group.toSorted(byPlace).slice(most));
  if (rest.length === 0) return { single: failures, rest };
  const left = new Set(rest.flat());
  return { single: failures.filter((failure) => !left.has(failure)), rest };
}

/** What fails today comes before what an upgrade would break. */
function byPlace(one: Failure, other: Failure): number {
  return (
    Number(one.preview !== undefined) - Number(other.preview !== undefined) ||
    compareText(one.problem.at.path, other.problem.at.path) ||
    (one.problem.at.line ?? 0) - (other.problem.at.line ?? 0) ||
    compareText(one.subject.name, other.subject.name) ||
    compareText(one.problem.key ?? '', other.problem.key ?? '')
  );
}
