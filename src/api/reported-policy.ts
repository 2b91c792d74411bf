/** What a report says about the policy that was in force. */

import type { Judgement } from '../lint/findings/judgement.ts';
import type { Selection } from '../lint/rules/selection.ts';
import { levelOf } from '../model/facts/limits.ts';
import { judgedOffNode } from '../model/roles/node-policy.ts';
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
  judging: Judging,
): ReportedPolicy {
  const { file, exceptions } = policy;
  const off = rules.filter((rule) =>
    judgedIn(judgements, judging).some((one) => levelOf(one.judging, rule.id) === 'off' && selection.isOff(rule, one)),
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

/** What decides which rules are off: the nodes, or how objects are judged without any. */
const judgedIn = (judgements: readonly Judgement[], judging: Judging): readonly Pick<Judgement['pki'], 'judging'>[] =>
  judgements.length === 0 ? [{ judging: judgedOffNode(judging) }] : judgements.map(({ pki }) => pki);

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
  const judged = judgedIn(judgements, judging);
  const runs = rules.filter((rule) =>
    isAboutObjects(rule) ? hasObjects : judging.policy !== undefined || !isAboutPolicy(rule.id),
  );
  const number = (holds: Selection['rule']) => runs.filter((rule) => judged.some((pki) => holds(rule, pki))).length;
  const off = number(selection.isOff);
  const ignored = judgements.reduce((sum, { pki }) => sum + (pki.ignored?.files ?? 0), 0);
  return { rules: number(selection.rule), ...(off > 0 && { off }), ...(ignored > 0 && { ignored }) };
}
