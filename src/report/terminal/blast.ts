/** Formats blast radii as text. */

import { count, firstOf, handful, printable } from '../../core/text.ts';
import type { BlastRadius, Power } from '../../results/blast.ts';
import type { Field } from '../text/fields.ts';
import { grid, type Row } from '../text/grid.ts';
import { type Paint, painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { moment, untilExpiry, wrap } from '../text/width.ts';
import { findingFields } from './finding.ts';
import { stepLines } from './fixes.ts';

const maxListed = 8;
const all = Number.POSITIVE_INFINITY;

/**
 * Returns the radii as text. Every line but commands fits the width. With `verbose`, lists are complete, and each
 * connection has its reason.
 *
 * @param at the time for which the radii were computed: RFC 3339
 */
export async function blastRadii(radii: readonly BlastRadius[], at: string, options: ReporterOptions): Promise<string> {
  const paint = painter(options.color);
  const parts: string[] = [];
  for (const radius of radii) parts.push(...(await partsOf(radius, at, options, paint)));
  return `${parts.join('\n\n')}\n`;
}

async function partsOf(radius: BlastRadius, at: string, options: ReporterOptions, paint: Paint): Promise<string[]> {
  const { subject, nodes, unissued, recovery } = radius;
  const lines = (texts: Field[1]) =>
    findingFields([['', texts]], { width: options.width, paint })
      .map(outdented)
      .join('\n');
  const section = (head: string, body: string) => `${title(head, options.width, paint)}\n${body}`;
  const dependent = unissued.map(({ node, role, path }) => `${role} (${nodes.length > 1 ? `${node} ` : ''}${path})`);
  const most = options.verbose ? all : maxListed;
  return [
    section(`${subject} on ${nodes.join(', ')}`, head(radius, at, options, paint)),
    await outagePart(radius, options, paint),
    ...(dependent.length === 0
      ? []
      : [section('Only its key can sign these again', lines([firstOf(dependent, most)]))]),
    await attackerPart(radius, options, paint),
    ...(recovery.length === 0
      ? []
      : [section('To revoke access', stepLines(recovery, 2, { width: options.width, paint }).join('\n'))]),
  ];
}

function title(text: string, width: number, paint: Paint): string {
  return wrap(printable(text), width)
    .map((line) => paint('bold', line))
    .join('\n');
}

// Removes the indent that `findingFields` reserves for labels.
const outdented = (line: string) => line.replace(/^ {10}/, '');

function head(radius: BlastRadius, at: string, { width, verbose }: ReporterOptions, paint: Paint): string {
  const { name, files, expires, usedBy, nodes } = radius;
  const users = usedBy.map(({ node, user }) => (nodes.length > 1 ? `${node} ${user}` : user));
  const most = verbose ? all : maxListed;
  const more = users.length > most ? [`and ${users.length - most} more (--verbose lists all)`] : [];
  const fields: readonly Field[] = [
    ['name', name === null ? [] : [name]],
    ['files', [files]],
    ['expires', expires === null ? [] : [`${moment(expires)}, ${untilExpiry(expires, at)}`]],
    ['used by', users.length === 0 ? ['no flag in the input names it'] : [...users.slice(0, most), ...more]],
  ];
  return findingFields(fields, { width, paint }).join('\n');
}

async function outagePart({ stops }: BlastRadius, { width, verbose }: ReporterOptions, paint: Paint): Promise<string> {
  if (stops.length === 0) return 'No additional connection would fail without it.';
  const several = new Set(stops.map(({ node }) => node)).size > 1;
  const rows = new Map<string, Row[]>();
  for (const { node, client, server, address, when, reason, without } of stops) {
    const row = [several ? `${client} on ${node}` : client, server, when.join(', '), without];
    const text = `${address === null ? '' : `${address}: `}${reason}`;
    const detail: Row = [{ text, span: 4, paint: (line) => paint('dim', line) }];
    rows.set(verbose ? `${rows.size}` : row.join('\0'), verbose ? [row, detail] : [row]);
  }
  const legend = 'lost = its files are missing (fails at the next restart or sooner), expired = after its expiry date';
  return [
    title(`${count(rows.size, 'more connection')} would fail without it`, width, paint),
    ...wrap(legend, width).map((line) => paint('dim', line)),
    await grid(['CLIENT', 'SERVER', 'WHEN', 'EFFECT'], [...rows.values()].flat(), width, paint),
  ].join('\n');
}

async function attackerPart({ attacker, key }: BlastRadius, { width }: ReporterOptions, paint: Paint): Promise<string> {
  if (attacker.length === 0) {
    return 'No component in the input accepts a stolen key of it. Others may.';
  }
  const several = new Set(attacker.flatMap(({ nodes }) => nodes)).size > 1;
  const groups = new Map<string, Power[]>();
  for (const capability of attacker) groups.set(capability.may, [...(groups.get(capability.may) ?? []), capability]);
  const rows = [...groups].map(([may, same]) => [
    same.map(({ to, nodes }) => (several ? `${to} on ${handful(nodes, 3)}` : to)).join(', '),
    handful([...new Set(same.map(({ by }) => by))], 3),
    may,
  ]);
  const head = `If its private key${key === null ? '' : ` (${key})`} is stolen, an attacker can use it against:`;
  return `${title(head, width, paint)}\n${await grid(['TARGET', 'TRUSTED THROUGH', 'AN ATTACKER CAN'], rows, width, paint)}`;
}
