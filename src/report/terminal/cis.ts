/** Formats the items of the CIS Kubernetes Benchmark as a table. */

import { handful, printable } from '../../core/text.ts';
import {
  type CisState,
  type CisView,
  cisCounts,
  cisEditionGroups,
  cisGroups,
  cisName,
  cisStateText,
} from '../../results/cis.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { labelled } from '../text/width.ts';

const markOf = {
  fail: 'error',
  'not-checked': 'skipped',
  pass: 'ok',
  'not-applicable': 'not-applicable',
} as const satisfies Readonly<Record<CisState, keyof typeof marks>>;

/** Nodes in a cell; the text says how many more there are. */
const mostNodes = 3;

/** Returns the edition, every item with its states, and how many have each. */
export async function cisTable(view: CisView, { width, verbose }: ReporterOptions, paint: Paint): Promise<string[]> {
  const namesNodes = view.editions.length > 1;
  const rows = cisGroups(view).flatMap(([{ id, title, check }, groups]) =>
    groups.map((group, index): Row => {
      const first = index === 0 ? [id, `${title}${check === 'manual' ? ' (manual)' : ''}`] : ['', ''];
      const mark = markOf[group.state];
      const nodes = namesNodes ? [handful(group.nodes, verbose ? group.nodes.length : mostNodes)] : [];
      const cell = { text: marks[mark], paint: (line: string) => paint(stateStyles[mark], line) };
      return [cell, ...first, cisStateText(group), ...nodes, group.reason ?? ''];
    }),
  );
  const head = ['', 'ITEM', 'WHAT IT ASKS FOR', 'STATE', ...(namesNodes ? ['NODES'] : []), 'WHY'];
  return [await grid(head, rows, width, paint), [...editionLines(view, width), cisCounts(view)].join('\n')];
}

function editionLines(view: CisView, width: number): readonly string[] {
  const groups = cisEditionGroups(view);
  return groups.flatMap(({ edition, note, nodes }) => {
    const who = groups.length > 1 ? `${handful(nodes, mostNodes)}: ` : '';
    return labelled('', printable(`${who}${cisName(edition)}${note === null ? '' : `; ${note}`}`), 0, width);
  });
}
