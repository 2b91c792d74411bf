/** What a report says about the policy that was in force. */
import type { Summary } from '../core/outcome.ts';
import type { Policy } from '../core/policy.ts';
import type { ReportedPolicy } from '../core/report.ts';
import type { Judgement } from '../lint/judgement.ts';

/** Returns the policy as a report has it. */
export function reportedPolicy({ file }: Policy, judgements: readonly Judgement[]): ReportedPolicy {
  const notIgnored = judgements.flatMap(({ pki }) =>
    (pki.ignored?.kept ?? []).map(({ path, by }) => ({ node: pki.name, path, by })),
  );
  return { file, notIgnored };
}

/** Returns what was left out of a report, counted. Without a policy only rules that an option switches off are. */
export function leftOut(judgements: readonly Judgement[], off: number): Pick<Summary, 'off' | 'ignored'> {
  const ignored = judgements.reduce((sum, { pki }) => sum + (pki.ignored?.files ?? 0), 0);
  return { ...(off > 0 && { off }), ...(ignored > 0 && { ignored }) };
}
