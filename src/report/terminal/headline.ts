/** Formats what a text begins with: the node or the number of nodes, their release, and the time of judging. */

import { printable } from '../../core/text.ts';
import { notCompared, notLookedAt } from '../../results/read/ground.ts';
import { layoutWords } from '../../results/read/layout-words.ts';
import { objectLines } from '../../results/read/objects.ts';
import type { Report } from '../../results/report.ts';
import type { NodeKind, ReportedNode } from '../../results/reported-node.ts';
import { policyText } from '../../results/reported-policy.ts';
import type { Paint } from '../text/paint.ts';
import { labelled, moment, textWidth, wrap } from '../text/width.ts';
import { clipped } from './finding.ts';

const kinds: Readonly<Record<NodeKind, string>> = {
  'control-plane': 'control plane',
  worker: 'worker',
  etcd: 'etcd',
  unknown: 'role unknown',
};

/** What a node does, in words. */
export const kindWords = ({ role }: Pick<ReportedNode, 'role'>): string => kinds[role];

/**
 * Returns the line about a node: `cp-1  control plane  Kubernetes v1.36.2 … as of 2026-12-01`, and how it was judged.
 */
export function nodeHeadline(node: ReportedNode, report: Report, width: number, paint: Paint): string {
  return headline([node.name, kindWords(node), releaseOf([node]), ...layoutWords([node])], report, width, paint);
}

/** Returns the line about several nodes. */
export function nodesHeadline(report: Report, width: number, paint: Paint): string {
  const { nodes } = report;
  return headline([`${nodes.length} nodes`, releaseOf(nodes), ...layoutWords(nodes)], report, width, paint);
}

/** Returns the line that names the policy in force; '' without one. */
export function policyLine(report: Report, width: number, paint: Paint): string {
  const lines = labelled('', printable(policyText(report)), 0, width);
  return lines.map((line) => (line === '' ? '' : paint('bold', line))).join('\n');
}

/** Returns the lines about dumps of objects; '' without one. */
export function objectsHead(report: Report, width: number, paint: Paint): string {
  const lines = objectLines(report).flatMap((line) => labelled('', printable(line), 0, width));
  return lines.map((line) => paint('bold', line)).join('\n');
}

function releaseOf(nodes: readonly ReportedNode[]): string {
  const releases = [...new Set(nodes.map(({ kubernetesVersion }) => kubernetesVersion ?? 'version unknown'))];
  return `Kubernetes ${releases.sort().join(', ')}`;
}

/**
 * Returns the lines about what was not looked at, of several nodes only their beginnings; '' if nothing was left out.
 */
export function notLookedAtLine(report: Report, width: number): string {
  const lines = [notLookedAt(report), notCompared(report)].map((text) => printable(text));
  const isShort = report.nodes.length > 1;
  return lines
    .filter((text) => text !== '')
    .map((text) => (isShort ? clipped(text, width, 1) : labelled('', text, 0, width).join('\n')))
    .join('\n');
}

function headline(parts: readonly string[], report: Report, width: number, paint: Paint): string {
  const about = printable(parts.join('  '));
  const at = `as of ${moment(report.at)}`;
  const room = width - textWidth(about) - at.length;
  const first = room >= 2 ? [about + ' '.repeat(room) + at] : [...wrap(about, width), at];
  const how = [
    ...(report.targetVersion === null ? [] : [`before an upgrade to ${report.targetVersion}`]),
    ...(report.profile === 'documented' ? ['profile: exactly as documented'] : []),
  ];
  const second = how.length === 0 ? [] : labelled('', printable(how.join(', ')), 0, width);
  return [...first, ...second].map((line) => paint('bold', line)).join('\n');
}
