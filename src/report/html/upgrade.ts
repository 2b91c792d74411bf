/** Whether nodes can be upgraded to the target release: the answer, and a row for each step. */
import { groupBy, remember } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import type { Upgrade } from '../../results/upgrade.ts';
import { noSteps, stepReleases } from '../terminal/upgrade.ts';
import { untilExpiry } from '../text/width.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { markOf, panelTable, section } from './parts.ts';

/** Nodes that are named. */
const mostNodes = 3;

/** What holds for some nodes: the answer, and its steps. */
interface Answer {
  readonly state: ChecklistState;
  readonly text: string;
  readonly rows: readonly (readonly Piece[])[];
}

/** Returns the answers, one for nodes that have the same; none without a target release. */
export const upgradeAnswers = remember((page: Page): readonly Answer[] => {
  const { report } = page;
  if (report.targetVersion === null) return [];
  // Once for all nodes: there may be a thousand.
  const excused = new Set(report.findings.flatMap((one) => (one.suppressed === null ? [] : [one.fingerprint])));
  const open: Open = ({ findings }) => findings.filter((one) => !excused.has(one));
  const key = ({ steps, node }: Upgrade) =>
    JSON.stringify(steps.length === 0 ? noSteps(report.findings, node) : steps.map((step) => [step, open(step)]));
  return [...groupBy(report.upgrades, key).values()].flatMap((same) => answer(same, open, page));
});

/** Returns the section; '' without a target release. */
export function upgradeSection(page: Page): Piece {
  const answers = upgradeAnswers(page);
  if (answers.length === 0) return '';
  return section(
    'upgrade',
    'Upgrade',
    undefined,
    ...answers.map(({ state, text, rows }) =>
      el(
        'div',
        {},
        el('p', { class: 'answer' }, markOf(state), el('strong', {}, text)),
        rows.length === 0 ? '' : panelTable(undefined, ['', 'Step', 'State'], rows),
      ),
    ),
    answers.every(({ rows }) => rows.length === 0) ? '' : el('p', { class: 'small' }, renewalBefore(page)),
  );
}

/** Whether certificates have to be renewed before the upgrade. */
function renewalBefore({ report, picture: { expiries } }: Page): string {
  const expired = expiries.filter(({ node, inUse, daysLeft }) => node !== '' && inUse && daysLeft < 0).length;
  if (expired > 0)
    return `${count(expired, 'certificate has', 'certificates have')} expired: renew before the upgrade.`;
  const next = nextExpiry(report, report.at, false);
  const when = next && `, and the next one does on ${next.at.slice(0, 10)}, ${untilExpiry(next.at, report.at)}`;
  return `No certificate has to be renewed before the upgrade: none has expired${when ?? ''}.`;
}

/** Returns the findings of a step that have to be fixed before it: those that are not excused. */
type Open = (step: Upgrade['steps'][number]) => readonly string[];

function answer(same: readonly Upgrade[], open: Open, { report, findingLink }: Page): readonly Answer[] {
  const [one] = same;
  if (one === undefined) return [];
  const names = same.map(({ node }) => node);
  const who = report.nodes.length > 1 ? `${handful(names, mostNodes)}: ` : '';
  const [first, last] = [one.steps[0], one.steps.at(-1)];
  if (first === undefined || last === undefined) {
    const why = noSteps(report.findings, one.node);
    const text = `${who}${why === '' ? `the target ${report.targetVersion} is not newer` : why}`;
    return [{ state: 'skipped', text, rows: [] }];
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
  if (blocked.length === 0) return [{ state: 'ok', text: `${who}Ready to upgrade ${inSteps}`, rows }];
  const not = `${count(blocked.length, 'step')} cannot be done before its findings are fixed`;
  return [{ state: 'error', text: `${who}Not ready to upgrade ${inSteps}: ${not}`, rows }];
}
