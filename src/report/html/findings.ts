/** The findings of a page, grouped as on the terminal, with their fixes as commands that can be copied. */
import { fixBlock, stepLine } from '../../core/fix.ts';
import { type Finding, type Fix, impacts, type Report, severities } from '../../core/report.ts';
import { allEffects, isSaid, memberLine, statement } from '../finding.ts';
import { type FixPart, firstPlace, fixParts } from '../fixes.ts';
import type { Shown } from '../shown.ts';
import { type Content, command, element, fragment, type Markup } from './markup.ts';
import { findingId, markOf, section } from './parts.ts';

/** Members of a finding that are listed before the rest is folded. */
const mostMembers = 12;

/** Effects of a finding that are listed before the rest is folded. */
const mostEffects = 3;

/** So few findings need no filters. */
const fewest = 4;

/** Returns the section of findings. */
export function findings(report: Report, shown: readonly Shown[]): Markup {
  if (shown.length === 0) {
    return section('findings', 'Findings', 'There is nothing to fix.');
  }
  const footnotes = footnotesOf(shown);
  return section(
    'findings',
    'Findings',
    'The worst first. Commands are typed on the node that is named, as root.',
    shown.length < fewest ? '' : filters(report, shown),
    ...shown.map((one) => article(one, report)),
    footnotes.length === 0
      ? ''
      : element('div', { class: 'panel card' }, element('h3', {}, 'Notes on the fixes'), list(footnotes)),
  );
}

/** The form is hidden until the script can use it. */
function filters({ nodes }: Report, shown: readonly Shown[]): Markup {
  const has = (key: 'severity' | 'impact' | 'rule') => [...new Set(shown.map(({ finding }) => finding[key]))];
  const inOrder = (order: readonly string[], values: readonly string[]) =>
    values.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  const choices: readonly (readonly [label: string, name: string, values: readonly string[]])[] = [
    ['Severity', 'severity', inOrder(severities, has('severity'))],
    ['What breaks', 'impact', inOrder(impacts, has('impact'))],
    ['Node', 'node', nodes.length > 1 ? [...new Set(shown.flatMap((one) => one.nodes))].sort() : []],
    ['Rule', 'rule', has('rule').toSorted()],
  ];
  const select = ([label, name, values]: (typeof choices)[number]) =>
    element(
      'label',
      {},
      label,
      element(
        'select',
        { name },
        element('option', { value: '' }, 'all'),
        ...values.map((value) => element('option', { value }, value)),
      ),
    );
  return element(
    'form',
    { class: 'filters panel', hidden: true, 'aria-label': 'Filter the findings' },
    ...choices.filter(([, , values]) => values.length > 1).map(select),
    element('label', {}, 'Text', element('input', { name: 'text', type: 'search', autocomplete: 'off' })),
    element('button', { type: 'reset' }, 'Show all'),
    element('output', { 'aria-live': 'polite' }),
  );
}

function article(shown: Shown, report: Report): Markup {
  const { finding, nodes } = shown;
  const { severity, impact, rule, fingerprint, suppressed } = finding;
  const namesNodes = report.nodes.length > 1;
  return element(
    'article',
    {
      id: findingId(fingerprint),
      class: severity,
      'data-severity': severity,
      'data-impact': impact,
      'data-rule': rule,
      'data-node': nodes.join('\n'),
    },
    element('h3', {}, markOf(severity), element('span', {}, statement(finding, namesNodes ? nodes : []))),
    element(
      'p',
      { class: 'meta' },
      element('span', { class: 'chip' }, rule),
      element('span', { class: 'chip' }, impact),
      suppressed === null
        ? ''
        : element('span', { class: 'chip' }, `excused until ${suppressed.until ?? 'further notice'}`),
    ),
    fields(finding),
    ...fixParts(shown).map(fixMarkup),
    more(finding),
  );
}

function fields(finding: Finding): Markup {
  const { path, line, source, expected, found, members = [], merged = 0, suppressed } = finding;
  const effects = allEffects(finding);
  const place = line === 1 && source === null ? path : `${path}:${line}`;
  const rows: readonly (readonly [label: string, values: readonly Content[]])[] = [
    ['Effect', effects.length === 0 ? [] : [folded(effects, mostEffects)]],
    ['Where', [element('code', {}, place), source === null ? '' : element('code', {}, source.trim())]],
    ['Expected', isSaid(finding, expected) ? [] : [expected]],
    ['Found', isSaid(finding, found) ? [] : [found]],
    [
      'Which',
      members.length === 0 ? [] : [folded(members.map(memberLine), mostMembers, Math.max(members.length, merged))],
    ],
    ['Excused', suppressed === null ? [] : [`${suppressed.reason} (${suppressed.by})`]],
  ];
  return element(
    'dl',
    { class: 'fields' },
    ...rows
      .map(([label, values]) => [label, values.filter((value) => value !== '')] as const)
      .filter(([, values]) => values.length > 0)
      .map(([label, values]) =>
        fragment(
          element('dt', {}, label),
          values.map((value) => element('dd', {}, value)),
        ),
      ),
  );
}

/** Lines, of which many are folded, and how many of all are not among them. */
function folded(lines: readonly string[], most: number, all = lines.length): Content {
  const [first, rest] = [lines.slice(0, most), lines.slice(most)];
  const hidden = all - lines.length;
  return [
    first.map((line, index) => [index === 0 ? '' : element('br'), line]),
    rest.length === 0
      ? ''
      : element(
          'details',
          {},
          element('summary', {}, `${rest.length} more`),
          rest.map((line) => [line, element('br')]),
        ),
    hidden > 0 ? [element('br'), `and ${hidden} more that are not listed`] : '',
  ];
}

function fixMarkup({ title, steps }: FixPart): Markup {
  return element('div', { class: 'fix' }, element('h4', {}, title), stepsMarkup(steps));
}

/** Returns steps as text for a shell: commands, and notes as comments. Without a command they are a list. */
export function stepsMarkup(steps: Fix): Content {
  if (steps.length === 0) return '';
  if (steps.every(({ kind }) => kind !== 'command')) return list(steps.map(stepLine));
  const lines = fixBlock(steps, firstPlace(steps)).map(({ text, isCommand }) =>
    isCommand ? command(text) : element('span', { class: 'note' }, `# ${text}`),
  );
  return element(
    'pre',
    {},
    element(
      'code',
      {},
      lines.map((line, index) => [index === 0 ? '' : { html: '\n' }, line]),
    ),
  );
}

/** Why it matters, and the documents: folded. */
function more(finding: Finding): Markup {
  const { why, cite, cis, rule } = finding;
  return element(
    'details',
    {},
    element('summary', {}, 'Why, and sources'),
    element(
      'div',
      { class: 'words' },
      element('p', {}, why),
      list([
        ...cite.map(({ title, url }) => element('a', { href: url, rel: 'noreferrer' }, title)),
        ...cis.map((id) => `CIS Kubernetes Benchmark ${id}`),
        fragment(element('code', {}, `pki-lint explain ${rule}`)),
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
export function list(items: readonly Content[]): Markup {
  return element('ul', {}, ...items.map((item) => element('li', {}, item)));
}
