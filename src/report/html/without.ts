/** What depends on a CA: who is cut off without it. */

import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import type { BlastRadius } from '../../results/blast.ts';
import { statement } from '../message/index.ts';
import { isEndless } from '../text/width.ts';
import { type EffectList, effectLists, nearly } from './effects.ts';
import { stepsMarkup } from './findings.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, cardId, lead, linked, reference } from './parts.ts';

/** Returns the section, with a card for each CA; '' if it was not computed. */
export function without(page: Page): Piece {
  const { report, picture } = page;
  const { radii } = picture;
  if (radii.length === 0) return '';
  const bySubject = groupBy(radii, ({ subject }) => subject);
  const right = radii.filter((one) => wrongCa(one, page) === undefined);
  const lists = effectLists(
    groupBy(right, ({ subject }) => subject),
    report,
  );
  return reference(
    'without',
    'If a CA is lost',
    { text: [...bySubject.keys()].join(', ') },
    lead('What follows if the files of a CA are missing, or if it expires; and what someone who has its key can do.'),
    bySubject.size < 2
      ? ''
      : el(
          'p',
          { class: 'jumps' },
          [...bySubject.keys()].map((subject) => [el('a', { href: `#${cardId(subject)}` }, subject), ' ']),
        ),
    ...[...bySubject].map(([subject, same]) =>
      el(
        'div',
        { class: 'panel card', id: cardId(subject) },
        el('h3', {}, subject),
        links(subject, page),
        ...same.map((radius): Piece => {
          const where = same.length > 1 ? `On ${handful(radius.nodes, 3)}` : '';
          const effects = lists.get(radius) ?? { lost: [], expired: [], alive: [] };
          return wrongCa(radius, page) ?? radiusOf({ radius, where, effects }, page);
        }),
      ),
    ),
  );
}

function links(subject: string, { report: { nodes }, picture: { expiries }, shown, hrefOf }: Page): Piece {
  const about = shown
    .map(({ finding }) => finding)
    .filter((one) => one.subject === subject && one.suppressed === null)
    .slice(0, 3);
  const entry = expiries.find(({ name }) => name === subject);
  const all = [
    ...about.map((one) => linked(hrefOf(one.fingerprint), statement(one, nodes.length > 1 ? [one.node] : []))),
    ...(entry === undefined
      ? []
      : [
          el(
            'a',
            { href: '#timeline' },
            isEndless(entry.expires) ? 'does not expire' : `expires ${entry.expires.slice(0, 10)}`,
          ),
        ]),
  ];
  return el(
    'p',
    { class: 'small' },
    all.map((one, index) => [index === 0 ? '' : ' · ', one]),
  );
}

/** What is said about the nodes that have one key. */
interface RadiusParts {
  readonly radius: BlastRadius;
  /** Which nodes, if others have a different key. */
  readonly where: string;
  readonly effects: EffectList;
}

/** Without a CA that is not there nothing can be said about it. */
function wrongCa({ nodes, subject }: BlastRadius, { findingLink, wrongCaAt }: Page): Piece {
  const wrong = nodes.map((node) => wrongCaAt(node, subject));
  const [first] = wrong;
  if (first === undefined || wrong.includes(undefined)) return undefined;
  const link = findingLink(first.fingerprint);
  return el(
    'p',
    {},
    `On ${handful(nodes, 3)} the file is not this CA`,
    link === undefined ? '' : [': see ', link],
    '.',
  );
}

function radiusOf({ radius, where, effects }: RadiusParts, { report }: Page): Markup {
  const { unissued, attacker, recovery, expires } = radius;
  return el(
    'div',
    {},
    where === '' ? '' : el('h4', {}, where),
    whenLost(radius, effects),
    expires === null || isEndless(expires) ? '' : whenExpired(effects, expires < report.at),
    radius.failing.length === 0
      ? ''
      : el(
          'p',
          {},
          `${count(radius.failing.length, 'connection')} that ${radius.failing.length === 1 ? 'needs' : 'need'} it ${radius.failing.length === 1 ? 'fails' : 'fail'} already.`,
        ),
    unissued.length === 0
      ? ''
      : el(
          'p',
          {},
          `To issue these again, its key is needed: ${handful([...new Set(unissued.map(({ role }) => role))], 8)}.`,
        ),
    attacker.length === 0
      ? ''
      : el(
          'details',
          {},
          el('summary', {}, 'If an attacker has its key'),
          bullets([...groupBy(attacker, ({ may }) => may)].map(([may, same]) => powerOf(may, same))),
          recovery.length === 0 ? '' : el('h4', {}, 'What to do then'),
          stepsMarkup(recovery),
        ),
  );
}

function whenLost({ usedBy }: BlastRadius, { lost, like }: EffectList): Piece {
  const dead = [...new Set(usedBy.flatMap(({ component }) => component ?? []))];
  const start = el('strong', {}, 'If its files are missing: ');
  const next = dead.length === 0 ? '' : `${dead.join(', ')} will not start again. `;
  if (lost.length === 0) return el('p', {}, start, next, 'No connection depends on them.');
  const then = 'At the next restart or sooner, ';
  if (like === undefined) return [el('p', {}, start, next, `${then}this follows:`), folded(lost)];
  const { subject, name, missing, more } = like;
  const link = el('a', { href: `#${cardId(subject)}` }, name);
  const end = more.length > 0 ? ', and also:' : missing.length > 0 ? ', but not:' : '.';
  return [
    el('p', {}, start, next, `${then}the same follows as without `, link, end),
    more.length === 0 ? '' : bullets(more),
    more.length > 0 && missing.length > 0 ? el('p', {}, 'but not:') : '',
    missing.length === 0 ? '' : bullets(missing),
  ];
}

/** A certificate that has expired can still be read: what trusts it fails, and everything starts. */
function whenExpired({ lost, expired, alive }: EffectList, isOver: boolean): Piece {
  const start = el('strong', {}, isOver ? 'It has expired: ' : 'If it expires: ');
  if (expired.length === 0) return el('p', {}, start, 'no connection fails.');
  const isLike = nearly(expired, lost)?.more.length === 0;
  if (!isLike) return [el('p', {}, start, 'this follows:'), folded(expired)];
  if (alive.length === 0) return el('p', {}, start, 'the same follows.');
  return [el('p', {}, start, 'the same follows, but these connections still succeed:'), bullets(alive)];
}

const mostStops = 12;

/** A list that is not longer than most. A single item is not folded. */
function folded(effects: readonly string[]): Piece {
  const end = effects.length === mostStops + 1 ? effects.length : mostStops;
  const [shown, left] = [effects.slice(0, end), effects.slice(end)];
  if (left.length === 0) return bullets(shown);
  return [bullets(shown), el('details', {}, el('summary', {}, count(left.length, 'more effect')), bullets(left))];
}

/** What an attacker may do to one or several. */
function powerOf(may: string, same: readonly { readonly to: string }[]): string {
  const [, condition = '', act = ''] = /^(if [^:]+: )?(.*)$/s.exec(may) ?? [];
  return `${handful([...new Set(same.map(({ to }) => to))], 8)}: ${condition}an attacker can ${act}`;
}
