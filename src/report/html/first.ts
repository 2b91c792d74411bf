/** What the head of a page says first: what breaks, and the fix to start with. */
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import { classOf, fixBlocks } from '../../results/fix.ts';
import { statement } from '../message/index.ts';
import { fixParts, placeOf } from '../terminal/fixes.ts';
import { stepsMarkup } from './findings.ts';
import { el, fragment, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, capital, linked } from './parts.ts';
import { firstCause, inTableOrder } from './title.ts';

/** Effects that the head lists before the rest is folded; a single one is not folded. */
const mostEffects = 6;

/** What breaks because connections fail: the effect, which leads to its cause, and the nodes that notice it. */
export function down(page: Page): Piece {
  if (page.failing.length === 0) return '';
  const byEffect = groupBy(inTableOrder(page), ({ client, without }) => `${client}\0${without}`);
  const effects = [...byEffect.values()].flatMap((same) => {
    const [one] = same;
    if (one === undefined) return [];
    const where = page.report.nodes.length > 1 ? ` (${handful([...new Set(same.map(({ node }) => node))], 3)})` : '';
    return [fragment(el('strong', {}, one.client), ': ', linked(page.hrefOf(one.cause), one.without), where)];
  });
  const end = effects.length === mostEffects + 1 ? effects.length : mostEffects;
  const left = effects.slice(end);
  return el(
    'div',
    { class: 'down' },
    el('h2', {}, 'What this breaks'),
    bullets(effects.slice(0, end)),
    left.length === 0 ? '' : el('details', {}, el('summary', {}, count(left.length, 'more effect')), bullets(left)),
  );
}

/**
 * A fix of so few lines is repeated as a whole. A longer one is only named: a part of it may leave the node without a
 * file.
 */
const mostLines = 16;

/** The fix of the first cause, which the title names. */
export function first(page: Page): Piece {
  const worst = firstCause(page);
  if (worst === undefined) return '';
  const { finding, fix, nodes } = worst;
  const href = page.hrefOf(finding.fingerprint);
  const steps = (fix?.alternatives[0] ?? []).filter((step) => !step.footnote);
  const commands = steps.filter(({ kind }) => kind === 'command');
  const box = (...content: readonly Piece[]) => el('div', { class: `first ${finding.severity}` }, ...content);
  const start = el('strong', {}, 'Start here: ');
  if (commands.length === 0 || classOf(steps) === 'destroys') {
    const said = capital(statement(finding, page.report.nodes.length > 1 ? nodes : []));
    return box(el('p', {}, start, linked(href, said)));
  }
  const place = placeOf(steps, finding.node, nodes);
  const [title = ''] = (fixParts(worst)[0]?.title ?? '').split(' - ');
  const blocks = fixBlocks(steps);
  if (blocks.length === 1 && blocks.every(({ lines }) => lines.length <= mostLines)) {
    return box(el('p', {}, start, linked(href, title), `, ${place}:`), stepsMarkup(steps));
  }
  const link = linked(href, `${title}, ${count(commands.length, 'command')}`);
  return box(
    el('p', {}, start, link, `, ${place}. The first: `, el('code', { class: 'word' }, commands[0]?.text ?? '')),
  );
}
