/** Formats the facts about each node, and their sources, as text. */

import { printable } from '../../core/text.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { grid } from '../text/grid.ts';
import { painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';

/** Returns a table for each node, fitted to the width; '' without nodes. */
export async function factTables(nodes: readonly ReportedNode[], { width, color }: ReporterOptions): Promise<string> {
  const paint = painter(color);
  const parts: string[] = [];
  for (const { name, rootfs, facts } of nodes) {
    const rows = facts.map((fact) => [fact.name, fact.value, fact.source]);
    const table = await grid(['FACT', 'VALUE', 'FROM'], rows, width, paint);
    parts.push(`${paint('bold', printable(`${name} · ${rootfs}`))}\n\n${table}\n`);
  }
  return parts.join('\n');
}
