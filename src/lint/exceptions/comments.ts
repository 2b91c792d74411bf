/** Reads comments that excuse findings: `# pki-lint-disable-next-line RULE[, RULE] until=2027-03-31 -- reason`. */

import type { FileComment, NodeFile } from '../../artifact/file.ts';
import { redact } from '../../core/secrets.ts';
import { nearest } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Exception, ExceptionPolicy } from '../../settings/policy.ts';
import { rules } from '../../tables/catalog.ts';
import { isOnNode } from '../rules/failure.ts';
import { positionOf } from '../rules/place.ts';
import { type Matcher, matcherOf } from './apply.ts';
import { isDay, rulesOf } from './terms.ts';

/** A comment, and the exceptions in it: one for each rule. */
export interface ReadComment {
  readonly pki: Pki;
  readonly file: NodeFile;
  readonly comment: FileComment;
  /** Why it excuses nothing. */
  readonly error?: string;
  readonly exceptions: readonly Exception[];
}

const directives = ['pki-lint-disable-next-line', 'pki-lint-disable-line'];
const fields = ['until', 'owner', 'ticket'];
/** As in the policy. */
const shortestReason = 10;

/** Returns the comments of a node. */
export function commentsOf(pki: Pki): readonly ReadComment[] {
  return [...pki.node.files.values()].flatMap((file) =>
    (file.comments ?? []).map((comment): ReadComment => {
      const read = readComment(comment);
      if ('error' in read) return { pki, file, comment, error: read.error, exceptions: [] };
      const { line, column, endLine, endColumn } = comment;
      const at = { file: file.file, line, column, endLine, endColumn };
      const exceptions = read.rules.map((rule): Exception => {
        return { match: { rule, path: file.path, node: pki.name }, ...read.entry, at };
      });
      return { pki, file, comment, exceptions };
    }),
  );
}

/** Returns what the exceptions of a comment match: faults at the line of the comment, or at the next one. */
export function matchersOf(
  { pki, file, comment, exceptions }: ReadComment,
  policy: ExceptionPolicy,
): readonly Matcher[] {
  return exceptions.map((exception) => {
    const ids = new Set(rulesOf(exception.match.rule).map(({ id }) => id));
    return matcherOf(exception, policy, pki.judging.at, {
      node: pki.name,
      matches: (failure) =>
        ids.has(failure.rule.id) &&
        failure.pki.name === pki.name &&
        isOnNode(failure) &&
        failure.problem.at.path === file.path &&
        positionOf(failure).line === comment.target,
    });
  });
}

type Entry = Pick<Exception, 'reason' | 'until' | 'owner' | 'ticket'>;

function readComment({
  directive,
  text,
}: FileComment): { readonly error: string } | { readonly rules: readonly string[]; readonly entry: Entry } {
  const [head = '', ...reasons] = text.split(/(?:^|\s)--\s/);
  const words = head.split(/[\s,]+/).filter((word) => word !== '');
  const named = words.filter((word) => !word.includes('='));
  const values = new Map(
    words.filter((word) => word.includes('=')).map((word) => [word.replace(/=.*/s, ''), word.replace(/^[^=]*=/, '')]),
  );
  const reason = redact(reasons.join(' -- ').trim());
  const error =
    wrongDirective(directive) ?? wrongRule(named) ?? wrongField([...values.keys()]) ?? wrongDay(values.get('until'));
  if (error !== undefined) return { error };
  if (reason.length < shortestReason)
    return { error: `it gives no reason of at least ${shortestReason} letters after --` };
  const [owner, ticket] = [values.get('owner'), values.get('ticket')];
  const until = values.get('until') ?? '';
  return { rules: named, entry: { reason, until, ...(owner && { owner }), ...(ticket && { ticket }) } };
}

const wrongDirective = (name: string) =>
  directives.includes(name) ? undefined : `it begins with ${name}, expected ${directives.join(' or ')}`;

function wrongRule(named: readonly string[]): string | undefined {
  if (named.length === 0) return 'it names no rule';
  const wrong = named.find((word) => word === '*' || rulesOf(word).length === 0);
  if (wrong === undefined) return undefined;
  const near = nearest(
    wrong,
    rules.map(({ id }) => id),
  );
  return `there is no rule ${wrong}${near === undefined ? '' : `, did you mean ${near}?`}`;
}

function wrongField(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !fields.includes(name));
  if (wrong === undefined) return undefined;
  const near = nearest(wrong, fields);
  return `unknown word ${wrong}=${near === undefined ? '' : `, did you mean ${near}=?`}`;
}

function wrongDay(until: string | undefined): string | undefined {
  if (until === undefined) return 'it does not say until when: until=2027-03-31';
  return isDay(until) ? undefined : `until=${until} is not a day such as 2027-03-31`;
}
