/** Compares findings with those that were known before: the same for a baseline and for two reports. */

import { foldersAt, lengthsOf } from '../artifact/paths.ts';
import { groupBy } from '../core/collections.ts';
import type { Fingerprint } from '../core/formats.ts';
import { type Finding, type Severity, severities } from '../results/finding.ts';
import type { Report } from '../results/report.ts';
import { findRule, isAboutObjects } from '../tables/catalog.ts';

/** What identifies a finding. */
export interface Identified extends Pick<Finding, 'fingerprint' | 'severity' | 'faultFingerprints'> {
  /** The day from which on it is known. */
  readonly since?: string;
}

/** The fingerprints of all faults that a finding stands for. */
const faultsOf = ({ fingerprint, faultFingerprints }: Identified): readonly Fingerprint[] =>
  faultFingerprints ?? [fingerprint];

/** Whether a severity is above another one. */
const isWorse = (one: Severity, other: Severity): boolean => severities.indexOf(one) < severities.indexOf(other);

/** How a finding relates to those that were known. */
export type KnownState =
  | { readonly state: 'new' }
  | {
      /** `rose`: it is more severe, or some of its faults were not there. `fell`: it is less severe. */
      readonly state: 'known' | 'rose' | 'fell';
      /** The highest severity of the known findings with its faults. */
      readonly was: Severity;
      /** The first day from which on one of them is known; '' if there is none. */
      readonly since: string;
      /** How many of its faults were not there. */
      readonly gained: number;
    };

/** What is known about a fault: the highest severity, and the first day. */
interface KnownFault {
  readonly was: Severity;
  readonly since: string;
}

/**
 * Returns a function that compares a finding with those that were known. A finding is known by its faults, and not by
 * its own fingerprint: one that stands for several faults hides none that was not there, and if all but one of its
 * faults are fixed, the finding that is left is still known.
 */
export function comparer(known: readonly Identified[]): (finding: Identified) => KnownState {
  const faults = new Map<Fingerprint, KnownFault>();
  const findings = new Map<Fingerprint, KnownFault>();
  for (const one of known) {
    const own = { was: one.severity, since: one.since ?? '' };
    for (const fault of faultsOf(one)) faults.set(fault, worseOf(faults.get(fault), own));
    findings.set(one.fingerprint, worseOf(findings.get(one.fingerprint), own));
  }
  return (finding) => {
    const own = faultsOf(finding);
    const gained = own.filter((fault) => !faults.has(fault)).length;
    const all = [findings.get(finding.fingerprint), ...own.map((fault) => faults.get(fault))];
    const found = all.reduce((worst, one) => (one === undefined ? worst : worseOf(worst, one)), undefined);
    if (found === undefined) return { state: 'new' };
    const isRisen = gained > 0 || isWorse(finding.severity, found.was);
    const state = isRisen ? 'rose' : isWorse(found.was, finding.severity) ? 'fell' : 'known';
    return { state, ...found, gained };
  };
}

function worseOf(one: KnownFault | undefined, other: KnownFault): KnownFault {
  if (one === undefined) return other;
  return {
    was: isWorse(one.was, other.was) ? one.was : other.was,
    since: [one.since, other.since].sort()[0] ?? '',
  };
}

/** Where a finding was. */
type Located = Identified & Pick<Finding, 'rule' | 'node' | 'subject' | 'path'>;

/** Why a report says nothing about a finding. */
export type Unjudged = 'the node is not in the input' | 'not checked';

/**
 * Returns a function that says why a report says nothing about a finding that it does not have; undefined if it was
 * checked and not found: its node is in the input, its rule ran, and nothing that it needs was skipped or could not be
 * read. Rules that compare nodes need all of them.
 *
 * @param nodes the names of all nodes of the known findings
 */
export function unjudgedIn(
  report: Pick<Report, 'outcomes' | 'skipped' | 'notChecked'> & {
    readonly nodes: readonly { readonly name: string }[];
  },
  nodes: readonly string[],
): (one: Located) => Unjudged | undefined {
  const given = new Set(report.nodes.map(({ name }) => name));
  const areAllGiven = nodes.every((node) => given.has(node));
  const key = (...parts: readonly string[]) => parts.join('\0');
  const skipped = new Set(
    report.skipped.flatMap(({ rule, node, subject }) => [key(rule, node), key(rule, node, subject)]),
  );
  const unread = new Map(
    [...groupBy(report.notChecked, ({ node }) => node)].map(([node, all]) => [
      node,
      nearPaths(all.map(({ path }) => path)),
    ]),
  );
  return (one) => {
    const { rule, node, subject, path, faultFingerprints } = one;
    const known = findRule(rule);
    // Objects are on no node, and their rules run only with a dump.
    const isObject = known !== undefined && isAboutObjects(known);
    if (!isObject && !given.has(node)) return 'the node is not in the input';
    const over = known?.over;
    const comparesNodes = over === undefined || over === 'cluster' || over === 'connection';
    // One that stands for several faults names only some of their subjects and paths, and a skip names a whole dump.
    const isNarrow = faultFingerprints === undefined && over !== 'dump';
    const isSkipped = skipped.has(isNarrow ? key(rule, node, subject) : key(rule, node));
    const isUnread = unread.get(node)?.(path) ?? false;
    const hasRun = Object.hasOwn(report.outcomes, rule) && !isSkipped && !isUnread;
    return hasRun && (areAllGiven || !comparesNodes) ? undefined : 'not checked';
  };
}

/** Returns a function that says whether a path is one of these, above or below one. It does not compare all of them. */
function nearPaths(all: readonly string[]): (path: string) => boolean {
  const paths = new Set(all);
  const sorted = [...paths].sort();
  const lengths = lengthsOf(paths);
  return (path) => {
    if (paths.has('/') || foldersAt(path, lengths).some((folder) => paths.has(folder))) return true;
    const start = path.endsWith('/') ? path : `${path}/`;
    return (sorted[firstFrom(sorted, start)] ?? '').startsWith(start);
  };
}

/** The index of the first text that is not before another one, in sorted texts. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
