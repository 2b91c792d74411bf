/**
 * A report as one page, for people who look before they read. It loads nothing, can be read without its script, and
 * everything from a file is text in it. The build bundles it as a separate file (scripts/build.mjs).
 */
import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors.ts';
import { count, printable } from '../../core/text.ts';
import { atPresent } from '../../results/read/at-present.ts';
import { namesOfDumps } from '../../results/read/objects.ts';
import type { Report } from '../../results/report.ts';
import { shownFindings } from '../message/shown.ts';
import { verdictOf } from '../terminal/summary.ts';
import { marks } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { script, style } from './assets/index.ts';
import { benchmarkItems } from './cis.ts';
import { connectionsSection } from './connections.ts';
import { exceptionsSection } from './exceptions.ts';
import { findings } from './findings.ts';
import { el, fragment, type Markup, type Piece, verbatim } from './markup.ts';
import { nodesSection } from './nodes.ts';
import { type Page, pageOf } from './page.ts';
import { facts, made } from './rest.ts';
import { tables } from './tables.ts';
import { timeline } from './timeline.ts';
import { trust } from './trust.ts';
import { upgradeSection } from './upgrade.ts';
import { head, titleOf } from './verdict.ts';
import { without } from './without.ts';

export { withNodeLabels } from '../../results/read/labels.ts';

/**
 * Returns the page. The same report gives the same bytes.
 *
 * @throws UserError if the report has no picture
 */
export function html(given: Report, options: ReporterOptions): string {
  const report = { ...given, connections: given.connections.map(atPresent) };
  const { picture } = report;
  if (picture === undefined) {
    throw new UserError('the format html shows more than this report contains', 'lint with the option picture: true');
  }
  const shown = shownFindings(report, { ...options, quiet: false, verbose: false });
  const page = pageOf(report, picture, shown);
  const parts: readonly (readonly [id: string, name: string, content: Piece])[] = [
    ['upgrade', 'Upgrade', upgradeSection(page)],
    ['nodes', 'Nodes', nodesSection(page)],
    ['findings', `Findings (${shown.length})`, findings(page)],
    ['timeline', 'Expiry', timeline(page)],
    ['trust', 'Trust graph', trust(page)],
    ['without', 'If a CA is lost', without(page)],
    ['tables', 'Documented tables', tables(page)],
    ['connections', 'Connections', connectionsSection(page)],
    ['exceptions', 'Exceptions', exceptionsSection(page)],
    ['cis', 'CIS Kubernetes Benchmark', benchmarkItems(page)],
    ['facts', 'Facts', facts(page)],
    ['made', 'How this was made', made(report)],
  ];
  const present = parts.filter(([, , content]) => content !== '');
  const link = (id: string, name: string) => el('li', {}, el('a', { href: `#${id}` }, name));
  const body = fragment(
    head(page),
    el(
      'nav',
      { 'aria-label': 'Sections' },
      el('ul', {}, link('top', 'Top'), ...present.map(([id, name]) => link(id, name))),
    ),
    el('main', {}, ...present.map(([, , content]) => content)),
    el(
      'footer',
      {},
      `${report.tool.name} ${report.tool.version}. This page is one file: it loads nothing and sends nothing.`,
    ),
    el('script', {}, verbatim(script)),
  );
  return `<!DOCTYPE html>\n${el('html', { lang: 'en' }, headOf(page), el('body', {}, body)).html}\n`;
}

/** Columns of what is below each sheet. */
const mostColumns = 80;

function headOf(page: Page): Markup {
  const { report, shown } = page;
  const [only] = report.nodes;
  const who = report.nodes.length === 1 && only ? only.name : count(report.nodes.length, 'node');
  const dumps = namesOfDumps(report);
  const what = report.nodes.length === 0 && dumps !== '' ? `Objects of ${dumps}` : `PKI of ${who}`;
  const about = `${what}, ${report.at.slice(0, 10)}`;
  const rules = style + sheetOf(printable(about, mostColumns));
  const { state, short } = titleOf(page);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(script)}'`,
    `style-src 'sha256-${digest(rules)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { text } = verdictOf(report, { quiet: false });
  return el(
    'head',
    {},
    el('meta', { charset: 'utf-8' }),
    el('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    el('meta', { name: 'referrer', content: 'no-referrer' }),
    el('meta', { name: 'description', content: `${text} (${count(shown.length, 'finding')})` }),
    el('title', {}, `${marks[state]} ${short} · ${about}`),
    el('style', {}, verbatim(rules)),
  );
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Returns the rules for what is at the edges of a sheet: what the page is about, and the number of the sheet. */
export const sheetOf = (about: string): string => `
@page {
  margin: 14mm 14mm 16mm;
  @bottom-left { content: "${cssText(about)}"; font: 8pt system-ui, sans-serif; color: #555; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #555; }
}
`;

/** Returns a text for a string of a style sheet: names from files cannot end it. */
const cssText = (text: string): string =>
  text.replace(/[^A-Za-z0-9 ,.]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `);
