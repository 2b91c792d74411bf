/** The gate before the writer: what lint says of a node with a batch decides whether the batch may be written. */
import type { Batch } from '../../core/batch.ts';
import { UserError } from '../../core/errors.ts';
import type { JudgedNode } from '../../lint/judge.ts';
import { findRule } from '../../tables/catalog.ts';

/** Not exported: no other file can make an object that has it. */
const linted: unique symbol = Symbol('linted');

/** A batch that has passed `lintBatch`. The writer takes no other. */
export interface LintedBatch extends Batch {
  readonly [linted]: true;
}

/** kube-apiserver is a role, and a component whose arguments are another matter. */
const isAboutRole = (id: string) => ['role', 'authority', 'key-pair'].includes(findRule(id)?.over ?? '');

/** No batch removes a file: what is missing after it was missing before, if only behind another cause. */
const isAboutPresence = (id: string) => findRule(id)?.stage === 'presence';

/**
 * Nothing is written that lint would call an error: neither a new one, nor one of what was made; nor what gives more rights
 * than there were.
 *
 * @param before the node as it is
 * @param after the node with the batch
 * @throws UserError for the first finding that forbids it
 */
export function lintBatch(batch: Batch, before: JudgedNode, after: JudgedNode): LintedBatch {
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const onNode = batch.units.filter(({ files }) => files.some(({ target }) => target.on === 'node'));
  const touched = new Set(onNode.map(({ role }) => role));
  const wrong = after.findings.find(({ severity, impact, fingerprint, subject, rule }) => {
    if (severity === 'warning') return impact === 'privilege' && touched.has(subject) && !known.has(fingerprint);
    const isMade = touched.has(subject) && isAboutRole(rule);
    return severity === 'error' && (isMade || !(known.has(fingerprint) || isAboutPresence(rule)));
  });
  if (wrong === undefined) return { ...batch, [linted]: true };
  const { severity, rule, message } = wrong;
  throw new UserError(
    `nothing was written, for it would leave ${severity === 'error' ? 'an error' : 'a warning'}: ${rule}: ${message}`,
    `what it means: pki-lint explain ${rule}`,
  );
}
