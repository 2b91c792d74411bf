/**
 * The gate in front of the writer: the findings of lint on the node with a batch decide whether the batch may be
 * written.
 */

import { UserError } from '../../core/errors.ts';
import type { JudgedNode } from '../../lint/judge.ts';
import type { Batch } from '../../results/issue/batch.ts';
import { findRule } from '../../tables/catalog.ts';

/** Not exported: no other file can create an object that has it. */
const linted: unique symbol = Symbol('linted');

/** A batch that has passed `lintBatch`. The writer accepts no other. */
export interface LintedBatch extends Batch {
  readonly [linted]: true;
}

/** kube-apiserver is a role and also a component, whose arguments are a different matter. */
const isAboutRole = (id: string) => ['role', 'certificate', 'authority', 'key-pair'].includes(findRule(id)?.over ?? '');

/**
 * No batch removes a file: if something is missing afterwards, it was missing before, perhaps hidden by a different
 * cause.
 */
const isAboutPresence = (id: string) => findRule(id)?.stage === 'presence';

/**
 * Rejects a batch after which lint reports a new error, an error of a file that was written, or more privileges than
 * before.
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
    `nothing was written, because it would leave ${severity === 'error' ? 'an error' : 'a warning'}: ${rule}: ${message}`,
    `what it means: pki-lint explain ${rule}`,
  );
}
