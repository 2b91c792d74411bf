/** The head of a page: the verdict, the problems, where to start, and what expires next. */

import { besidesLeftOut } from '../../artifact/left-out.ts';
import { count, handful } from '../../core/text.ts';
import { impacts } from '../../results/finding.ts';
import { controlPlanes } from '../../results/read/control-plane.ts';
import { copyLines } from '../../results/read/copies.ts';
import { notLookedAt } from '../../results/read/ground.ts';
import { layoutWords } from '../../results/read/layout-words.ts';
import { namesOfDumps, objectLines } from '../../results/read/objects.ts';
import type { Report } from '../../results/report.ts';
import { policyText } from '../../results/reported-policy.ts';
import type { Shown } from '../message/shown.ts';
import { baselineLines } from '../terminal/baseline.ts';
import { kindWords } from '../terminal/headline.ts';
import { decidedConnections, demands, expirySentence, failures, notIgnored, verdictOf } from '../terminal/summary.ts';
import { moment } from '../text/width.ts';
import { causesList, causesOf, effectsOf, effectTitle, problemText, saidAfter, worstTexts } from './causes.ts';
import { fewestFiltered } from './findings.ts';
import { first } from './first.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { breakable, capital, linked, markOf } from './parts.ts';
import { unreadWords } from './rest.ts';
import { upgradeAnswers } from './upgrade.ts';

/** The verdict of a page. */
export interface Title {
  readonly state: ReturnType<typeof verdictOf>['state'];
  /** The largest text. */
  readonly text: string;
  /** The same in the few words that a tab has room for. */
  readonly short: string;
  /** How many problems there are, in small type; '' if the text says it. */
  readonly counts: string;
}

/** Returns the verdict of a page. */
export function titleOf(page: Page): Title {
  const { state, text, fine } = verdictOf(page.report, { quiet: false });
  const [worst] = causesOf(page);
  if (worst !== undefined) return { state, ...worstText(worst, page), counts: text };
  const [upgrade, different] = upgradeAnswers(page);
  if (state === 'ok' && upgrade?.state === 'ok' && different === undefined) {
    return { state, text: upgrade.text, short: upgrade.text, counts: text };
  }
  if (fine === undefined) return { state, text, short: text, counts: '' };
  return { state, text: fine, short: fine, counts: text.slice(fine.length).replace(/^[.;] /, '') };
}

/**
 * What the worst problem stops first, and the problem:
 * `The API server is down: 12 certificates expired (2027-11-24, 15 days ago)`.
 */
function worstText(worst: Shown, page: Page): Pick<Title, 'text' | 'short'> {
  const articleOf = (fingerprint: string) => page.hrefOf(fingerprint) ?? fingerprint;
  const { stopped, cause } = controlPlanes(page.report, articleOf);
  if (stopped.length > 0) {
    const short = effectTitle({ text: 'No API server works', nodes: stopped }, page);
    const isOne = cause === articleOf(worst.finding.fingerprint);
    return {
      text: isOne ? `${short}: ${saidAfter(worst, page, short.length)}` : `${short}, for several reasons`,
      short,
    };
  }
  const [effect] = page.brokenBy(worst.fingerprints).length === 0 ? [] : effectsOf(worst, page);
  if (effect === undefined) {
    const { text } = problemText(worst, page);
    return { text, short: text };
  }
  const short = capital(effectTitle(effect, page));
  return { text: `${short}: ${saidAfter(worst, page, short.length)}`, short };
}

/** In the largest letters, a longer name does not fit on a line of a phone. */
const longestInTitle = 22;

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
      el('h1', { class: state }, markOf(state), el('span', {}, breakable(text, longestInTitle))),
      counts === '' ? '' : el('p', { class: 'counts' }, counts),
      controlPlanes(report).etcd.map((line) => el('p', { class: 'counts' }, `${line}.`)),
      upgradeLines(page, text).map((line) => el('p', { class: 'counts' }, line)),
      causesList(page),
      first(page),
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
  const dumps = namesOfDumps(report);
  const release = `Kubernetes ${releases.length === 0 ? 'version unknown' : releases.join(', ')}`;
  return [
    ...(nodes.length === 0 && dumps !== '' ? [] : [`PKI of ${who}`, release]),
    ...(dumps === '' ? [] : [`Objects of ${dumps}`]),
    ...layoutWords(nodes),
    `as of ${moment(at)}`,
    ...(targetVersion === null ? [] : [`before an upgrade to ${targetVersion}`]),
    ...(profile === 'documented' ? ['exactly as documented'] : []),
    ...[policyText(report)].filter((text) => text !== ''),
  ].join(' · ');
}

