/** What depends on a CA, or on what a finding is about: who is cut off without it. */

import type { BlastRadius } from '../../core/blast.ts';
import { groupBy } from '../../core/collections.ts';
import { count, handful } from '../../core/text.ts';
import { statement } from '../finding.ts';
import { isEndless } from '../layout.ts';
import { stepsMarkup } from './findings.ts';
import { el, fragment, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { bullets, cardId, expiryId, linked, section } from './parts.ts';

const mostStops = 12;

/** Returns the section, with a card for each role. */
export function without(page: Page): Piece {
  const { report, picture } = page;
  const { radii } = picture;
  if (report.nodes.length === 0) return '';
  const bySubject = groupBy(radii, ({ subject }) => subject);
  const lists = effectLists(bySubject);
  return section(
    'without',
    'If a CA is lost',
    bySubject.size > 0
      ? 'What stops if a CA, or the file of a finding, is lost or expires; and what someone who has its key can do.'
      : fragment('Not computed for this page. For a CA: ', el('code', {}, 'pki-lint blast CA PATH…')),
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
        ...same.map((radius) => {
          const title = titleOf(radius, page, same.length > 1);
          return radiusOf(radius, title, stopsOf(radius, lists.get(radius) ?? { effects: [] }, page.failing.length));
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
            { href: `#${expiryId(entry.node, entry.fingerprint256, nodes)}` },
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

/** A server without the node that it is on. */
const anywhere = (server: string): string => server.split(' on ')[0] ?? server;

/** The nodes that one of several keys is about. One that a finding is about may not be the right one. */
function titleOf({ subject, nodes }: BlastRadius, { report: { findings } }: Page, namesNodes: boolean): Piece {
  if (!namesNodes) return '';
  const isWrong = findings.some(
    (one) => one.subject === subject && nodes.includes(one.node) && one.suppressed === null && one.severity === 'error',
  );
  return el('h4', {}, `On ${handful(nodes, 3)}${isWrong ? ', with the file that is there now, which is wrong' : ''}`);
}

/** What stops, in words; of a list that is nearly that of an earlier card, how it differs. */
interface EffectList {
  readonly effects: readonly string[];
  readonly like?: { readonly subject: string; readonly name: string; readonly missing: readonly string[] };
}

/** Lists have this many effects in common at least, and twice as many as they differ in, or both are written. */
const fewestShared = 4;

/** Returns the effects without each. CAs stop nearly the same: kube-apiserver needs all of them. */
function effectLists(bySubject: ReadonlyMap<string, readonly BlastRadius[]>): ReadonlyMap<BlastRadius, EffectList> {
  const written: { readonly subject: string; readonly name: string; readonly effects: readonly string[] }[] = [];
  const lists = new Map<BlastRadius, EffectList>();
  for (const [subject, same] of bySubject) {
    for (const radius of same) {
      const effects = effectsOf(radius);
      const differences = written
        .map(({ effects: others, ...rest }) => ({
          ...rest,
          missing: others.filter((one) => !effects.includes(one)),
          more: effects.filter((one) => !others.includes(one)),
        }))
        .filter(({ missing, more }) => {
          const shared = effects.length - more.length;
          return shared >= fewestShared && shared >= 2 * (missing.length + more.length);
        })
        .sort((one, other) => one.missing.length + one.more.length - other.missing.length - other.more.length);
      const [like] = differences;
      if (like === undefined) {
        const name = same.length > 1 ? `${subject} on ${handful(radius.nodes, 3)}` : subject;
        written.push({ subject, name, effects });
      }
      lists.set(radius, like === undefined ? { effects } : { effects: like.more, like });
    }
  }
  return lists;
}

const effectsOf = ({ stops }: BlastRadius): readonly string[] =>
  [...groupBy(stops, ({ without: effect }) => effect)].map(
    ([effect, same]) =>
      `${effect} (${handful([...new Set(same.map(({ client, server }) => `${client} → ${anywhere(server)}`))], 3)})`,
  );

/** @param failing how many connections fail anyway */
function stopsOf({ stops }: BlastRadius, { effects, like }: EffectList, failing: number): Piece {
  if (stops.length === 0) return el('p', { class: 'soft' }, 'No connection that works today depends on it.');
  const number =
    failing === 0
      ? count(stops.length, 'connection stops', 'connections stop')
      : `${count(failing, 'connection')} of this report already fail; ${count(stops.length, 'more stops', 'more stop')}`;
  // A single one is not folded.
  const end = effects.length === mostStops + 1 ? effects.length : mostStops;
  const [shown, left] = [effects.slice(0, end), effects.slice(end)];
  const list = [
    shown.length === 0 ? '' : bullets(shown),
    left.length === 0 ? '' : el('details', {}, el('summary', {}, count(left.length, 'more effect')), bullets(left)),
  ];
  if (like === undefined) return [el('p', {}, `${number}:`), list];
  const { subject, name, missing } = like;
  const link = el('a', { href: `#${cardId(subject)}` }, name);
  const next = effects.length > 0 ? ', and also:' : missing.length > 0 ? ', but not:' : '.';
  return [
    el('p', {}, `${number}, with the same effects as without `, link, next),
    list,
    effects.length > 0 && missing.length > 0 ? el('p', {}, 'but not:') : '',
    missing.length === 0 ? '' : bullets(missing),
  ];
}

function radiusOf({ unissued, attacker, usedBy, recovery }: BlastRadius, title: Piece, stops: Piece): Markup {
  const dead = [...new Set(usedBy.flatMap(({ component }) => component ?? []))];
  return el(
    'div',
    {},
    title,
    dead.length === 0 ? '' : el('p', {}, `Without its file these do not start: ${dead.join(', ')}.`),
    stops,
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
          stepsMarkup(recovery),
        ),
  );
}

/** What an attacker may do to one or several. */
const powerOf = (may: string, same: readonly { readonly to: string }[]): string =>
  `${handful([...new Set(same.map(({ to }) => to))], 8)}: ${may}`;
