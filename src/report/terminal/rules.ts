/** Formats the rules as text: all of them in a table, or one in full. */
import type { RuleDoc } from '../../results/rule-doc.ts';
import { fields } from '../text/fields.ts';
import { grid } from '../text/grid.ts';
import { mark, painter, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled } from '../text/width.ts';
import { impactWords, severityWords, templatesOf } from '../text/words.ts';

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

const optionText = ({ option, default: usual, help }: RuleDoc['options'][number]): string =>
  `${option}: ${help} (default: ${usual ?? 'none'})`;

/** Returns the description of a rule. Every line but addresses fits the width. */
export function ruleText(rule: RuleDoc, { width, color }: ReporterOptions): string {
  const paint = painter(color);
  const { id, severity, impact, title, why, explains, fix, cite, cis, options } = rule;
  const { says, fails } = templatesOf(rule);
  const all: readonly (readonly [label: string, texts: readonly string[]])[] = [
    [severity, [severityWords[severity]]],
    [impact, [impactWords[impact]]],
    ['says', says === null ? [] : [says]],
    ['why', [why]],
    ['fails', fails === null ? [] : [fails]],
    ['groups', explains.length === 0 ? [] : [`${explains.join(', ')} (as severe as the worst of them)`]],
    ['fix', fix.split('\n')],
    ['options', options.map(optionText)],
    ['docs', cite.map(({ url }) => url)],
    ['cis', cis],
  ];
  const lines = fields(all, { indent: 13, width, paint, whole: (text) => text.startsWith('https://') });
  const [head = '', ...more] = labelled('', `${id}: ${title}`, 2, width);
  return `${[`${mark(severity, paint)} ${paint('bold', head.slice(2))}`, ...more, '', ...lines].join('\n')}\n`;
}
