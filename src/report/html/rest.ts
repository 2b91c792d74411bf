/** The end of a page: facts with their sources, and how the page was made. */

import { leftOutIn, leftOutReasons } from '../../artifact/left-out.ts';
import { groupBy } from '../../core/collections.ts';
import { count } from '../../core/text.ts';
import { notCompared } from '../../results/read/ground.ts';
import { countedObjects, extentOf } from '../../results/read/objects.ts';
import type { Report } from '../../results/report.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { kindWords } from '../terminal/headline.ts';
import { moment } from '../text/width.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, capital, lead, panelTable, reference } from './parts.ts';

/** Returns the facts about each node. */
export function facts({ report: { nodes: all }, picture: { nodes } }: Page): Piece {
  const shown = all.filter(({ name }) => nodes.includes(name));
  if (shown.every((one) => one.facts.length === 0)) return '';
  const table = ({ facts }: ReportedNode) =>
    panelTable(
      undefined,
      ['Fact', 'Value', 'From'],
      facts.map(({ name, value, source }) => [name, value, el('code', {}, source)]),
    );
  const known = shown.reduce((sum, { facts }) => sum + facts.length, 0);
  return reference(
    'facts',
    'Facts',
    { text: `${known}${shown.length === 1 ? '' : `, of ${shown.length} nodes`}` },
    lead('Expected names and addresses follow from these.'),
    ...shown.map((node) =>
      shown.length === 1
        ? table(node)
        : el('details', {}, el('summary', {}, `${node.name}, ${kindWords(node)}`), table(node)),
    ),
  );
}

/** Returns what was read, what could not be checked, and by which program. */
export function made(report: Report): Markup {
  const { tool, summary, at, notChecked, skipped, profile, failOn, nodes, policy, exitCode } = report;
  const nameOf = (node: string, text: string) => (nodes.length > 1 && node !== '' ? `${node}: ${text}` : text);
  const unseen = groupBy(
    [
      ...notChecked.map(({ node, path, reason }) => ({ what: nameOf(node, path), reason })),
      ...skipped.map(({ node, rule, subject, reason }) => ({ what: nameOf(node, `${rule} of ${subject}`), reason })),
    ],
    ({ reason }) => reasonOnce(reason),
  );
  const unlooked = capital(notCompared(report));
  const unread = [...unseen.values()].reduce((sum, same) => sum + same.length, 0);
  return reference(
    'made',
    'How this was made',
    {
      state: unread === 0 ? undefined : 'skipped',
      text: `${extentOf(report) || count(0, 'file')} read${unread === 0 ? '' : `, ${unreadWords(notChecked.length, skipped.length)} not checked`}`,
    },
    el(
      'p',
      {},
      `${tool.name} ${tool.version} read ${everythingRead(report)}, and applied ${count(summary.rules, 'rule')}. It judged them as of ${moment(at)}, with the profile "${profile}"${policy === undefined ? '' : ` and the policy ${policy.file}`}. Exit code ${exitCode}${failWords(failOn)}. Nothing was changed, and nothing was sent.`,
    ),
    unlooked === '' ? '' : el('p', {}, `${unlooked}.`),
    unseen.size === 0
      ? ''
      : [
          el('h3', {}, 'Not checked'),
          [...unseen].map(([reason, same]) =>
            el(
              'details',
              {},
              el('summary', {}, `${same.length}: ${reason}`),
              bullets(same.slice(0, 100).map(({ what }) => what)),
            ),
          ),
        ],
  );
}

/** Returns how many files and checks were not checked; '' if all were. */
export const unreadWords = (files: number, checks: number): string =>
  files > 0 ? count(files + checks, 'file or check', 'files and checks') : checks > 0 ? count(checks, 'check') : '';

/** `42 files, 20 certificates, 34 flags and 12 objects` */
function everythingRead(report: Report): string {
  const { summary, nodes } = report;
  const objects = countedObjects(report);
  if (nodes.length === 0 && objects !== '') return objects;
  const all = [
    count(summary.files, 'file'),
    count(summary.certificates, 'certificate'),
    count(summary.arguments, 'flag'),
  ];
  const last = objects === '' ? (all.pop() ?? '') : objects;
  return `${all.join(', ')} and ${last}`;
}

/** What a copy leaves out is one reason, whatever file it is. */
function reasonOnce(reason: string): string {
  const kind = leftOutIn(reason);
  return kind === undefined ? reason : leftOutReasons[kind];
}

const failWords = (failOn: Report['failOn']): string =>
  failOn === 'never'
    ? ': with --fail-on never, findings do not change it'
    : `: findings of severity "${failOn}" or worse make it 1`;