/**
 * How many articles have each kind of impact, as links that filter them: only where there are filters, and nothing that
 * is not there. Without the script the links lead to all of them.
 */
function tiles({ shown, kindsOf, report: { summary, baseline } }: Page): Piece {
  const known = baseline?.known ?? 0;
  const excused = summary.suppressed - known;
  const tile = (number: number, what: string, href: string, filter?: string) =>
    number > 0 && el('li', {}, el('a', { href, 'data-filter': filter }, el('b', {}, number), ' ', what));
  const kinds = impacts.map((impact) => {
    const number = shown.filter(({ finding }) => kindsOf(finding).includes(impact)).length;
    return tile(number, impact, '#findings', `impact=${impact}`);
  });
  const all = [
    ...(shown.length < fewestFiltered ? [] : kinds),
    tile(excused, 'excused', '#exceptions'),
    tile(known, 'known', '#exceptions'),
  ].filter((one) => one !== false);
  return all.length === 0 ? '' : el('ul', { class: 'tiles' }, ...all);
}

function notes(page: Page): Markup {
  const { report } = page;
  const unchecked = unreadWords(besidesLeftOut(report.notChecked).length, besidesLeftOut(report.skipped).length);
  const lines: readonly Piece[] = [
    ...failures(report),
    ...demands(report),
    ...notIgnored(report),
    ...copyLines(report.nodes),
    ...objectLines(report),
    expiry(page),
    ...baselineLines(report).toReversed(),
    ...passedOver(page),
    connectionsChecked(page),
    unchecked === '' ? '' : fragment(el('a', { href: '#made' }, `Not checked: ${unchecked}`), '.'),
  ];
  return el('ul', { class: 'plain' }, ...lines.filter((line) => line !== '').map((line) => el('li', {}, line)));
}

/** Whether nodes can be upgraded, unless the title says it. */
function upgradeLines(page: Page, title: string): readonly Piece[] {
  const answers = upgradeAnswers(page);
  const lines = answers.length > mostUpgrades ? [] : answers.map(({ text }) => text);
  return lines.filter((text) => text !== title).map((text) => linked('#upgrade', text));
}

/** What expires next, after what has expired, and what stops then. */
function expiry({ report, picture: { expiries, nextStops } }: Page): Piece {
  const expired = expiries.filter(({ inUse, daysLeft }) => inUse && daysLeft < 0).length;
  const before = expired === 0 ? '' : `${count(expired, 'certificate has expired', 'certificates have expired')}. `;
  const text = `${before}${expirySentence(report)}`;
  const line = linked(expiries.length === 0 ? undefined : '#timeline', text.trimEnd());
  return nextStops.length === 0 || text === ''
    ? line
    : fragment(line, `. If none is renewed: ${worstTexts(nextStops)}.`);
}

/** Answers for different nodes, of which the head has no room for more. */
const mostUpgrades = 3;

/** Connections that are not named one by one. */
const mostUnknown = 3;

/** How many connections were checked, unless the all-clear says it, how many fail, and which were not checked. */
function connectionsChecked({ failing, report }: Page): Piece {
  const { connections, summary } = report;
  const unknown = connections.filter(({ verdict }) => verdict === 'unknown');
  const reasons = [...new Set(unknown.flatMap(({ reason }) => reason ?? []))];
  const names = [...new Set(unknown.map(({ client, server }) => `${client} → ${server}`))];
  const why = reasons.length === 0 ? '' : ` (${handful(reasons, 1)})`;
  const not = `not checked: ${handful(names, mostUnknown)}${why}`;
  const checked = `${decidedConnections(report)} checked`;
  const isNone = connections.every(({ verdict }) => verdict !== 'fail');
  const fail = failing.length > 0 ? `, ${failing.length} fail` : isNone ? ', none fails' : '';
  const isSaid = summary.errors + summary.warnings === 0;
  const parts = [...(isSaid ? [] : [checked + fail]), ...(unknown.length === 0 ? [] : [not])];
  return connections.length === 0 ? '' : linked('#connections', capital(parts.join('; ')));
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
