/**
 * Formats a report as text: the node, its findings with their fixes, its certificates; last the verdict and where to
 * start, because the end is what stays on the screen. Of several nodes, a table with a line for each comes first.
 */
import { isGrounded } from '../../results/read/ground.ts';
import { mostlyUnread } from '../../results/read/unread.ts';
import type { Report } from '../../results/report.ts';
import { type Shown, shownFindings } from '../message/shown.ts';
import { type Paint, painter } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { checklist } from './checklist.ts';
import { type FindingOptions, findingBlock, headlines } from './finding.ts';
import { footnotes } from './fixes.ts';
import { nodeHeadline, nodesHeadline, notLookedAtLine, objectsHead, policyLine } from './headline.ts';
import { overview } from './overview.ts';
import { ending, outcomes } from './summary.ts';
import { upgradeLine } from './upgrade.ts';

/**
 * Returns the report as text. With `quiet`, it is '' if there is no error and the exit code is 0, unless most of a node
 * could not be read, or nothing of weight was judged: silence would sound like success.
 */
export async function table(report: Report, options: ReporterOptions): Promise<string> {
  const { quiet, verbose, width } = options;
  const isSilent = mostlyUnread(report.nodes).length === 0 && isGrounded(report);
  if (quiet && report.summary.errors === 0 && report.exitCode === 0 && isSilent) return '';
  const paint = painter(options.color);
  const shown = shownFindings(report, options);
  if (options.statistics) {
    const { statistics } = await import('./statistics.ts');
    const counted = await statistics(report, options, paint);
    return `${[...(await heads(report, shown, options, paint)), counted, ending(report, [], options, paint)].filter((part) => part !== '').join('\n\n')}\n`;
  }
  const parts = [
    ...(quiet ? [] : await heads(report, shown, options, paint)),
    ...findingParts(shown, { ...options, namesNodes: report.nodes.length !== 1 }, paint),
    footnotes(verbose ? shown : shown.filter(({ finding }) => finding.severity !== 'info'), { width, paint }),
    ...(quiet ? [] : await lastTables(report, options, paint)),
    ...(verbose ? await outcomes(report, width, paint) : []),
    ending(report, shown, options, paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

async function heads(
  report: Report,
  shown: readonly Shown[],
  options: ReporterOptions,
  paint: Paint,
): Promise<string[]> {
  const { width } = options;
  const steps = report.nodes.map((node) => upgradeLine(report, node.name, width, paint));
  const [only, ...others] = report.nodes;
  const objects = objectsHead(report, width, paint);
  if (only === undefined) return objects === '' ? [] : [objects];
  const more = [objects, policyLine(report, width, paint), notLookedAtLine(report, width)].filter(
    (line) => line !== '',
  );
  const under = (head: string) => [head, ...more].join('\n');
  if (others.length === 0) return [under(nodeHeadline(only, report, width, paint)), ...steps];
  return [under(nodesHeadline(report, width, paint)), await overview(report, shown, options, paint), ...steps];
}

/** The items of the benchmark if they were asked for, else the certificates. */
async function lastTables(report: Report, options: ReporterOptions, paint: Paint): Promise<string[]> {
  if (report.cis === undefined) return certificates(report, options, paint);
  const { cisTable } = await import('./cis.ts');
  return cisTable(report.cis, options, paint);
}

/** The certificates of the only node; with `verbose`, of each. */
async function certificates(report: Report, options: ReporterOptions, paint: Paint): Promise<string[]> {
  const { nodes } = report;
  if (nodes.length === 1) return Promise.all(nodes.map((node) => checklist(node, report, options, paint)));
  if (!options.verbose) return [];
  const tables = nodes.map(async (node) => [
    nodeHeadline(node, report, options.width, paint),
    await checklist(node, report, options, paint),
  ]);
  return (await Promise.all(tables)).flat();
}

function findingParts(shown: readonly Shown[], options: FindingOptions, paint: Paint): string[] {
  // Notes need no action.
  const notes = options.verbose ? [] : shown.filter(({ finding }) => finding.severity === 'info');
  const blocks = shown.filter((one) => !notes.includes(one)).map((one) => findingBlock(one, options, paint));
  return [...blocks, headlines(notes, options, paint)];
}
