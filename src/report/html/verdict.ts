/** The head of a page: the verdict, where to start, what breaks, and what expires next. */
import { groupBy } from '../../core/collections.ts';
import { type Impact, impacts, type Report } from '../../core/report.ts';
import { count, handful } from '../../core/text.ts';
import { baselineLines } from '../baseline.ts';
import { statement } from '../finding.ts';
import { kindWords } from '../headline.ts';
import { moment } from '../layout.ts';
import { demands, expirySentence, failures, notIgnored, verdictOf } from '../summary.ts';
import { upgradeText } from '../upgrade.ts';
import { impactWords } from '../words.ts';
import { stepsMarkup } from './findings.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { linked, markOf } from './parts.ts';

/** What one wants to know even if there is none. */
const alwaysCounted: readonly string[] = ['outage', 'expiry', 'upgrade', 'privilege'] satisfies Impact[];

/** Returns the head of the page. */
export function head(page: Page): Markup {
  const { report } = page;
  const { state, text } = verdictOf(report, { quiet: false });
  return el(
    'header',
    {},
    el(
      'div',
      {},
      el('p', { class: 'about' }, about(report)),
      el('h1', { class: state }, markOf(state), el('span', {}, text)),
      down(page),
      first(page),
      el('h2', { class: 'away' }, 'Findings by what breaks'),
      tiles(page),
      notes(page),
    ),
  );
}

function about({ nodes, at, targetVersion, profile }: Report): string {
  const [only] = nodes;
  const releases = [...new Set(nodes.flatMap(({ kubernetesVersion }) => kubernetesVersion ?? []))].sort();
  const who = nodes.length === 1 && only ? `${only.name}, ${kindWords(only)}` : count(nodes.length, 'node');
  return [
    `PKI of ${who}`,
    `Kubernetes ${releases.length === 0 ? 'version unknown' : releases.join(', ')}`,
    `as of ${moment(at)}`,
    ...(targetVersion === null ? [] : [`before an upgrade to ${targetVersion}`]),
    ...(profile === 'documented' ? ['exactly as documented'] : []),
  ].join(' · ');
}

/** Effects that the head lists. */
const mostEffects = 6;

/** What does not work now, because connections fail: the effect, which leads to its cause, and the nodes that notice it. */
function down({ report: { connections, nodes }, failing, hrefOf }: Page): Piece {
  if (failing.length === 0) return '';
  // The order of the table of connections: the first node may lack some.
  const order = [...new Set(connections.map(({ id }) => id))];
  const sorted = failing.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
  const effects = [...groupBy(sorted, ({ client, without }) => `${client}\0${without}`).values()].flatMap((same) => {
    const [one] = same;
    if (one === undefined) return [];
    const where = nodes.length > 1 ? ` (${handful([...new Set(same.map(({ node }) => node))], 3)})` : '';
    const effect = linked(hrefOf(one.cause), one.without);
    return [fragment(el('strong', {}, one.client), ': ', effect, where)];
  });
  const left = effects.length - mostEffects;
  return el(
    'div',
    { class: 'down' },
    el('h2', {}, 'What does not work now'),
    el(
      'ul',
      {},
      ...effects.slice(0, mostEffects).map((effect) => el('li', {}, effect)),
      left > 0 ? el('li', {}, el('a', { href: '#connections' }, `and ${count(left, 'more effect')}`)) : '',
    ),
  );
}

/** A fix of so few steps is repeated as a whole; of a longer one, the first commands. */
const [mostSteps, firstCommands] = [8, 3];

/** The first cause, and what to type first. */
function first({ report: { nodes }, shown, hrefOf }: Page): Piece {
  const worst = shown.find(({ finding }) => finding.suppressed === null);
  if (worst === undefined || worst.finding.severity === 'info') return '';
  const { finding, fix } = worst;
  const steps = (fix?.alternatives[0] ?? []).filter((step) => !step.footnote);
  const commands = steps.flatMap(({ kind }, index) => (kind === 'command' ? [index] : []));
  const end = steps.length <= mostSteps ? steps.length : (commands[firstCommands - 1] ?? 0) + 1;
  const left = commands.filter((index) => index >= end).length;
  const href = hrefOf(finding.fingerprint);
  const place = steps.find(({ kind }) => kind === 'command')?.on;
  return el(
    'div',
    { class: `first ${finding.severity}` },
    el(
      'p',
      {},
      el('strong', {}, 'Start here: '),
      linked(href, statement(finding, nodes.length > 1 ? worst.nodes : [])),
      place === undefined || place === null ? '' : `. First, on ${place} as root:`,
    ),
    commands.length === 0 ? '' : stepsMarkup(steps.slice(0, end)),
    left === 0 ? '' : el('p', { class: 'small' }, linked(href, `then ${count(left, 'more command')}`)),
  );
}

/** How many findings there are of each kind of impact, and how many of it are notes. */
function tiles({ report: { findings, summary, baseline }, failing: { length: failing } }: Page): Markup {
  const counted = findings.filter(({ suppressed }) => suppressed === null);
  const known = baseline?.known ?? 0;
  const of = (impact: Impact, isNote: boolean) =>
    counted.filter((one) => one.impact === impact && (one.severity === 'info') === isNote).length;
  const all: readonly (readonly [number, string, string, notes?: number])[] = [
    ...impacts.map((impact) => [of(impact, false), impact, impactWords[impact], of(impact, true)] as const),
    [failing, failing === 1 ? 'connection fails' : 'connections fail', 'connections between components that fail now'],
    [summary.suppressed - known, 'excused', 'findings that an exception excuses'],
    [known, 'known', 'findings that the baseline knows'],
  ];
  return el(
    'ul',
    { class: 'tiles' },
    ...all
      .filter(([number, name, , notes = 0]) => number + notes > 0 || alwaysCounted.includes(name))
      // What is down because certificates expired is counted as "expiry".
      .filter(([number, name, , notes = 0]) => number + notes > 0 || name !== 'outage' || failing === 0)
      .map(([number, name, title, notes = 0]) =>
        el(
          'li',
          { title, class: number === 0 ? 'none' : undefined },
          el('b', {}, number),
          name,
          notes === 0 ? '' : ` + ${count(notes, 'note')}`,
        ),
      ),
  );
}

function notes(page: Page): Markup {
  const { report, picture } = page;
  const unchecked = report.notChecked.length + report.skipped.length;
  const lines: readonly Piece[] = [
    ...failures(report),
    ...demands(report),
    ...upgrades(report, picture.nodes),
    ...notIgnored(report),
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
