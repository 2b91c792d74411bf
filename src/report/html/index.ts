/**
 * A report as one page, for people who look before they read. It loads nothing, can be read without its script, and everything from
 * a file is text in it. The build bundles it as a separate file (scripts/build.mjs).
 */
import { createHash } from 'node:crypto';
import type { Report } from '../../core/report.ts';
import { count } from '../../core/text.ts';
import type { ReporterOptions } from '../reporter.ts';
import { type Shown, shownFindings } from '../shown.ts';
import { verdictOf } from '../summary.ts';
import { connections } from './connections.ts';
import { findings } from './findings.ts';
import { type Content, element, fragment, type Markup, verbatim } from './markup.ts';
import { overview } from './nodes.ts';
import { facts, made } from './rest.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { tables } from './tables.ts';
import { timeline } from './timeline.ts';
import { trust } from './trust.ts';
import { head } from './verdict.ts';
import { without } from './without.ts';

export { withNodeLabels } from '../../core/labels.ts';

/**
 * Returns the page. The same report gives the same bytes.
 *
 * @throws Error if the report has no picture (`LintOptions.picture`)
 */
export function html(report: Report, options: ReporterOptions): string {
  const { picture } = report;
  if (picture === undefined) throw new Error('a page needs a report with a picture');
  const shown = shownFindings(report, { ...options, quiet: false, verbose: options.showSuppressed ?? false });
  const parts: readonly (readonly [id: string, name: string, content: Content])[] = [
    ['nodes', 'Nodes', overview(report)],
    ['findings', `Findings (${shown.length})`, findings(report, shown)],
    ['timeline', 'Expiry', timeline(report, picture)],
    ['trust', 'Trust', trust(report, picture)],
    ['without', 'If a CA is lost', without(report, picture)],
    ['tables', 'Documented tables', tables(report, picture)],
    ['connections', 'Connections', connections(report)],
    ['facts', 'Facts', facts(report, picture)],
    ['made', 'How it was made', made(report)],
  ];
  const present = parts.filter(([, , content]) => content !== '');
  const body = fragment(
    head(report, shown),
    element(
      'nav',
      { 'aria-label': 'Sections' },
      element('ul', {}, ...present.map(([id, name]) => element('li', {}, element('a', { href: `#${id}` }, name)))),
    ),
    element('main', {}, ...present.map(([, , content]) => content)),
    element(
      'footer',
      {},
      `${report.tool.name} ${report.tool.version}. This page is one file: it loads nothing and sends nothing.`,
    ),
    element('script', {}, verbatim(script)),
  );
  return `<!DOCTYPE html>\n${element('html', { lang: 'en' }, headOf(report, shown), element('body', {}, body)).html}\n`;
}

function headOf(report: Report, shown: readonly Shown[]): Markup {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(script)}'`,
    `style-src 'sha256-${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const [only] = report.nodes;
  const who = report.nodes.length === 1 && only ? only.name : count(report.nodes.length, 'node');
  const { text } = verdictOf(report, { quiet: false });
  return element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('meta', { name: 'description', content: `${text} (${count(shown.length, 'finding')})` }),
    element('title', {}, `PKI of ${who}, ${report.at.slice(0, 10)}`),
    element('style', {}, verbatim(style)),
  );
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
