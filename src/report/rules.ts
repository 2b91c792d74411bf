/** Formats the rules as text: all of them in a table, or one in full. */
import type { RuleDoc } from '../core/rule-doc.ts';
import { fields } from './fields.ts';
import { grid } from './grid.ts';
import { labelled } from './layout.ts';
import { mark, painter, stateStyles } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';

/** Returns a table with a row for each rule, fitted to the width. */
export async function ruleTable(rules: readonly RuleDoc[], { width, color }: ReporterOptions): Promise<string> {
  const paint = painter(color);
  const rows = rules.map(({ id, severity, impact, title }) => [
    id,
    { text: severity, paint: (line: string) => paint(stateStyles[severity], line) },
    impact,
    title,
  ]);
  const table = await grid(['RULE', 'SEVERITY', 'IMPACT', 'TITLE'], rows, width, paint);
  return `${table}\n\n${rules.length} rules · pki-lint explain RULE describes one\n`;
}

/** Returns the complete description of a rule. Every line fits the width. */
export function ruleText(rule: RuleDoc, { width, color }: ReporterOptions): string {
  const paint = painter(color);
  const all: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ['what', [rule.message]],
    ['why', [rule.why]],
    ['fails', rule.fails === null ? [] : [rule.fails]],
    ['groups', rule.explains.length === 0 ? [] : [`${rule.explains.join(', ')} (as severe as the worst of them)`]],
    ['fix', rule.fix.split('\n')],
    ['docs', rule.cite.flatMap(({ title, url }) => [title, url])],
    ['cis', rule.cis],
  ];
  const lines = fields(
    all.map(([label, texts]) => [label, texts.map(withPlaceholders)]),
    { indent: 10, width, paint },
  );
  const head = `${mark(rule.severity, paint)} ${paint('bold', rule.id)} · ${rule.severity} · ${rule.impact}`;
  const title = labelled('', rule.title, 2, width);
  return `${[head, ...title, '', ...lines].join('\n')}\n`;
}

/** Replaces placeholders of the catalogue, such as `{role}`, by the usual notation `<role>`. */
function withPlaceholders(text: string): string {
  return text.replace(/\{(\w+)\}/g, '<$1>');
}
