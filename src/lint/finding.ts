/** From a failure to a finding: the catalogue's words, the check's data, the remedy, the fingerprint. */
import { createHash } from 'node:crypto';
import type { Finding, Related, Severity } from '../core/report.ts';
import { fill } from '../core/text.ts';
import type { Pki } from '../model/roles/pki.ts';
import { citations } from '../tables/catalog.ts';
import type { CommandFor } from './command.ts';
import { remedyFor } from './fix.ts';
import type { Failure } from './run.ts';

export interface Naming {
  /** Fingerprints that are in use already: one of its own is found within them. */
  readonly taken: Set<string>;
  /** What answers for commands of our own. */
  readonly commandFor: CommandFor;
}

/**
 * The finding of a failure, with the connections that die of it.
 */
export function composeFinding(
  failure: Failure,
  dead: readonly Related[],
  severity: Severity,
  { taken, commandFor }: Naming,
): Finding {
  const { pki, rule, subject, problem, ahead } = failure;
  const { data, at } = problem;
  return {
    rule: rule.id,
    severity,
    impact: ahead?.impact ?? rule.impact,
    subject: subject.name,
    node: pki.name,
    path: at.path,
    file: pki.node.files.get(at.path)?.file ?? at.path,
    line: at.line ?? null,
    column: at.column ?? null,
    message: `${ahead === undefined ? '' : `${ahead.said}: `}${fill(rule.message, data)}`,
    expected: fill(rule.expected, data),
    found: fill(rule.found, data),
    related: relatedOf(failure, dead),
    why: fill(rule.why, data),
    fix: remedyFor(failure, commandFor),
    cite: rule.cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
    cis: rule.cis,
    fingerprint: fingerprintOf(failure, pki, taken),
    suppressed: null,
  };
}

/** No serials and no dates in it, so that a renewal is not a new finding. */
function fingerprintOf({ rule, subject, problem }: Failure, pki: Pki, taken: Set<string>): string {
  const parts = ['1', rule.id, pki.name, problem.at.path, subject.name, problem.key ?? ''];
  for (let copy = 0; ; copy++) {
    const text = [...parts, ...(copy === 0 ? [] : [String(copy)])].join('\0');
    const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
    if (taken.has(fingerprint)) continue;
    taken.add(fingerprint);
    return fingerprint;
  }
}

function relatedOf(failure: Failure, dead: readonly Related[]): readonly Related[] {
  const { rule, problem } = failure;
  const own = (problem.related ?? []).map((one) => ({ ...one, fingerprint: null }));
  if (own.length > 0) return own;
  if (dead.length > 0) return dead;
  const fatal = rule.severity === 'error' && (rule.impact === 'outage' || rule.impact === 'expiry');
  return fatal && (rule.over === 'argument' || rule.over === 'component') ? diesOf(failure) : [];
}

/** What the component itself says when it fails of an argument. */
function diesOf({ rule, problem }: Failure): readonly Related[] {
  const { component } = problem.data;
  if (rule.fails === null || component === undefined) return [];
  return [{ path: problem.at.path, subject: component, message: fill(rule.fails, problem.data), fingerprint: null }];
}
