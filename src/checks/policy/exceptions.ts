/**
 * A policy: exceptions that have run out, excuse nothing or are not allowed, facts of a different cluster, and secrets
 * in copies.
 */

import { leftOutNames } from '../../artifact/left-out.ts';
import { count, handful } from '../../core/text.ts';
import { hostOf } from '../../model/facts/host.ts';
import { type Contradiction, contradictionText } from '../../model/roles/contradictions.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { JudgedException } from '../../results/exception.ts';
import { matchText } from '../../results/exception.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { check, problem } from '../base/check.ts';

/**
 * Whether a fact shows that the policy is about a different cluster. A new name of the control plane may be in the
 * policy before kubeconfigs use it, but then the certificate of the API server has it.
 */
function isForeign({ name, value }: Contradiction, { roles }: Pki): boolean {
  if (name !== 'controlPlaneEndpoint') return true;
  const leaf = roles.find(({ id }) => id === roleIds.apiServer)?.leaf;
  return leaf !== undefined && verifyHostname(leaf, hostOf(value) ?? value) !== undefined;
}

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

export const policyExceptionsChecks = {
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

  'policy/facts': check('node', function* (pki) {
    const [first, ...others] = (pki.contradictions ?? []).filter((one) => isForeign(one, pki));
    if (first === undefined) return;
    const at = first.own.at ?? { path: pki.node.pki };
    const file = pki.judging.policy?.file ?? '';
    const data = { policy: file, facts: [first, ...others].map((one) => contradictionText(one, file)).join('; ') };
    const [value, own] = [first.value, String(first.own.value)];
    yield problem(at, { ...data, value: `${value} (${first.by})`, own, by: first.by });
  }),

  /** Only of a copy, secrets are listed. */
  'policy/left-out': check('node', function* ({ node, judging: { policy } }) {
    for (const kind of policy?.leftOut ?? []) {
      const paths = (node.secrets ?? []).flatMap((one) => (one.kind === kind ? [one.path] : []));
      const [path] = paths;
      if (path === undefined) continue;
      const data = { policy: policy?.file ?? '', kind: leftOutNames[kind], paths: handful(paths, 3) };
      yield problem({ path }, { ...data, count: count(paths.length, 'file') }, { key: kind, parts: paths });
    }
  }),
};
