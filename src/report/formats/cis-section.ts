/** The items of the CIS Kubernetes Benchmark in Markdown. */

import { handful } from '../../core/text.ts';
import {
  type CisGroup,
  type CisItem,
  cisEditionGroups,
  cisGroups,
  cisName,
  cisStates,
  cisStateText,
  cisWords,
} from '../../results/cis.ts';
import type { Report } from '../../results/report.ts';
import { markdownTable, markdownText } from './markdown-text.ts';

const marks: Readonly<Record<CisGroup['state'], string>> = {
  fail: '❌ ',
  'not-checked': '❔ ',
  pass: '✅ ',
  'not-applicable': '',
};

/** Nodes of a state; the text says how many more there are. */
const mostNodes = 5;
/** Characters of a reason. */
const mostShown = 240;

/**
 * Returns the section, in at most a third of a text of so many bytes: all items, else those that fail, else their
 * numbers.
 */
export function cisSection({ cis }: Report, most: number): readonly string[] {
  if (cis === undefined) return [];
  const namesNodes = cis.editions.length > 1;
  const all = cisGroups(cis);
  const numbers = cisStates.map((state) => {
    return `${cis.results.filter((one) => one.state === state).length} ${cisWords[state]}`;
  });
  const start = [
    '### CIS Kubernetes Benchmark',
    [...editionLines(cisEditionGroups(cis)), `Items about PKI files and flags: ${numbers.join(', ')}.`].join('\n\n'),
  ];
  const failing = all.filter(([, groups]) => groups.some(({ state }) => state === 'fail'));
  const tables = [all, failing].map((items) => tableOf(items, namesNodes));
  const fitting = tables.find((table) => Buffer.byteLength(table) <= most / 3);
  if (fitting === undefined) return start;
  const left = fitting === tables[0] ? [] : ['_Only items that fail are listed: there is no room for more._'];
  return failing.length === 0 && left.length > 0 ? [...start, ...left] : [...start, fitting, ...left];
}

function editionLines(groups: ReturnType<typeof cisEditionGroups>): readonly string[] {
  return groups.map(({ edition, note, nodes }) => {
    const who = groups.length > 1 ? `${handful(nodes, mostNodes)}: ` : '';
    return markdownText(`${who}${cisName(edition)}${note === null ? '' : `; ${note}`}.`);
  });
}

function tableOf(items: readonly (readonly [CisItem, readonly CisGroup[]])[], namesNodes: boolean): string {
  const rows = items.map(([{ id, title, level, check }, groups]) => {
    const states = groups.map((group) => {
      const { state, nodes, reason } = group;
      const who = namesNodes ? `${handful(nodes, mostNodes)}: ` : '';
      const why = reason === null ? '' : `: ${reason}`;
      return `${marks[state]}${markdownText(`${who}${cisStateText(group)}${why}`, mostShown)}`;
    });
    return [id, markdownText(title), `L${level}`, check, states.join('<br>')];
  });
  return markdownTable(['Item', 'What it asks for', 'Level', 'Assessment', 'State'], rows);
}
