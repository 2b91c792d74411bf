/** What a policy and a baseline excuse: each exception with its state, and what the policy ignores or cannot. */

import { count } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import { type ExceptionState, matchText, type ReportedException } from '../../results/exception.ts';
import { severities } from '../../results/finding.ts';
import type { Report } from '../../results/report.ts';
import { exceptionCounts, exceptionLooks, leftText } from '../terminal/exceptions.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, lead, markOf, panelTable, pathOf, reference } from './parts.ts';

/** Entries that are listed; the text says how many more there are. */
const mostListed = 200;

/** Returns the section; '' without policy, exception and baseline. */
export function exceptionsSection({ report }: Page): Piece {
  const { policy, exceptions = [], baseline } = report;
  if (policy === undefined && exceptions.length === 0 && baseline === undefined) return '';
  return reference(
    'exceptions',
    'Exceptions',
    { text: exceptions.length === 0 ? 'none' : exceptionCounts(exceptions) },
    policy === undefined ? '' : lead('The policy is ', el('code', {}, policy.file), '.'),
    exceptions.length === 0
      ? ''
      : panelTable(
          undefined,
          ['', 'Excuses', 'Until', 'State', 'Findings', 'Why', 'Written in'],
          exceptions.slice(0, mostListed).map((one) => cells(one, report)),
        ),
    left(exceptions.length),
    notIgnored(report),
    fixed(report),
  );
}

function cells(one: ReportedException, report: Report): readonly Piece[] {
  const { match, until, daysLeft, state, why, reason, owner, ticket, by, findings, since } = one;
  const who = [owner, ticket].filter((text) => text !== null).join(', ');
  return [
    markOf(stateOf(state, report)),
    matchText(match),
    [el('span', { class: 'number' }, until), el('br'), el('span', { class: 'soft small' }, leftText(daysLeft))],
    [exceptionLooks[state].words, why === '' ? '' : [el('br'), el('span', { class: 'soft small' }, why)]],
    findings,
    [reason, who === '' ? '' : [el('br'), el('span', { class: 'soft small' }, who)]],
    [el('code', {}, by), since === null ? '' : [el('br'), el('span', { class: 'soft small' }, `since ${since}`)]],
  ];
}

/** As severe as the finding about it: a policy may switch its rule off. */
function stateOf(state: ExceptionState, { findings }: Report): ChecklistState {
  if (state === 'in-force') return 'ok';
  const own = findings.filter(({ rule, suppressed }) => rule === `policy/${state}` && suppressed === null);
  return severities.find((severity) => own.some((one) => one.severity === severity)) ?? 'info';
}

/** Files that the policy says to ignore, and that something reads. */
function notIgnored({ policy, nodes }: Report): Piece {
  const all = policy?.notIgnored ?? [];
  if (all.length === 0) return '';
  const lines = all.slice(0, mostListed).map(({ node, path, by }) => {
    return fragment(nodes.length > 1 ? `${node}: ` : '', pathOf(path), `, which ${by} reads`);
  });
  return fold(`${count(all.length, 'file')} not ignored, although the policy says so`, lines, all.length);
}

/** What the baseline knows, and this run did not find. */
function fixed({ baseline }: Report): Piece {
  const all = baseline?.fixed ?? [];
  if (all.length === 0) return '';
  const lines = all.slice(0, mostListed).map(({ rule, node, path, since }) => {
    return fragment(`${rule} on ${node}: `, pathOf(path), `, known since ${since}`);
  });
  return fold(`${count(all.length, 'entry', 'entries')} of ${baseline?.file ?? ''} fixed`, lines, all.length);
}

function fold(title: string, lines: readonly Markup[], all: number): Markup {
  return el('details', { class: 'after' }, el('summary', {}, title), bullets(lines), left(all));
}

const left = (all: number): Piece =>
  all > mostListed ? el('p', { class: 'soft small' }, `and ${all - mostListed} more`) : '';
