/** The head of a page: the verdict, where to start, what breaks, and what expires next. */
import { type Impact, impacts, type Report } from '../../core/report.ts';
import { count } from '../../core/text.ts';
import { statement } from '../finding.ts';
import { kindWords } from '../headline.ts';
import { moment } from '../layout.ts';
import type { Shown } from '../shown.ts';
import { expiry, failures, verdictOf } from '../summary.ts';
import { impactWords } from '../words.ts';
import { stepsMarkup } from './findings.ts';
import { type Content, element, fragment, type Markup } from './markup.ts';
import { findingId, markOf } from './parts.ts';

const impactNames: Readonly<Record<Impact, string>> = {
  outage: 'outage',
  expiry: 'expiry',
  upgrade: 'upgrade',
  privilege: 'privilege',
  deviation: 'deviation',
  hygiene: 'hygiene',
};

/** Returns the head of the page. */
export function head(report: Report, shown: readonly Shown[]): Markup {
  const { state, text } = verdictOf(report, { quiet: false });
  return element(
    'header',
    {},
    element(
      'div',
      {},
      element('p', { class: 'about' }, about(report)),
      element('h1', { class: state }, markOf(state), element('span', {}, text)),
      first(report, shown),
      tiles(report),
      notes(report),
    ),
  );
}

function about({ nodes, at, targetVersion, profile }: Report): string {
  const [only] = nodes;
  const releases = [...new Set(nodes.map(({ kubernetesVersion }) => kubernetesVersion ?? 'version unknown'))].sort();
  const who = nodes.length === 1 && only ? `${only.name}, ${kindWords(only)}` : count(nodes.length, 'node');
  return [
    `PKI of ${who}`,
    `Kubernetes ${releases.join(', ')}`,
    `as of ${moment(at)}`,
    ...(targetVersion === null ? [] : [`before an upgrade to ${targetVersion}`]),
    ...(profile === 'documented' ? ['exactly as documented'] : []),
  ].join(' · ');
}

/** The first cause, and what to type first. */
function first({ nodes }: Report, [worst]: readonly Shown[]): Content {
  if (worst === undefined || worst.finding.severity === 'info') return '';
  const { finding, fix } = worst;
  const steps = (fix?.alternatives[0] ?? []).filter((step) => !step.footnote);
  const end = steps.findIndex(({ kind }) => kind === 'command') + 1;
  const place = steps.find(({ kind }) => kind === 'command')?.on;
  return element(
    'div',
    { class: `first ${finding.severity}` },
    element(
      'p',
      {},
      element('strong', {}, 'Start here: '),
      element(
        'a',
        { href: `#${findingId(finding.fingerprint)}` },
        statement(finding, nodes.length > 1 ? worst.nodes : []),
      ),
      place === undefined || place === null ? '' : `. First, on ${place} as root:`,
    ),
    end === 0 ? '' : stepsMarkup(steps.slice(0, end)),
  );
}

/** How many findings there are of each kind of impact. */
function tiles({ findings, summary, connections }: Report): Markup {
  const counted = findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null);
  const failing = connections.filter(({ verdict }) => verdict === 'fail').length;
  const of = (impact: Impact) => counted.filter((one) => one.impact === impact).length;
  const all: readonly (readonly [number, string, string])[] = [
    ...impacts.map((impact) => [of(impact), impactNames[impact], impactWords[impact]] as const),
    [failing, failing === 1 ? 'connection fails' : 'connections fail', 'connections between components that fail now'],
    [summary.infos, summary.infos === 1 ? 'note' : 'notes', 'worth knowing, or to clean up'],
    [summary.suppressed, 'excused', 'findings that an exception or the baseline excuses'],
  ];
  return element(
    'ul',
    { class: 'tiles', 'aria-label': 'Findings by what breaks' },
    ...all.map(([number, name, title]) =>
      element('li', { title, class: number === 0 ? 'none' : undefined }, element('b', {}, number), name),
    ),
  );
}

function notes(report: Report): Markup {
  const unchecked = report.notChecked.length + report.skipped.length;
  const lines: readonly Content[] = [
    ...failures(report),
    expiry(report),
    unchecked === 0
      ? ''
      : fragment(
          element('a', { href: '#made' }, `Not checked: ${count(unchecked, 'file or check', 'files and checks')}`),
          '.',
        ),
  ];
  return element(
    'ul',
    { class: 'plain' },
    ...lines.filter((line) => line !== '').map((line) => element('li', {}, line)),
  );
}
