/** The findings of a page, grouped as on the terminal, with their fixes as commands that can be copied. */
import { groupBy } from '../../core/collections.ts';
import type { Connection } from '../../core/connection.ts';
import { fixBlock, stepLine } from '../../core/fix.ts';
import { type Finding, type Fix, impacts, type Report, severities } from '../../core/report.ts';
import { allEffects, isSaid, memberLine, statement } from '../finding.ts';
import { type FixPart, firstPlace, fixParts } from '../fixes.ts';
import type { Shown } from '../shown.ts';
import { command, el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { findingId, markOf, pathOf, section } from './parts.ts';

/** Members of a finding that are listed before the rest is folded. */
const mostMembers = 12;

/** Effects of a finding that are listed before the rest is folded. */
const mostEffects = 3;

/** So few findings need no filters. */
const fewest = 4;

/** Returns the section of findings. */
export function findings({ report, shown, failing }: Page): Markup {
  if (shown.length === 0) {
    return section('findings', 'Findings', 'There is nothing to fix.');
  }
  const footnotes = footnotesOf(shown);
  const causedBy = groupBy(failing, ({ cause }) => cause);
  return section(
    'findings',
    'Findings',
    'The worst first. Commands are typed on the node that is named, as root.',
    shown.length < fewest ? '' : filters(report, shown, causedBy),
    ...shown.map((one, index) => article(one, index + 1, report, causedBy)),
    footnotes.length === 0
      ? ''
      : el('div', { class: 'panel card' }, el('h3', {}, 'Notes on the fixes'), bullets(footnotes)),
  );
}

/** The form is hidden until the script can use it. */
function filters({ nodes }: Report, shown: readonly Shown[], causedBy: ByCause): Markup {
  const has = (key: 'severity' | 'impact' | 'rule') => [...new Set(shown.map(({ finding }) => finding[key]))];
  const inOrder = (order: readonly string[], values: readonly string[]) =>
    values.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  const choices: readonly (readonly [label: string, name: string, values: readonly string[]])[] = [
    ['Severity', 'severity', inOrder(severities, has('severity'))],
    ['What breaks', 'impact', inOrder(impacts, has('impact'))],
    ['Node', 'node', nodes.length > 1 ? [...new Set(shown.flatMap((one) => nodesOf(one, causedBy)))].sort() : []],
    ['Rule', 'rule', has('rule').toSorted()],
  ];
  const select = ([label, name, values]: (typeof choices)[number]) =>
    el(
      'label',
      {},
      label,
      el(
        'select',
        { name },
        el('option', { value: '' }, 'all'),
        ...values.map((value) => el('option', { value }, value)),
      ),
    );
  return el(
    'form',
    { class: 'filters panel', hidden: true, 'aria-label': 'Filter the findings' },
    ...choices.filter(([, , values]) => values.length > 1).map(select),
    el('label', {}, 'Text', el('input', { name: 'text', type: 'search', autocomplete: 'off' })),
    el('button', { type: 'reset' }, 'Show all'),
    el('output', { 'aria-live': 'polite' }),
  );
}

/** The connections that fail because of a finding. */
type ByCause = ReadonlyMap<string | null, readonly Connection[]>;

function article(shown: Shown, number: number, report: Report, causedBy: ByCause): Markup {
  const { finding, nodes } = shown;
  const { severity, impact, rule, fingerprint, suppressed } = finding;
  const namesNodes = report.nodes.length > 1;
  return el(
    'article',
    {
      id: findingId(fingerprint),
      class: suppressed === null ? severity : 'excused',
      'data-severity': severity,
      'data-impact': impact,
      'data-rule': rule,
      'data-node': nodesOf(shown, causedBy).join(' | '),
    },
    el(
      'h3',
      {},
      markOf(suppressed === null ? severity : 'info'),
      el('span', {}, statement(finding, namesNodes ? nodes : [])),
    ),
    el(
      'p',
      { class: 'meta' },
      el('span', { class: 'chip' }, `finding ${number}`),
      el('span', { class: 'chip' }, rule),
      el('span', { class: 'chip' }, impact),
      suppressed === null ? '' : el('span', { class: 'chip' }, `excused until ${suppressed.until ?? 'further notice'}`),
    ),
    fields(finding, effectsOf(shown, causedBy, namesNodes)),
    ...fixParts(shown).map(fixMarkup),
    more(finding),
  );
}

const brokenBy = ({ fingerprints }: Shown, causedBy: ByCause): readonly Connection[] =>
  fingerprints.flatMap((one) => causedBy.get(one) ?? []);

/** The nodes that have a finding, and those of the clients of one about a connection. */
function nodesOf(shown: Shown, causedBy: ByCause): readonly string[] {
  const clients = shown.finding.rule.startsWith('connection/') ? brokenBy(shown, causedBy) : [];
  return [...new Set([...shown.nodes, ...clients.map(({ node }) => node)])].filter((name) => name !== '');
}

/** The consequences of a finding. One about a connection has none of its own: what stops is that of the client, on its node. */
function effectsOf(shown: Shown, causedBy: ByCause, namesNodes: boolean): readonly string[] {
  const effects = allEffects(shown.finding);
  if (effects.length > 0) return effects;
  const stopped = brokenBy(shown, causedBy).map(
    ({ node, client, server, address, without }) =>
      `${namesNodes ? `${node}: ` : ''}${client} → ${address ?? server}: ${without}`,
  );
  return [...new Set(stopped)];
}

function fields(finding: Finding, effects: readonly string[]): Markup {
  const { path, line, source, expected, found, members = [], merged = 0, suppressed } = finding;
  const place = line === 1 && source === null ? path : `${path}:${line}`;
  const rows: readonly (readonly [label: string, values: readonly Piece[]])[] = [
    ['Effect', effects.length === 0 ? [] : [folded(effects, mostEffects)]],
    ['Where', [pathOf(place), source === null ? '' : el('code', {}, source.trim())]],
    ['Expected', isSaid(finding, expected) ? [] : [expected]],
    ['Found', isSaid(finding, found) ? [] : [found]],
    [
      'Which',
      members.length === 0 ? [] : [folded(members.map(memberLine), mostMembers, Math.max(members.length, merged))],
    ],
    ['Excused', suppressed === null ? [] : [`${suppressed.reason} (${suppressed.by})`]],
  ];
  return el(
    'dl',
    { class: 'fields' },
    ...rows
      .map(([label, values]) => [label, values.filter((value) => value !== '')] as const)
      .filter(([, values]) => values.length > 0)
      .map(([label, values]) =>
        fragment(
          el('dt', {}, label),
          values.map((value) => el('dd', {}, value)),
        ),
      ),
  );
}

/** Lines, of which many are folded, and how many of all are not among them. */
function folded(lines: readonly string[], most: number, all = lines.length): Piece {
  const [first, rest] = [lines.slice(0, most), lines.slice(most)];
  const hidden = all - lines.length;
  return [
    first.map((line, index) => [index === 0 ? '' : el('br'), line]),
    rest.length === 0
      ? ''
      : el(
          'details',
          {},
          el('summary', {}, `${rest.length} more`),
          rest.map((line) => [line, el('br')]),
        ),
    hidden > 0 ? [el('br'), `and ${hidden} more that are not listed`] : '',
  ];
}

/** The first alternative is open, and the others are folded. */
function fixMarkup({ title, steps, isOther }: FixPart): Markup {
  const head = el('h4', {}, title);
  return isOther
    ? el('details', { class: 'fix' }, el('summary', {}, head), stepsMarkup(steps))
    : el('div', { class: 'fix' }, head, stepsMarkup(steps));
}

/** Returns steps as text for a shell: commands, and notes as comments. Without a command they are a list. */
export function stepsMarkup(steps: Fix): Piece {
  if (steps.length === 0) return '';
  if (steps.every(({ kind }) => kind !== 'command')) return bullets(steps.map(stepLine));
  const lines = fixBlock(steps, firstPlace(steps)).map(({ text, isCommand }, index) => [
    index === 0 ? '' : { html: '\n' },
    el('span', { class: isCommand ? undefined : 'note' }, isCommand ? command(text) : `# ${text}`),
  ]);
  return el('pre', {}, el('code', {}, lines));
}

/** Why it matters, and the documents: folded. */
function more(finding: Finding): Markup {
  const { why, cite, cis, rule } = finding;
  return el(
    'details',
    {},
    el('summary', {}, 'Why, and sources'),
    el(
      'div',
      { class: 'words' },
      el('p', {}, why),
      bullets([
        ...cite.map(({ title, url }) => el('a', { href: url, rel: 'noreferrer' }, title)),
        ...cis.map((id) => `CIS Kubernetes Benchmark ${id}`),
        fragment(el('code', {}, `pki-lint explain ${rule}`)),
      ]),
    ),
  );
}

/** Steps that explain those of several fixes, each once. */
function footnotesOf(shown: readonly Shown[]): readonly string[] {
  const steps = shown.flatMap(({ fix }) => (fix?.isFirst ? fix.alternatives.flat() : []));
  return [...new Set(steps.filter((step) => step.footnote).map(stepLine))];
}

/** Returns a list. */
export function bullets(items: readonly Piece[]): Markup {
  return el('ul', {}, ...items.map((item) => el('li', {}, item)));
}
