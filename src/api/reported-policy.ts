/** What a report says about the policy that was in force. */
import type { Summary } from '../core/outcome.ts';
import type { Policy } from '../core/policy.ts';
import type { ReportedPolicy } from '../core/reported-policy.ts';
import type { Judgement } from '../lint/judgement.ts';
import { isPolicyRule } from '../lint/policy-findings.ts';
import type { Selection } from '../lint/selection.ts';
import type { Judging } from '../model/roles/pki.ts';
import { rules } from '../tables/catalog.ts';

/** Returns the policy as a report has it. */
export function reportedPolicy({ file }: Policy, judgements: readonly Judgement[]): ReportedPolicy {
  const notIgnored = judgements.flatMap(({ pki }) =>
    (pki.ignored?.kept ?? []).map(({ path, by }) => ({ node: pki.name, path, by })),
  );
  return { file, notIgnored };
}

/** Returns how many rules ran, and what was left out. Without a policy only rules that an option switches off are. */
export function countsOfRules(
  selection: Pick<Selection, 'rule' | 'isOff'>,
  judgements: readonly Judgement[],
  judging: Judging,
): Pick<Summary, 'rules' | 'off' | 'ignored'> {
  const judged = judgements.length === 0 ? [{ judging }] : judgements.map(({ pki }) => pki);
  const runs = rules.filter((rule) => judging.policy !== undefined || !isPolicyRule(rule));
  const number = (holds: Selection['rule']) => runs.filter((rule) => judged.some((pki) => holds(rule, pki))).length;
  const off = number(selection.isOff);
  const ignored = judgements.reduce((sum, { pki }) => sum + (pki.ignored?.files ?? 0), 0);
  return { rules: number(selection.rule), ...(off > 0 && { off }), ...(ignored > 0 && { ignored }) };
}
