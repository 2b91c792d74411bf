/** Formats several nodes as a table: a line for each that has a problem, with its findings, next expiry and CA. */
import { groupBy } from '../../core/collections.ts';
import { asRanges, compareNames, count, handful } from '../../core/text.ts';
import type { Finding } from '../../results/finding.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import { isGroundless } from '../../results/read/ground.ts';
import type { Report } from '../../results/report.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import type { Shown } from '../message/shown.ts';
import { grid, type Row } from '../text/grid.ts';
import { marks, type Paint, stateStyles } from '../text/paint.ts';
import type { ReporterOptions } from '../text/reporter.ts';
import { timeLeft } from '../text/width.ts';
import { kindWords } from './headline.ts';

/** So few nodes have a line each, whatever is wrong. */
const mostListed = 8;
/** If more nodes have problems, those with the same ones share a line; and no more lines are printed. */
const mostLines = 20;

/** A line of the table: a node, or several that it says the same of. */
interface Line {
  readonly state: 'error' | 'warning' | 'skipped' | 'ok';
  /** What it says instead of a name. */
  readonly title?: string;
  readonly nodes: readonly ReportedNode[];
  readonly own: Pick<Report, 'findings' | 'checklist' | 'inventory'>;
}

/**
 * Returns the table. Nodes with different CAs do not belong to one cluster. With `verbose` every node has a line, else
 * many without a problem have one together.
 */
export async function overview(
  report: Report,
  shown: readonly Shown[],
  { width, verbose }: Pick<ReporterOptions, 'width' | 'verbose'>,
  paint: Paint,
): Promise<string> {
  const all = linesOf(report);
  const lines = verbose || all.length <= mostListed ? all : shortened(all, shown);
  const rows = lines.map((line) => row(line, report.at, paint));
  return grid(['', 'NODE', 'ROLE', 'ERRORS', 'WARNINGS', 'NEXT EXPIRY', 'CA'], rows, width, paint);
}

/** A line for each node, in the order in which people count. */
function linesOf(report: Report): readonly Line[] {
  const ofNode = ({ node }: { readonly node: string }) => node;
  // Once for all nodes: there may be a thousand.
  const findings = groupBy(report.findings, ofNode);
  const checklist = groupBy(report.checklist, ofNode);
  const inventory = groupBy(report.inventory, ofNode);
  return report.nodes
    .toSorted((one, other) => kinds.indexOf(one.role) - kinds.indexOf(other.role) || byName(one, other))
    .map((node) => {
      const own = {
        findings: (findings.get(node.name) ?? []).filter(({ suppressed }) => suppressed === null),
        checklist: checklist.get(node.name) ?? [],
        inventory: inventory.get(node.name) ?? [],
      };
      const has = (severity: Finding['severity']) => own.findings.some((finding) => finding.severity === severity);
      const state = has('error') ? 'error' : has('warning') ? 'warning' : isGroundless(node) ? 'skipped' : 'ok';
      return { state, nodes: [node], own };
    });
}

const kinds: readonly ReportedNode['role'][] = ['control-plane', 'etcd', 'worker', 'unknown'];

const byName = (one: ReportedNode, other: ReportedNode) => compareNames(one.name, other.name);

/** The lines of what is wrong, the worst first, and one for all other nodes. */
function shortened(all: readonly Line[], shown: readonly Shown[]): readonly Line[] {
  const states = ['error', 'warning', 'skipped'] as const;
  const wrong = states.flatMap((state) => all.filter((line) => line.state === state));
  const fine = all.filter(({ state }) => state === 'ok');
  const joined = wrong.length > mostLines ? withSameProblems(wrong, shown) : wrong;
  const [first, rest] =
    joined.length > mostLines ? [joined.slice(0, mostLines - 1), joined.slice(mostLines - 1)] : [joined, []];
  const together = (lines: readonly Line[], words: string): readonly Line[] => {
    const [only, ...others] = lines;
    if (only === undefined || others.length === 0) return lines;
    return [{ ...joinedLine(lines), title: `${lines.flatMap(({ nodes }) => nodes).length} ${words}` }];
  };
  return [
    ...first,
    ...together(rest, 'more with problems'),
    // Of two clusters, each has its line.
    ...[...groupBy(fine, ({ nodes: [node] }) => node?.clusterCa ?? '').values()].flatMap((same) =>
      together(same, wrong.length === 0 ? 'nodes' : 'other nodes'),
    ),
  ];
}

/** Joins the lines of nodes of a kind that have the same findings. */
function withSameProblems(lines: readonly Line[], shown: readonly Shown[]): readonly Line[] {
  const having = new Map<string, number[]>();
  for (const [index, { nodes }] of shown.entries()) {
    for (const name of nodes) having.set(name, [...(having.get(name) ?? []), index]);
  }
  const same = groupBy(lines, ({ state, nodes: [node] }) =>
    JSON.stringify([state, node?.role, having.get(node?.name ?? '')]),
  );
  return [...same.values()].flatMap((group) => (group.length === 1 ? group : [joinedLine(group)]));
}

function joinedLine(lines: readonly Line[]): Line {
  const nodes = lines.flatMap((line) => line.nodes);
  const own = {
    findings: lines.flatMap((line) => line.own.findings),
    checklist: lines.flatMap((line) => line.own.checklist),
    inventory: lines.flatMap((line) => line.own.inventory),
  };
  const title = handful(asRanges(nodes.map(({ name }) => name)), 2);
  return { state: lines[0]?.state ?? 'ok', nodes, own, title };
}

function row({ state, title, nodes, own }: Line, at: Report['at'], paint: Paint): Row {
  const number = (severity: Finding['severity']) => {
    const found = own.findings.filter((finding) => finding.severity === severity).length;
    return found === 0 ? '-' : `${found}`;
  };
  const next = nextExpiry(own, at, false);
  const authorities = [...new Set(nodes.map(({ clusterCa }) => clusterCa?.slice(0, 8) ?? '-'))];
  return [
    { text: marks[state], paint: (line) => paint(stateStyles[state], line) },
    title ?? nodes[0]?.name ?? '',
    [...new Set(nodes.map(kindWords))].join(', '),
    number('error'),
    number('warning'),
    next === undefined ? '-' : `${next.at.slice(0, 10)} (${timeLeft(next.at, at)})`,
    authorities.length === 1 ? authorities.join() : count(authorities.length, 'CA'),
  ];
}
