/** The findings of a page, grouped as on the terminal, with their fixes as commands that can be copied. */

import { type Finding, type Fix, impacts, severities } from '../../results/finding.ts';
import { fixBlocks, stepLine } from '../../results/fix.ts';
import { headlineText, type Shown } from '../message/shown.ts';
import { type FixPart, fixParts } from '../terminal/fixes.ts';
import { brokenChain } from './chain.ts';
import { fieldsOf } from './fields.ts';
import { command, el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { breakable, bullets, capital, findingId, markOf, section } from './parts.ts';

/** So few findings need no filters. */
export const fewestFiltered = 4;

/** Returns the section of findings. */
export function findings(page: Page): Markup {
  const { shown } = page;
  if (shown.length === 0) {
    return section('findings', 'Findings', 'There is nothing to fix.');
  }
  const footnotes = footnotesOf(shown);
  return section(
    'findings',
    'Findings',
    page.report.nodes.length === 0
      ? 'The worst first.'
      : 'The worst first. Commands are typed on the node that is named, as root.',
    shown.length < fewestFiltered ? '' : filters(page),
    ...shown.map((one, index) => article(one, index + 1, page)),
    footnotes.length === 0
      ? ''
      : el('div', { class: 'panel card' }, el('h3', {}, 'Notes on the fixes'), bullets(footnotes)),
  );
}

/** The form is hidden until the script can use it. */
function filters({ report: { nodes }, shown, kindsOf, noticing }: Page): Markup {
  const has = (key: 'severity' | 'rule') => [...new Set(shown.map(({ finding }) => finding[key]))];
  const choices: readonly (readonly [label: string, name: string, values: readonly string[]])[] = [
    ['Severity', 'severity', severities.filter((severity) => has('severity').includes(severity))],
    [
      'What breaks',
      'impact',
      impacts.filter((impact) => shown.some(({ finding }) => kindsOf(finding).includes(impact))),
    ],
    ['Node', 'node', nodes.length > 1 ? [...new Set(shown.flatMap(noticing))].sort() : []],
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
    el('button', { type: 'reset', hidden: true }, 'Show all'),
    el('output', { 'aria-live': 'polite' }),
  );
}

function article(shown: Shown, number: number, page: Page): Markup {
  const { finding } = shown;
  const { severity, rule, fingerprint, suppressed } = finding;
  const kinds = page.kindsOf(finding);
  return el(
    'article',
    {
      id: findingId(fingerprint),
      class: suppressed === null ? severity : 'excused',
      'data-severity': severity,
      'data-impact': kinds.join(' | '),
      'data-rule': rule,
      'data-node': page.noticing(shown).join(' | '),
    },
    el(
      'h3',
      {},
      markOf(suppressed === null ? severity : 'info'),
      el('span', {}, breakable(capital(headlineText(shown, page.report.nodes.length > 1)))),
    ),
    el(
      'p',
      { class: 'meta' },
      // A link to the finding itself, to be copied.
      el('a', { href: `#${findingId(fingerprint)}` }, `finding ${number}`),
      ...[rule, ...kinds].map((text) => el('span', {}, text)),
      suppressed === null ? '' : el('span', {}, `excused until ${suppressed.until ?? 'further notice'}`),
    ),
    brokenChain(finding, page),
    fieldsOf(shown, page),
    ...fixParts(shown).map((part) => fixMarkup(part, severity === 'info')),
    more(finding),
  );
}

/** The first alternative is open, and the others are folded. Words of a note are no fix that needs a number. */
function fixMarkup({ title, steps, isOther }: FixPart, isNote: boolean): Markup {
  if (isNote && steps.length > 0 && steps.every(({ kind }) => kind === 'note')) {
    return el('div', { class: 'fix' }, stepsMarkup(steps));
  }
  const head = el('h4', {}, title);
  return isOther
    ? el('details', { class: 'fix' }, el('summary', {}, head), stepsMarkup(steps))
    : el('div', { class: 'fix' }, head, stepsMarkup(steps));
}

/** Returns steps as text for a shell: commands, and notes as comments. Without a command they are a list. */
export function stepsMarkup(steps: Fix): Piece {
  if (steps.length === 0) return '';
  if (steps.every(({ kind }) => kind !== 'command')) return bullets(steps.map(stepLine));
  return fixBlocks(steps).map(({ start, lines }) => {
    const marked = lines.map(({ text, isCommand }, index) => [
      index === 0 ? '' : { html: '\n' },
      el('span', { class: isCommand ? undefined : 'note' }, isCommand ? command(text) : `# ${text}`),
    ]);
    return fragment(
      start === '' ? '' : el('p', {}, `${start}:`),
      el('div', { class: 'commands' }, el('pre', { tabindex: 0 }, el('code', {}, marked))),
    );
  });
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
