/** Findings about what is on no node and stands by itself: an exception of the policy, an object of a cluster. */
import type { Position } from '../../artifact/place.ts';
import { fill } from '../../core/text.ts';
import type { Judging } from '../../model/roles/pki.ts';
import type { Finding, Fix, Severity } from '../../results/finding.ts';
import { classOf } from '../../results/fix.ts';
import type { Rule } from '../../tables/catalog.ts';
import { ruleSources } from '../../tables/sources.ts';
import type { Excusable } from '../rules/failure.ts';
import type { Tally } from '../rules/tally.ts';
import { textsOf } from './finding.ts';
import { singleWording } from './wording.ts';

/** What such a finding has besides what its rule says. */
export interface OffNode
  extends Pick<Finding, 'subject' | 'node' | 'path' | 'file' | 'field' | 'fingerprint'>,
    Omit<Position, 'source'> {
  readonly severity: Severity;
  readonly data: Readonly<Record<string, string>>;
  readonly fix: readonly Fix[];
}

/** A finding about an object, and what exceptions are compared with. */
export interface ObjectFault extends Excusable {
  readonly finding: Finding;
}

/** What the rules about objects found in a run. */
export interface JudgedObjects {
  readonly faults: readonly ObjectFault[];
  /** Everything that was judged. */
  readonly subjects: readonly (Pick<Excusable['subject'], 'name' | 'path'> & Pick<Rule, 'over'>)[];
  readonly outcomes: Tally;
  readonly judging: Judging;
}

/** Returns the finding of a rule, with the texts of the catalogue. */
export function offNodeFinding(rule: Rule, { data, fix, fingerprint, ...own }: OffNode): Finding {
  return {
    rule: rule.id,
    ...own,
    source: null,
    ...textsOf(singleWording(rule, { data, names: [own.subject] })),
    impact: rule.impact,
    related: [],
    breaks: [],
    why: fill(rule.why, data),
    fix,
    fixClasses: fix.map(classOf),
    cite: ruleSources(rule.id, rule.cite),
    cis: rule.cis,
    fingerprint,
    suppressed: null,
  };
}
