/** The nodes of a page: those that have a problem, those with the same once, and the others in a line. */
import { groupBy } from '../../core/collections.ts';
import { compareNames, count, handful } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import { type Finding, severities } from '../../results/finding.ts';
import { nextExpiry } from '../../results/next-expiry.ts';
import { isGroundless } from '../../results/read/ground.ts';
import type { ReportedNode } from '../../results/reported-node.ts';
import { kindWords } from '../terminal/headline.ts';
import { untilExpiry } from '../text/width.ts';
import { causesOf } from './causes.ts';
import { el, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { markOf, panelTable, section } from './parts.ts';

/** Rows that are shown before the rest is folded, and nodes that a row names. */
const [mostRows, mostNames] = [8, 4];

/** The order of nodes. */
const states: readonly ChecklistState[] = ['error', 'warning', 'skipped', 'ok'];

/** A node, and what a row says about it. */
interface Status {
  readonly node: ReportedNode;
  readonly state: ChecklistState;
  /** What makes it that: findings about it, and those because of which its connections fail. */
  readonly causes: readonly Finding[];
  /** Whether a finding is about it: a cause of failed connections may be on another node. */
  readonly isOwn: boolean;
  /** How many of its connections fail. */
  readonly cut: number;
}

/** Returns the section; '' for a single node, which the head of the page describes. */
export function nodesSection(page: Page): Piece {
  const { nodes } = page.report;
  if (nodes.length < 2) return '';
  const all = statuses(page);
  const isFine = ({ state }: Status) => state === 'ok';
  const faulty = all.filter((one) => !isFine(one));
  const groups = [...groupBy(faulty, alike).values()];
  const head = ['', 'Node', 'Kind', 'Kubernetes', 'Findings', 'Connections that fail', 'Cluster CA (SHA-256)'];
  const rows = groups.map((same) => rowOf(same, page));
  const fine = all.filter(isFine);
  return section(
    'nodes',
    'Nodes',
    undefined,
    rows.length === 0 ? '' : panelTable(undefined, head, rows.slice(0, mostRows)),
    rows.length <= mostRows
      ? ''
      : el(
          'details',
          { class: 'panel' },
          el('summary', {}, `${rows.length - mostRows} more`),
          panelTable(undefined, head, rows.slice(mostRows)),
        ),
    healthy(fine, page),
  );
}

function statuses(page: Page): readonly Status[] {
  // Once for all nodes: there may be a thousand.
  const failing = groupBy(page.failing, ({ node }) => node);
  const counting = causesOf(page);
  const byFingerprint = new Map(
    counting.flatMap(({ finding, fingerprints }) => fingerprints.map((one) => [one, finding] as const)),
  );
  const own = groupBy(
    counting.flatMap(({ finding, nodes }) => nodes.map((node) => ({ node, finding }))),
    ({ node }) => node,
  );
  const order = new Map(counting.map(({ finding }, index) => [finding, index]));
  const first = ([cause]: readonly Finding[]) => (cause && order.get(cause)) ?? 0;
  return page.report.nodes
    .map((node): Status => {
      const broken = failing.get(node.name) ?? [];
      const found = own.get(node.name) ?? [];
      const because = broken.flatMap(({ cause }) => byFingerprint.get(cause ?? '') ?? []);
      const causes = [...new Set([...found.map(({ finding }) => finding), ...because])].toSorted(
        (one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0),
      );
      const worst = severities.find((severity) => causes.some((one) => one.severity === severity));
      const state = broken.length > 0 ? 'error' : (worst ?? (isGroundless(node) ? 'skipped' : 'ok'));
      return { node, state, causes, isOwn: found.length > 0, cut: broken.length };
    })
    .toSorted(
      (one, other) =>
        states.indexOf(one.state) - states.indexOf(other.state) ||
        Number(other.isOwn) - Number(one.isOwn) ||
        first(one.causes) - first(other.causes) ||
        compareNames(one.node.name, other.node.name),
    );
}

/** Nodes that are alike in all that a row says. */
const alike = ({ node, state, causes, isOwn, cut }: Status): string =>
  JSON.stringify([
    state,
    kindWords(node),
    node.kubernetesVersion,
    node.clusterCa,
    cut,
    isOwn,
    causes.map(({ fingerprint }) => fingerprint),
  ]);

function rowOf(same: readonly Status[], { findingLink }: Page): readonly Piece[] {
  const [first] = same;
  if (first === undefined) return [];
  const names = same.map(({ node }) => node.name);
  const links = first.causes.map(({ fingerprint }) => el('span', { class: 'word' }, findingLink(fingerprint)));
  const because = first.isOwn || links.length === 0 ? '' : 'affected by ';
  return [
    markOf(first.state),
    same.length > mostNames
      ? el(
          'details',
          {},
          el('summary', {}, `${handful(names, mostNames)} (${count(same.length, 'node')})`),
          names.join(', '),
        )
      : names.join(', '),
    el('span', { class: 'word' }, kindWords(first.node)),
    first.node.kubernetesVersion ?? 'unknown',
    first.state === 'skipped' ? 'not checked' : [because, links.map((link, index) => [index === 0 ? '' : ', ', link])],
    first.cut === 0 ? '' : same.length === 1 ? first.cut : `${first.cut} each`,
    el('code', {}, first.node.clusterCa?.slice(0, 8)),
  ];
}

/** The nodes without a problem, in a line; their facts are folded. */
function healthy(fine: readonly Status[], { report }: Page): Piece {
  if (fine.length === 0) return '';
  const checklist = groupBy(report.checklist, ({ node }) => node);
  const inventory = groupBy(report.inventory, ({ node }) => node);
  const rows = fine.map(({ node }): readonly Piece[] => {
    const own = { checklist: checklist.get(node.name) ?? [], inventory: inventory.get(node.name) ?? [] };
    const next = nextExpiry(own, report.at, false);
    const date = next && [
      el('span', { class: 'word' }, `${next.at.slice(0, 10)},`),
      ' ',
      el('span', { class: 'word' }, untilExpiry(next.at, report.at)),
    ];
    const kind = el('span', { class: 'word' }, kindWords(node));
    return [node.name, kind, node.kubernetesVersion ?? 'unknown', date, el('code', {}, node.clusterCa?.slice(0, 8))];
  });
  const all = fine.length === report.nodes.length ? 'all ' : '';
  return el(
    'details',
    { class: 'panel healthy' },
    el('summary', {}, markOf('ok'), ` ${all}${count(fine.length, 'node')} without errors and warnings`),
    panelTable(undefined, ['Node', 'Kind', 'Kubernetes', 'Next expiry', 'Cluster CA (SHA-256)'], rows),
  );
}
