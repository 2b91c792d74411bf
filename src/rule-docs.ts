/** The catalogue as documentation reads it. */
import type { Impact, Severity } from './core/report.ts';
import { citations, rules } from './spec/catalog.ts';

export interface RuleDoc {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly over: string;
  readonly severity: Severity;
  readonly impact: Impact;
  readonly title: string;
  readonly message: string;
  readonly why: string;
  /** What fails in a component, in its words; null where none does. */
  readonly fails: string | null;
  readonly fix: string;
  readonly cite: readonly { readonly title: string; readonly url: string }[];
  readonly cis: readonly string[];
}

/** What `fix` says where the command depends on the role. */
const remedies = {
  missing: 'the command that makes it, for its role (rules/tables/remedies.json)',
  wrong: 'move it away and make it anew, by the command for its role (rules/tables/remedies.json)',
  names:
    'move it away and make it anew with the missing names, by the command for its role (rules/tables/remedies.json)',
  expired: 'the command that renews it, for its role (rules/tables/remedies.json)',
} as const;

/** Every rule of the catalogue, in its order. */
export const ruleDocs: readonly RuleDoc[] = rules.map((rule) => ({
  id: rule.id,
  aliases: rule.aliases,
  over: rule.over,
  severity: rule.severity,
  impact: rule.impact,
  title: rule.title,
  message: rule.message,
  why: rule.why,
  fails: rule.fails,
  fix: [...(rule.remedy === null ? [] : [remedies[rule.remedy]]), ...rule.fix].join('\n'),
  cite: rule.cite.flatMap((key) => citations[key] ?? []).map(({ title, url }) => ({ title, url })),
  cis: rule.cis,
}));
