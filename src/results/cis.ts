/** A node against the CIS Kubernetes Benchmark, item by item. */
import { groupBy } from '../core/collections.ts';
import type { Fingerprint, NonEmptyString } from '../core/formats.ts';
import { count } from '../core/text.ts';

export const cisStates = ['fail', 'not-checked', 'pass', 'not-applicable'] as const;
/** `not-checked`: pki-lint does not judge it, or what it needs was not seen. */
export type CisState = (typeof cisStates)[number];

/** An item of the benchmark. */
export interface CisItem {
  /**
   * Its number in the edition.
   *
   * @pattern ^\d+(\.\d+)+$
   */
  readonly id: string;
  /** What it asks for, in our words. */
  readonly title: NonEmptyString;
  /** The profile to which it belongs. */
  readonly level: 1 | 2;
  /** How the benchmark assesses it. */
  readonly check: 'automated' | 'manual';
}

/** An item on a node. */
export interface CisResult {
  readonly item: CisItem['id'];
  /** Name of the node. */
  readonly node: string;
  readonly state: CisState;
  /** Present if it fails, and all findings about it are excused. */
  readonly excused?: true;
  /** What fails, or why it does not apply or was not checked; null if it passes. */
  readonly reason: string | null;
  /** Fingerprints of the findings about it. */
  readonly findings: readonly Fingerprint[];
}

/** The edition by which a node is judged. */
export interface CisEdition {
  /** Name of the node. */
  readonly node: string;
  /** `cis-2.0` */
  readonly edition: NonEmptyString;
  /** Why it is that edition, if it is not published for the release of the node; null if it is. */
  readonly note: string | null;
}

/** The benchmark's items about PKI files and flags. */
export interface CisView {
  /** The edition for each node. */
  readonly editions: readonly CisEdition[];
  /** In the order of their numbers. */
  readonly items: readonly CisItem[];
  /** Each item on each node. */
  readonly results: readonly CisResult[];
}

/** Nodes on which an item has the same state for the same reason. */
export interface CisGroup extends Pick<CisResult, 'state' | 'excused' | 'reason'> {
  /** Fingerprints of the findings on all of them. */
  readonly findings: readonly Fingerprint[];
  readonly nodes: readonly string[];
}

/** Returns the states of each item, the worst first, with their nodes. */
export function cisGroups({
  items,
  results,
}: CisView): readonly (readonly [item: CisItem, groups: readonly CisGroup[]])[] {
  const ofItem = groupBy(results, ({ item }) => item);
  return items.map((item) => {
    const same = groupBy(ofItem.get(item.id) ?? [], (one) => JSON.stringify([one.state, one.excused, one.reason]));
    const groups = [...same.values()].flatMap((all) => {
      const [first] = all;
      const about = all.flatMap(({ findings }) => findings);
      return first === undefined ? [] : [{ ...first, findings: about, nodes: all.map(({ node }) => node) }];
    });
    return [item, groups.toSorted((one, other) => cisStates.indexOf(one.state) - cisStates.indexOf(other.state))];
  });
}

/** `no edition is published …`: what there is to say about the editions, each with its nodes. */
export function cisEditionGroups({
  editions,
}: CisView): readonly (Omit<CisEdition, 'node'> & { readonly nodes: readonly string[] })[] {
  const same = groupBy(editions, ({ edition, note }) => JSON.stringify([edition, note]));
  return [...same.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined
      ? []
      : [{ edition: first.edition, note: first.note, nodes: all.map(({ node }) => node) }];
  });
}

/** The words for states. */
export const cisWords: Readonly<Record<CisState, string>> = {
  fail: 'fail',
  'not-checked': 'not checked',
  pass: 'pass',
  'not-applicable': 'not applicable',
};

/** `fail (excused)` */
export const cisStateText = ({ state, excused }: Pick<CisResult, 'state' | 'excused'>): string =>
  `${cisWords[state]}${excused ? ' (excused)' : ''}`;

/** `50 items: 3 fail, 6 not checked, 44 pass, 2 not applicable (1 of those that fail are excused)` */
export function cisCounts({ results }: CisView): string {
  const excused = results.filter((one) => one.excused).length;
  const parts = cisStates.map((state) => `${results.filter((one) => one.state === state).length} ${cisWords[state]}`);
  const note = excused > 0 ? ` (${excused} of those that fail are excused)` : '';
  return `${count(results.length, 'item')}: ${parts.join(', ')}${note}`;
}

/** `cis-2.0` → `CIS Kubernetes Benchmark 2.0` */
export const cisName = (edition: string): string => `CIS Kubernetes Benchmark ${edition.replace(/^cis-/, '')}`;
