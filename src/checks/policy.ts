/** Exceptions of a policy and comments: what has run out, excuses nothing, or is not allowed. */
import type { JudgedException } from '../core/exception.ts';
import { matchText } from '../core/exception.ts';
import { count } from '../core/text.ts';
import { check, problem } from './check.ts';

/** A check of exceptions in one state. */
const stateCheck = (wanted: JudgedException['state'], more: (one: JudgedException) => Record<string, string>) =>
  check('exception', function* (judged) {
    if (judged.state !== wanted) return;
    const { match, until, at } = judged.exception;
    const { file: path, ...place } = at;
    yield problem({ path, ...place }, { match: matchText(match), until, ...more(judged) });
  });

const findings = ({ findings: number }: JudgedException, verb: string): string =>
  `${count(number, 'finding')} ${number === 1 ? verb : verb.replace(/^(\w+)s /, '$1 ')}`;

export const policyChecks = {
  'policy/expired': stateCheck('expired', (judged) => ({
    effect: judged.findings === 0 ? 'nothing needs it now' : findings(judged, 'counts again'),
  })),

  'policy/unused': stateCheck('unused', ({ why }) => ({ similar: why === '' ? '' : `; ${why}` })),

  'policy/forbidden': stateCheck('forbidden', ({ why }) => ({ why })),

  'policy/ends-soon': stateCheck('ends-soon', (judged) => ({
    left: judged.daysLeft === 0 ? 'today' : `in ${count(judged.daysLeft, 'day')}`,
    effect: judged.findings === 0 ? 'then it excuses nothing' : findings(judged, 'counts again then'),
  })),

  'policy/comment': check('comment', function* ({ error, at }) {
    if (error !== undefined) yield problem(at, { path: at.path, why: error });
  }),
};
