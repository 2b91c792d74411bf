/** The catalogue for people: all rules in a table, and one in full. */
import type { RuleDoc } from '../core/rule-doc.ts';
import { type Field, fields } from './fields.ts';
import { grid } from './grid.ts';
import { labelled } from './layout.ts';
import { mark, painter, stateStyles } from './paint.ts';
import type { ReporterOptions } from './reporter.ts';

/** Each rule in a row, fitted to the width. */
export async function ruleTable(rules: readonly RuleDoc[], { width, color }: ReporterOptions): Promise<string> {
  const paint = painter(color);
  const rows = rules.map(({ id, severity, impact, title }) => [
    id,
    { text: severity, paint: (line: string) => paint(stateStyles[severity], line) },
    impact,
    title,
  ]);
  const table = await grid(['RULE', 'SEVERITY', 'IMPACT', 'TITLE'], rows, width, paint);
  return `${table}\n\n${rules.length} rules · pki-lint explain RULE says more about one\n`;
}

/** Everything about a rule, every line within the width. */
export function ruleText(rule: RuleDoc, { width, color }: ReporterOptions): string {
  const paint = painter(color);
  const all: readonly Field[] = [
    ['what', [rule.message]],
    ['why', [rule.why]],
    ['fails', rule.fails === null ? [] : [rule.fails]],
    ['fix', rule.fix.split('\n')],
    ['over', [rule.over]],
    ['see', rule.cite.flatMap(({ title, url }) => [title, url])],
    ['cis', rule.cis],
  ];
  const lines = fields(
    all.map(([label, texts]) => [label, texts.map(asWritten)]),
    { indent: 10, width, paint },
  );
  const head = `${mark(rule.severity, paint)} ${paint('bold', rule.id)} · ${rule.severity} · ${rule.impact}`;
  const title = labelled('', rule.title, 2, width);
  return `${[head, ...title, '', ...lines].join('\n')}\n`;
}

/** Placeholders as people write them: `{role}` of the catalogue is `<role>`. */
function asWritten(text: string): string {
  return text.replace(/\{(\w+)\}/g, '<$1>');
}
