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
  missing: 'the command that makes it; each finding prints that of its role',
  wrong: 'put it right: a certificate is made anew, a CA put back; each finding prints the commands for its role',
  names: 'move it away and make it anew with the missing names; each finding prints the commands for its role',
  expired: 'the command that renews it; each finding prints that of its role',
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
