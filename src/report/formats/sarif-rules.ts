/** The rules in SARIF, with what GitHub shows and sorts by. */

import type { PropertyBag, ReportingDescriptor, Result } from 'sarif';
import { copyable, printable } from '../../core/text.ts';
import type { Severity } from '../../results/finding.ts';
import type { RuleDoc } from '../../results/rule-doc.ts';
import { webAddress } from './uri.ts';

/** The levels of SARIF (SARIF 2.1.0, 3.27.10). */
export const sarifLevels: Readonly<Record<Severity, Result.level>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
};

/** GitHub: critical from 9.0, high from 7.0, medium from 4.0. */
const securitySeverities: Readonly<Record<Severity, string>> = { error: '9.1', warning: '7.0', info: '3.0' };

/** GitHub cuts descriptions here. */
const maxDescription = 1024;

/** Returns the description of a rule (SARIF 2.1.0, 3.49 reportingDescriptor). */
export function ruleDescriptor(rule: RuleDoc): ReportingDescriptor {
  const { id, severity, title, why, cite } = rule;
  const helpUri = webAddress(cite[0]?.url);
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: shortened(sentence(title)) },
    fullDescription: { text: shortened(sentence(why)) },
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: sarifLevels[severity] },
    properties: properties(rule),
  };
}

/**
 * GitHub shows a rule with a security severity as a vulnerability. Only too much access is one: a certificate that
 * expires soon is a problem of another kind.
 */
function properties({ id, severity, impact }: RuleDoc): PropertyBag {
  const isSecurity = impact === 'privilege';
  const [group = ''] = id.split('/');
  return {
    tags: [...new Set(['kubernetes', 'pki', group, impact, ...(isSecurity ? ['security'] : [])])],
    precision: severity === 'error' ? 'very-high' : 'high',
    ...(isSecurity
      ? { 'security-severity': securitySeverities[severity] }
      : { 'problem.severity': problemSeverities[severity] }),
  };
}

/** `cert/wrong-key` → `CertWrongKey`. */
function pascalCase(id: string): string {
  return id.replace(/(?:^|[^a-z0-9])([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** Returns a text as a sentence with a full stop. */
export function sentence(text: string): string {
  const shown = printable(text);
  return /[.!?\u2026]$/.test(shown) ? shown : `${shown}.`;
}

const shortened = (text: string): string =>
  text.length <= maxDescription ? text : `${text.slice(0, maxDescription - 1)}…`;

const explanation = ({ id }: RuleDoc): string => `More: pki-lint explain ${id}`;

function helpText(rule: RuleDoc): string {
  return [sentence(rule.why), `Fix: ${rule.fix.split('\n').map(copyable).join('\n')}`, explanation(rule)].join('\n\n');
}

/** The texts of the catalogue are pki-lint's own: placeholders such as `<name>` are all that has to be escaped. */
function helpMarkdown(rule: RuleDoc): string {
  const { why, fails, fix, cite, cis } = rule;
  return [
    escapedHtml(sentence(why)),
    ...(fails === null ? [] : [`**What fails**\n\n${codeBlock(fails)}`]),
    `**Fix**\n\n${codeBlock(fix)}`,
    ...(cite.length === 0 ? [] : [`**Sources**\n\n${cite.flatMap(({ title, url }) => link(title, url)).join('\n')}`]),
    ...(cis.length === 0 ? [] : [`**Benchmark**: ${cis.map(escapedHtml).join(', ')}`]),
    `More: \`pki-lint explain ${rule.id}\``,
  ].join('\n\n');
}

const escapedHtml = (text: string): string => printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function link(title: string, url: string): string[] {
  const address = webAddress(url);
  const text = escapedHtml(title).replace(/[[\]]/g, '\\$&');
  return address === undefined ? [`- ${text}`] : [`- [${text}](${address})`];
}

/** Indented code ends only with a line that is not indented. */
const codeBlock = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${copyable(line)}`)
    .join('\n');
