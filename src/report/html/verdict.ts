/** The head of a page: the verdict, where to start, what breaks, and what expires next. */

import { besidesLeftOut } from '../../artifact/left-out.ts';
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import { type Impact, impacts } from '../../results/finding.ts';
import { notLookedAt } from '../../results/read/ground.ts';
import { layoutWords } from '../../results/read/layout-words.ts';
import type { Report } from '../../results/report.ts';
import { policyText } from '../../results/reported-policy.ts';
import { baselineLines } from '../terminal/baseline.ts';
import { kindWords } from '../terminal/headline.ts';
import { demands, expirySentence, failures, leftOut, notIgnored } from '../terminal/summary.ts';
import { upgradeText } from '../terminal/upgrade.ts';
import { moment } from '../text/width.ts';
import { impactWords } from '../text/words.ts';
import { down, first } from './first.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { breakable, capital, linked, markOf } from './parts.ts';
import { titleOf } from './title.ts';

/** What findings of each kind of impact are called: one, and several. */
const kindNames: Readonly<Record<Impact, readonly [one: string, many: string]>> = {
  outage: ['outage', 'outages'],
  expiry: ['expiry problem', 'expiry problems'],
  upgrade: ['upgrade problem', 'upgrade problems'],
  privilege: ['privilege problem', 'privilege problems'],
  deviation: ['deviation', 'deviations'],
  hygiene: ['hygiene problem', 'hygiene problems'],
};

/** Returns the head of the page. */
export function head(page: Page): Markup {
  const { report } = page;
  const { state, text, counts } = titleOf(page);
  const unlooked = capital(notLookedAt(report));
  return el(
    'header',
    { id: 'top' },
    el(
      'div',
      {},
      el('p', { class: 'about' }, about(report)),
      unlooked === '' ? '' : el('p', { class: 'about' }, unlooked),
      el('h1', { class: state }, markOf(state), el('span', {}, breakable(text))),
      counts === '' ? '' : el('p', { class: 'counts' }, counts),
      down(page),
      first(page),
      el('h2', { class: 'away' }, 'Findings by what breaks'),
      tiles(page),
      notes(page),
    ),
  );
}

function about(report: Report): string {
  const { nodes, at, targetVersion, profile } = report;
  const [only] = nodes;
  const releases = [...new Set(nodes.flatMap(({ kubernetesVersion }) => kubernetesVersion ?? []))].sort();
  const who = nodes.length === 1 && only ? `${only.name}, ${kindWords(only)}` : count(nodes.length, 'node');
  return [
    `PKI of ${who}`,
    `Kubernetes ${releases.length === 0 ? 'version unknown' : releases.join(', ')}`,
    ...layoutWords(nodes),
    `as of ${moment(at)}`,
    ...(targetVersion === null ? [] : [`before an upgrade to ${targetVersion}`]),
    ...(profile === 'documented' ? ['exactly as documented'] : []),
    ...[policyText(report)].filter((text) => text !== ''),
  ].join(' · ');
}

/** How many findings there are of each kind of impact, and how many of it are notes. Every page has the same kinds. */
function tiles({ report: { findings, summary, baseline }, kindsOf, failing: { length: failing } }: Page): Markup {
  const counted = findings.filter(({ suppressed }) => suppressed === null);
  const known = baseline?.known ?? 0;
  const excused = summary.suppressed - known;
  const of = (impact: Impact, isNote: boolean) =>
    counted.filter((one) => kindsOf(one).includes(impact) && (one.severity === 'info') === isNote).length;
  const tile = (number: number, [one, many]: readonly [string, string], title: string, notes = 0) =>
    el(
      'li',
      { title, class: number + notes === 0 ? 'none' : undefined },
      el('b', {}, number),
      number === 1 ? one : many,
      notes === 0 ? '' : ` + ${count(notes, 'note')}`,
    );
  const connections = ['connection fails', 'connections fail'] as const;
  return el(
    'ul',
    { class: 'tiles' },
    ...impacts.map((impact) => tile(of(impact, false), kindNames[impact], impactWords[impact], of(impact, true))),
    tile(failing, connections, 'connections between components that fail now'),
    excused > 0 ? tile(excused, ['excused', 'excused'], 'findings that an exception excuses') : '',
    known > 0 ? tile(known, ['known', 'known'], 'findings that the baseline knows') : '',
  );
}

function notes(page: Page): Markup {
  const { report, picture } = page;
  const unchecked = besidesLeftOut([...report.notChecked, ...report.skipped]).length;
  const lines: readonly Piece[] = [
    ...failures(report),
    ...demands(report),
    ...upgrades(report, picture.nodes),
    ...notIgnored(report),
    ...leftOut(report),
    linked(picture.expiries.length === 0 ? undefined : '#timeline', expiry(page)),
    ...baselineLines(report).toReversed(),
    ...passedOver(page),
    unchecked === 0
      ? ''
      : fragment(
          el('a', { href: '#made' }, `Not checked: ${count(unchecked, 'file or check', 'files and checks')}`),
          '.',
        ),
  ];
  return el('ul', { class: 'plain' }, ...lines.filter((line) => line !== '').map((line) => el('li', {}, line)));
}

/** What expires next, after what has expired. */
function expiry({ report, picture }: Page): string {
  const expired = picture.expiries.filter(({ inUse, daysLeft }) => inUse && daysLeft < 0).length;
  const next = expirySentence(report);
  return expired === 0 ? next : `${count(expired, 'certificate has expired', 'certificates have expired')}. ${next}`;
}

/** Nodes with the same steps of an upgrade have one line. */
function upgrades(report: Report, names: readonly string[]): readonly string[] {
  const steps = names.map((name) => ({ name, text: upgradeText(report, name) })).filter(({ text }) => text !== '');
  return [...groupBy(steps, ({ text }) => text)].map(([text, same]) => {
    const who =
      report.nodes.length > 1
        ? ` of ${handful(
            same.map(({ name }) => name),
            3,
          )}`
        : '';
    return `Upgrade${who}: ${text}`;
  });
}

/** Connections that fail and do not count, because of an exception, the baseline, or rules that were not applied. */
function passedOver({ report: { connections }, stateOf }: Page): readonly Piece[] {
  const all = connections.filter((one) => one.verdict === 'fail' && stateOf(one) === 'info');
  const excused = all.filter(({ cause }) => cause !== null).length;
  const line = (number: number, why: string): readonly Piece[] => {
    const link = el('a', { href: '#connections' }, count(number, 'connection fails', 'connections fail'));
    return number === 0 ? [] : [fragment(link, why)];
  };
  return [
    ...line(excused, ', which is excused.'),
    ...line(all.length - excused, ', and the rules about that were not applied.'),
  ];
}
