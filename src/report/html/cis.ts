/** The items of the CIS Kubernetes Benchmark, if they were asked for. */

import { handful } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import { type CisGroup, cisCounts, cisEditionGroups, cisGroups, cisName, cisStateText } from '../../results/cis.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { lead, markOf, panelTable, reference } from './parts.ts';

/** Nodes in a cell; the text says how many more there are. */
const mostNodes = 3;

/** Returns the section; '' if it was not asked for. */
export function benchmarkItems(page: Page): Piece {
  const { cis } = page.report;
  if (cis === undefined) return '';
  const namesNodes = cis.editions.length > 1;
  const editions = cisEditionGroups(cis);
  const rows = cisGroups(cis).flatMap(([{ id, title, level, check }, groups]) =>
    shownGroups(groups).map((group): readonly Piece[] => [
      markOf(stateOf(group, page)),
      el('span', { class: 'number' }, id),
      [title, el('span', { class: 'soft small' }, ` (level ${level}, ${check})`)],
      cisStateText(group),
      ...(namesNodes ? [handful(group.nodes, mostNodes)] : []),
      why(group, page),
    ]),
  );
  return reference(
    'cis',
    'CIS Kubernetes Benchmark',
    { text: cisCounts(cis) },
    lead(
      editions.map(({ edition, note, nodes }) => {
        const who = editions.length > 1 ? `${handful(nodes, mostNodes)}: ` : '';
        return `${who}${cisName(edition)}${note === null ? '' : `; ${note}`}. `;
      }),
      'The items about PKI files and flags.',
    ),
    panelTable(undefined, ['', 'Item', 'What it asks for', 'State', ...(namesNodes ? ['Nodes'] : []), 'Why'], rows),
  );
}

/** Of an item that applies to some nodes, only these. */
function shownGroups(groups: readonly CisGroup[]): readonly CisGroup[] {
  const applying = groups.filter(({ state }) => state !== 'not-applicable');
  return applying.length === 0 ? groups : applying;
}

/** What fails is an error only if a finding that counts is: the benchmark asks for more than works by default. */
function stateOf({ state, findings, excused }: CisGroup, { report }: Page): ChecklistState {
  if (state === 'pass') return 'ok';
  if (state !== 'fail') return state === 'not-checked' ? 'skipped' : state;
  const own = report.findings.filter((one) => one.suppressed === null && findings.includes(one.fingerprint));
  return own.some(({ severity }) => severity === 'error') ? 'error' : excused ? 'info' : 'warning';
}

function why({ reason, findings }: CisGroup, { hrefOf }: Page): Piece {
  if (reason === null) return '';
  const [href] = findings.flatMap((one) => hrefOf(one) ?? []);
  return href === undefined ? reason : el('a', { href }, reason);
}
