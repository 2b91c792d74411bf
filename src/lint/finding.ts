/** Makes findings of failures: the catalogue's texts with the check's data, the fix, the fingerprint. */
import { createHash } from 'node:crypto';
import type { Finding, Related, Severity } from '../core/report.ts';
import { count, fill, handful } from '../core/text.ts';
import { citations } from '../tables/catalog.ts';
import type { CommandFor } from './command.ts';
import { remedyFor } from './fix.ts';
import type { Failure } from './run.ts';

export interface Naming {
  /** Fingerprints that are in use. Those of new findings are added. */
  readonly taken: Set<string>;
  /** Finds commands of pki-lint. */
  readonly commandFor: CommandFor;
}

/** Returns the finding of a failure, with the connections that it breaks. */
export function composeFinding(
  failure: Failure,
  broken: readonly Related[],
  severity: Severity,
  { taken, commandFor }: Naming,
): Finding {
  const { pki, rule, subject, problem, preview } = failure;
  const { data, at } = problem;
  return {
    rule: rule.id,
    severity,
    impact: preview?.impact ?? rule.impact,
    subject: subject.name,
    node: pki.name,
    path: at.path,
    file: pki.node.files.get(at.path)?.file ?? at.path,
    line: at.line ?? null,
    column: at.column ?? null,
    message: `${preview === undefined ? '' : `${preview.prefix}: `}${fill(rule.message, data)}`,
    expected: fill(rule.expected, data),
    found: fill(rule.found, data),
    related: relatedOf(failure, broken),
    why: fill(rule.why, data),
    fix: remedyFor(failure, commandFor),
    cite: rule.cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
    cis: rule.cis,
    fingerprint: fingerprintOf(failure, taken),
    suppressed: null,
  };
}

/**
 * Returns one finding for many failures of one rule on one node.
 *
 * @param failures at least one
 */
export function composeRest(failures: readonly Failure[], severity: Severity, { taken }: Naming): Finding {
  const [first] = failures;
  if (first === undefined) throw new Error('no failures to report');
  const { pki, rule } = first;
  const subject = { ...first.subject, name: pki.name };
  const problem = { ...first.problem, at: { path: pki.node.pki }, key: 'rest' };
  const noCommand: Naming = { taken, commandFor: () => undefined };
  const places = [...new Set(failures.map((failure) => failure.problem.at.path))];
  return {
    ...composeFinding({ pki, rule, subject, problem }, [], severity, noCommand),
    message: `${count(failures.length, 'more finding')} of ${rule.id} on ${pki.name}: ${handful(places, 3)}`,
    expected: '',
    found: '',
    related: [],
    fix: [],
    merged: failures.length,
  };
}

/** Contains no serial numbers and no dates, so that a renewal does not change it. */
function fingerprintOf({ pki, rule, subject, problem }: Failure, taken: Set<string>): string {
  const parts = ['1', rule.id, pki.name, problem.at.path, subject.name, problem.key ?? ''];
  for (let copy = 0; ; copy++) {
    const text = [...parts, ...(copy === 0 ? [] : [String(copy)])].join('\0');
    const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
    if (taken.has(fingerprint)) continue;
    taken.add(fingerprint);
    return fingerprint;
  }
}

function relatedOf(failure: Failure, broken: readonly Related[]): readonly Related[] {
  const { rule, problem } = failure;
  const own = (problem.related ?? []).map((one) => ({ ...one, fingerprint: null }));
  if (own.length > 0) return own;
  if (broken.length > 0) return broken;
  const fatal = rule.severity === 'error' && (rule.impact === 'outage' || rule.impact === 'expiry');
  return fatal && (rule.over === 'argument' || rule.over === 'component') ? componentError(failure) : [];
}

/** The message of a component that fails because of a flag. */
function componentError({ rule, problem }: Failure): readonly Related[] {
  const { component } = problem.data;
  if (rule.fails === null || component === undefined) return [];
  return [{ path: problem.at.path, subject: component, message: fill(rule.fails, problem.data), fingerprint: null }];
}
