/** What the head of a page says to type: the fix to start with, or the first stage of a long one. */
import { count } from '../../core/text.ts';
import type { Fix } from '../../results/finding.ts';
import { classOf, fixBlocks } from '../../results/fix.ts';
import { placeOf } from '../message/place.ts';
import { fixParts } from '../terminal/fixes.ts';
import { causesOf, problemText } from './causes.ts';
import { stepsMarkup } from './findings.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { linked } from './parts.ts';

/** A fix of so few lines, which are pasted at once, is repeated as a whole. */
const mostLines = 16;

/** Returns the fix of the worst problem, which the title names. */
export function first(page: Page): Piece {
  const [worst] = causesOf(page);
  if (worst === undefined) return '';
  const { finding, fix, nodes } = worst;
  const href = page.hrefOf(finding.fingerprint);
  const steps = (fix?.alternatives[0] ?? []).filter((step) => !step.footnote);
  const box = (...content: readonly Piece[]) => el('div', { class: `first ${finding.severity}` }, ...content);
  const start = el('strong', {}, 'Start here: ');
  const [title = ''] = (fixParts(worst)[0]?.title ?? '').split(' - ');
  if (classOf(steps) === 'destroys' || steps.length === 0) {
    return box(el('p', {}, start, linked(href, problemText(worst, page).text)));
  }
  if (!steps.some(({ kind }) => kind === 'command'))
    return box(el('p', {}, start, linked(href, title), ':'), stepsMarkup(steps));
  const stages = stagesOf(steps);
  const [stage = steps] = stages;
  const more = count(stages.length - 1, 'more stage');
  return box(
    el(
      'p',
      {},
      start,
      linked(href, title),
      `, ${placeOf(stage, finding.node, nodes) || placeOf(steps, finding.node, nodes)}:`,
    ),
    stepsMarkup(stage),
    stages.length > 1 &&
      el(
        'p',
        { class: 'then' },
        'then ',
        linked(href, more),
        stages.length > 2 ? ', which complete it' : ', which completes it',
      ),
  );
}

/**
 * The stages of a fix: each is pasted at once, and ends with the restarts and waits after which what it changed is in
 * use, or where a person or another machine comes next. A short fix has one.
 */
function stagesOf(steps: Fix): readonly Fix[] {
  const blocks = fixBlocks(steps);
  if (blocks.length === 1 && blocks.every(({ lines }) => lines.length <= mostLines)) return [steps];
  return blocks.flatMap((block) => {
    const parts: Fix[] = [];
    let isInUse = true;
    for (const step of block.steps) {
      const changes = step.kind === 'command' && step.class !== undefined;
      const last = parts.at(-1);
      if (last === undefined || (changes && isInUse)) parts.push([step]);
      else parts[parts.length - 1] = [...last, step];
      if (step.kind === 'command') isInUse = !changes;
    }
    return parts;
  });
}
