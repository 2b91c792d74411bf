/** The nodes of a page, a row each. */
import { groupBy } from '../../core/collections.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import { isGroundless } from '../../results/read/ground.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { kindWords } from '../terminal/headline.ts';
import { untilExpiry } from '../text/width.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { markOf, panelTable, section } from './parts.ts';

/** Returns the section; '' for a single node, which the head of the page describes. */
export function nodesSection({ report, failing: all }: Page): Piece {
  if (report.nodes.length < 2) return '';
  const ofNode = ({ node }: { readonly node: string }) => node;
  // Once for all nodes: there may be a thousand.
  const findings = groupBy(report.findings, ofNode);
  const checklist = groupBy(report.checklist, ofNode);
  const inventory = groupBy(report.inventory, ofNode);
  const failing = groupBy(all, ofNode);
  const row = (node: ReportedNode): readonly Piece[] => {
    const own = (findings.get(node.name) ?? []).filter(({ suppressed }) => suppressed === null);
    const of = (severity: string) => own.filter((one) => one.severity === severity).length;
    const [errors, warnings] = [of('error'), of('warning')];
    const cut = failing.get(node.name)?.length ?? 0;
    const next = nextExpiry(
      { checklist: checklist.get(node.name) ?? [], inventory: inventory.get(node.name) ?? [] },
      report.at,
      false,
    );
    return [
      markOf(errors + cut > 0 ? 'error' : warnings > 0 ? 'warning' : isGroundless(node) ? 'skipped' : 'ok'),
      node.name,
      el('span', { class: 'word' }, kindWords(node)),
      node.kubernetesVersion ?? 'unknown',
      errors,
      warnings,
      cut,
      next === undefined
        ? ''
        : [
            el('span', { class: 'word' }, `${next.at.slice(0, 10)},`),
            ' ',
            el('span', { class: 'word' }, untilExpiry(next.at, report.at)),
          ],
      el('code', {}, node.clusterCa?.slice(0, 8) ?? ''),
    ];
  };
  const head = [
    '',
    'Node',
    'Kind',
    'Kubernetes',
    'Errors',
    'Warnings',
    'Connections that fail',
    'Next expiry',
    'Cluster CA (SHA-256)',
  ];
  return section('nodes', 'Nodes', undefined, panelTable(undefined, head, report.nodes.map(row)));
}
