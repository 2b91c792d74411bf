/** Whether nodes can be upgraded to the target release: the answer, and a row for each step. */
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import type { Upgrade } from '../../results/upgrade.ts';
import { noSteps, stepReleases } from '../terminal/upgrade.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { markOf, panelTable, section } from './parts.ts';

/** Nodes that are named. */
const mostNodes = 3;

/** Returns the section; '' without a target release. */
export function upgradeSection(page: Page): Piece {
  const { report } = page;
  if (report.targetVersion === null || report.upgrades.length === 0) return '';
  // Once for all nodes: there may be a thousand.
  const excused = new Set(report.findings.flatMap((one) => (one.suppressed === null ? [] : [one.fingerprint])));
  const open: Open = ({ findings }) => findings.filter((one) => !excused.has(one));
  const key = ({ steps, node }: Upgrade) =>
    JSON.stringify(steps.length === 0 ? noSteps(report.findings, node) : steps.map((step) => [step, open(step)]));
  const groups = [...groupBy(report.upgrades, key).values()];
  return section('upgrade', 'Upgrade', undefined, ...groups.map((same) => answer(same, open, page)));
}

/** Returns the findings of a step that have to be fixed before it: those that are not excused. */
type Open = (step: Upgrade['steps'][number]) => readonly string[];

/** What holds for some nodes: the answer, and its steps. */
function answer(same: readonly Upgrade[], open: Open, page: Page): Piece {
  const { report, findingLink } = page;
  const [one] = same;
  if (one === undefined) return '';
  const names = same.map(({ node }) => node);
  const who = report.nodes.length > 1 ? `${handful(names, mostNodes)}: ` : '';
  const [first, last] = [one.steps[0], one.steps.at(-1)];
  const line = (state: ChecklistState, text: string) =>
    el('p', { class: 'answer' }, markOf(state), el('strong', {}, `${who}${text}`));
  if (first === undefined || last === undefined) {
    const why = noSteps(report.findings, one.node);
    return line('skipped', why === '' ? `the target ${report.targetVersion} is not newer` : why);
  }
  const all = stepReleases({ ...first, to: last.to });
  const inSteps = `${all}, in ${count(one.steps.length, 'step')}`;
  const blocked = one.steps.filter((step) => open(step).length > 0);
  const rows = one.steps.map((step): readonly Piece[] => {
    const links = [...new Set(open(step).map((fingerprint) => findingLink(fingerprint)?.html))];
    const before = links.map((html, index) => [index === 0 ? '' : ', ', html === undefined ? 'a finding' : { html }]);
    const state = links.length === 0 ? 'ok' : 'error';
    return [markOf(state), stepReleases(step), links.length === 0 ? 'ready' : ['fix before it: ', before]];
  });
  return el(
    'div',
    {},
    blocked.length === 0
      ? line('ok', `Ready to upgrade ${inSteps}`)
      : line(
          'error',
          `Not ready to upgrade ${inSteps}: ${count(blocked.length, 'step')} cannot be done before its findings are fixed`,
        ),
    panelTable(undefined, ['', 'Step', 'State'], rows),
  );
}
