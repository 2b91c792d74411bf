/** The axis of the timeline, and the bars on it. */

import { day } from '../../core/time.ts';
import type { ExpiryEntry } from '../../results/expiry.ts';
import { isEndless } from '../text/width.ts';
import { el, type Markup, type Piece } from './markup.ts';

/** Days that the axis names, if the longest bar reaches them. */
const ticks: readonly (readonly [days: number, label: string])[] = [
  [30, '30d'],
  [90, '90d'],
  [365, '1y'],
  [3 * 365, '3y'],
  [10 * 365, '10y'],
  [30 * 365, '30y'],
];

/** Days that have room before the first tick of a year. */
export const shortest = 400;

/** Space for what has expired already, in percent. */
const past = 4;

export interface Scale {
  readonly at: string;
  /** The days at the right end. */
  readonly most: number;
  readonly windowDays: number | null;
}

/** Where a day is, in percent. The logarithm leaves room for the near future, and today is a point of it. */
function positionOf(days: number, { most }: Scale): number {
  const place = (day: number) => Math.log1p(day / 30);
  return past + ((100 - past) * place(Math.max(0, Math.min(days, most)))) / place(most);
}

const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

/** The least distance between two names of days, in percent. */
const apart = 8.5;

/**
 * The ticks that have room for their names: each is drawn with its name, or not at all. The end of the window comes
 * first.
 */
function ticksOf(scale: Scale): typeof ticks {
  const { windowDays, most } = scale;
  const distance = (one: number, other: number) => Math.abs(positionOf(one, scale) - positionOf(other, scale));
  const kept: (readonly [days: number, label: string])[] = [[0, 'now']];
  for (const tick of [...(windowDays === null ? [] : [[windowDays, `${windowDays}d`] as const]), ...ticks]) {
    if (tick[0] <= most * 0.97 && kept.every(([days]) => distance(days, tick[0]) >= apart)) kept.push(tick);
  }
  return kept;
}

/**
 * The lines behind each bar, which every row draws by reference. They are as high as its cell, so that they join in a
 * table.
 */
export function scaleDefinition(scale: Scale): Markup {
  return el(
    'svg',
    { class: 'away', 'aria-hidden': 'true' },
    el(
      'symbol',
      { id: 'scale' },
      ...ticksOf(scale)
        .filter(([days]) => days > 0 && days !== scale.windowDays)
        .map(([days]) => vertical('grid-line', days, scale)),
      scale.windowDays === null ? '' : vertical('window-line', scale.windowDays, scale),
      vertical('today-line', 0, scale),
    ),
  );
}

const lines = (): Markup => el('use', { href: '#scale' });

function vertical(name: string, days: number, scale: Scale): Markup {
  const x = percent(positionOf(days, scale));
  return el('line', { class: name, x1: x, x2: x, y1: '0', y2: '100%' });
}

/** Returns the head of the column of bars. */
export function axis(scale: Scale): Markup {
  return el(
    'svg',
    { 'aria-hidden': 'true' },
    lines(),
    ...ticksOf(scale).map(([days, label]) =>
      el('text', { x: percent(positionOf(days, scale) + 0.8), y: '100%' }, label),
    ),
    endOf(scale),
  );
}

/** The year at the right end, unless the last tick is too near. */
function endOf(scale: Scale): Piece {
  const last = Math.max(...ticksOf(scale).map(([days]) => positionOf(days, scale)));
  if (100 - last < 2 * apart) return '';
  const year = new Date(Date.parse(scale.at) + scale.most * day).getUTCFullYear();
  return el('text', { x: '100%', y: '100%', class: 'end' }, year);
}

/**
 * Returns the bar of a certificate: how long it can be used, and how long it would be valid by itself. One that is
 * refused is hollow.
 */
export function bar(
  { daysLeft, expires, limitedBy, kind }: ExpiryEntry,
  state: 'error' | 'warning' | 'info' | 'ok' | 'refused',
  scale: Scale,
): Markup {
  const start = positionOf(0, scale);
  const isOver = daysLeft < 0;
  const end = isEndless(expires) ? 100 : positionOf(daysLeft, scale);
  const own =
    limitedBy === undefined ? end : positionOf((Date.parse(limitedBy.notAfter) - Date.parse(scale.at)) / day, scale);
  const isSoon = state !== 'ok' || daysLeft < 30;
  const look = state === 'refused' ? 'refused' : isOver && state === 'error' ? 'over' : isSoon ? 'soon' : '';
  return el(
    'svg',
    { 'aria-hidden': 'true', class: kind === 'authority' ? 'of-ca' : undefined },
    lines(),
    own > end ? el('rect', { class: 'tail', x: percent(end), width: percent(own - end), y: '50%', height: '6' }) : '',
    el('rect', {
      class: `life ${look}`.trim(),
      x: isOver ? '0' : percent(start),
      width: percent(isOver ? past : Math.max(end - start, 0.6)),
      y: '50%',
      height: '14',
      rx: '2',
    }),
  );
}
