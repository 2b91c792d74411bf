/** The fixes of a finding in Markdown. */
import { copyable } from '../../core/text.ts';
import type { Fix } from '../../results/finding.ts';
import { chainLines, type FixLine, fixBlocks, fixLabel, shellLine, stepLine } from '../../results/fix.ts';
import { placeOf } from '../message/place.ts';
import type { Shown } from '../message/shown.ts';
import { markdownCode, markdownLink, markdownText } from './markdown-text.ts';

/** Returns the ways to fix a finding, each with its commands, and the source of the rule. */
export function markdownFixes({ finding: { fix, node, cite }, nodes }: Shown): readonly string[] {
  const [source] = cite;
  const alternatives = fix.filter((steps) => steps.length > 0);
  const blocks = alternatives.flatMap((steps, index) => [
    `${nameOf(index, alternatives)}${fixLabel(steps, true)}${placeOnSeveral(steps, node, nodes)}:`,
    ...fixBlocks(steps).flatMap(({ on, start, lines }, block) => {
      const place = block === 0 && on !== node ? `On ${on}` : start;
      return [...(place === '' ? [] : [`${markdownText(place)}:`]), codeOf(lines)];
    }),
  ]);
  const footnotes = fix.flat().filter((step) => step.footnote);
  const each = [...new Map(footnotes.map((step) => [stepLine(step), step])).values()];
  const notes = each.length === 0 ? [] : ['Notes on the fixes:', codeOf(each.flatMap((step) => chainLines([step])))];
  return [...blocks, ...notes, ...(source === undefined ? [] : [`Source: ${markdownLink(source.title, source.url)}`])];
}

const nameOf = (index: number, { length }: readonly Fix[]): string =>
  `**${length === 1 ? 'Fix' : `Fix ${String.fromCharCode(65 + index)}`}**`;

/** Where commands are run that several nodes need: they have the name of the first. */
function placeOnSeveral(steps: Fix, node: string, nodes: readonly string[]): string {
  const place = nodes.length === 1 ? '' : placeOf(steps, node, nodes);
  return place === '' ? '' : `, ${markdownText(place)}`;
}

const codeOf = (lines: readonly FixLine[]): string =>
  markdownCode(lines.map((line) => shellLine({ ...line, text: copyable(line.text) })));
