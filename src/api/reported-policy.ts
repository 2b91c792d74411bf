/** What a report says about the policy that was in force. */

import type { Judgement } from '../lint/findings/judgement.ts';
import type { Selection } from '../lint/rules/selection.ts';
import { levelOf } from '../model/facts/limits.ts';
import type { Judging } from '../model/roles/pki.ts';
import type { Summary } from '../results/outcome.ts';
import type { ReportedPolicy } from '../results/reported-policy.ts';
import { isAboutPolicy } from '../settings/never-excused.ts';
import type { Policy } from '../settings/policy.ts';
import { isAboutObjects, rules } from '../tables/catalog.ts';

/** Returns the policy as a report has it. */
export function reportedPolicy(
  policy: Policy,
  judgements: readonly Judgement[],
  selection: Pick<Selection, 'isOff'>,
): ReportedPolicy {
  const { file, exceptions } = policy;
  const isOffBy = (id: string, { judging }: Judgement['pki']) => levelOf(judging, id) === 'off';
  const off = rules.filter((rule) =>
    judgements.some(({ pki }) => isOffBy(rule.id, pki) && selection.isOff(rule, pki)),
  ).length;
  const notIgnored = judgements.flatMap(({ pki }) =>
    (pki.ignored?.kept ?? []).map(({ path, by }) => ({ node: pki.name, path, by })),
  );
  return {
    file,
    ...(off > 0 && { off }),
    ...(exceptions.length > 0 && { exceptions: exceptions.length }),
    notIgnored,
  };
}

/**
 * Returns how many rules ran, and what was left out. Without a policy only rules that an option switches off are.
 *
 * @param hasObjects whether there is a dump of objects
 */
export function countsOfRules(
  selection: Pick<Selection, 'rule' | 'isOff'>,
  judgements: readonly Judgement[],
  judging: Judging,
  hasObjects: boolean,
): Pick<Summary, 'rules' | 'off' | 'ignored'> {
  const judged = judgements.length === 0 ? [{ judging }] : judgements.map(({ pki }) => pki);
  const runs = rules.filter((rule) =>
    isAboutObjects(rule) ? hasObjects : judging.policy !== undefined || !isAboutPolicy(rule.id),
  );
  const number = (holds: Selection['rule']) => runs.filter((rule) => judged.some((pki) => holds(rule, pki))).length;
  const off = number(selection.isOff);
  const ignored = judgements.reduce((sum, { pki }) => sum + (pki.ignored?.files ?? 0), 0);
  return { rules: number(selection.rule), ...(off > 0 && { off }), ...(ignored > 0 && { ignored }) };
}
