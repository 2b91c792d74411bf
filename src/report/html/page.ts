/**
 * What every section of a page needs: the report and its picture, where to read about a finding, and what counts. What
 * is excused is shown as such: a report whose verdict is fine has nothing red.
 */
import { groupBy } from '../../core/collections.ts';
import { compareNames } from '../../core/text.ts';
import type { ChecklistState } from '../../results/checklist.ts';
import type { Connection } from '../../results/connection.ts';
import { type Finding, type Impact, severities } from '../../results/finding.ts';
import type { Picture } from '../../results/picture.ts';
import { failingConnections, toApiServers } from '../../results/read/control-plane.ts';
import { harmOf } from '../../results/read/harm.ts';
import type { Report } from '../../results/report.ts';
import type { Shown } from '../message/shown.ts';
import { el, type Markup } from './markup.ts';
import { findingId } from './parts.ts';

export interface Page {
  readonly report: Report;
  readonly picture: Picture;
  /** The findings that have an article. */
  readonly shown: readonly Shown[];
  /** Returns the address of the article about a finding; undefined if it has none, as one that is excused. */
  readonly hrefOf: (fingerprint: string | null) => string | undefined;
  /** Returns a link that names the article about a finding by its number; undefined if it has none. */
  readonly findingLink: (fingerprint: string | null) => Markup | undefined;
  /** The findings that a file of a CA contains a different one. */
  readonly wrongCas: readonly Finding[];
  /** Returns the finding that the file of a CA on a node contains a different one; undefined if it is the right one. */
  readonly wrongCaAt: (node: string, role: string) => Finding | undefined;
  /** Returns the worst finding about a file or a subject of some nodes, of those that count. */
  readonly worstAt: (nodes: readonly string[], places: readonly string[]) => Finding | undefined;
  /** Returns how a connection is marked. */
  readonly stateOf: (connection: Connection) => ChecklistState;
  /** The connections that fail and are not excused. */
  readonly failing: readonly Connection[];
  /** Returns those of them that fail because of findings, the worst first. */
  readonly brokenBy: (fingerprints: readonly string[]) => readonly Connection[];
  /** Those of them whose API server no client can connect to. */
  readonly unreached: ReadonlySet<Connection>;
  /** Returns the nodes that have a finding; of one about a connection those of the clients. */
  readonly nodesOf: (shown: Shown) => readonly string[];
  /** Returns the nodes that have a finding, and those that notice it. */
  readonly noticing: (shown: Shown) => readonly string[];
  /** Returns a text in which paths are as short as they can be in this report. */
  readonly baseNames: (text: string) => string;
  /**
   * Returns the kinds of impact of a finding: that of its rule, and before it an outage if it makes a connection fail
   * now.
   */
  readonly kindsOf: (finding: Finding) => readonly Impact[];
}

/** Says of a file of a CA that it contains a certificate of a different one. */
const wrongCaRule = 'authority/issued';

/** Collects what sections need. */
export function pageOf(report: Report, picture: Picture, unordered: readonly Shown[]): Page {
  const articles = new Map(
    unordered.flatMap(({ finding, fingerprints }) => fingerprints.map((one) => [one, finding.fingerprint] as const)),
  );
  const counting = report.findings.filter(({ suppressed }) => suppressed === null);
  const severityOf = new Map(counting.map(({ fingerprint, severity }) => [fingerprint, severity]));
  const stateOf = ({ verdict, cause }: Connection): ChecklistState => {
    if (verdict !== 'fail') return verdict === 'ok' ? 'ok' : 'skipped';
    return (cause === null ? undefined : severityOf.get(cause)) ?? 'info';
  };
  const articleOf = (fingerprint: string | null) => (fingerprint === null ? undefined : articles.get(fingerprint));
  const wrongCas = counting.filter(({ rule, severity }) => rule === wrongCaRule && severity === 'error');
  const byPlace = new Map(wrongCas.map((one) => [`${one.node} ${one.subject}`, one]));
  const failing = failingConnections(report);
  const byCause = groupBy(failing, ({ cause }) => cause);
  const brokenBy = (fingerprints: readonly string[]) =>
    fingerprints.flatMap((one) => byCause.get(one) ?? []).toSorted((one, other) => harmOf(one) - harmOf(other));
  const shown = worstFirst(unordered, ({ fingerprints }) => harmOf({ id: brokenBy(fingerprints)[0]?.id }));
  const numbers = new Map(shown.map(({ finding }, index) => [finding.fingerprint, index + 1]));
  return {
    report,
    picture,
    shown,
    hrefOf: (fingerprint) => {
      const article = articleOf(fingerprint);
      return article === undefined ? undefined : `#${findingId(article)}`;
    },
    findingLink: (fingerprint) => {
      const article = articleOf(fingerprint);
      if (article === undefined) return undefined;
      return el('a', { href: `#${findingId(article)}` }, `finding ${numbers.get(article) ?? ''}`);
    },
    wrongCas,
    wrongCaAt: (node, role) => byPlace.get(`${node} ${role}`),
    worstAt: worstFinder(counting),
    stateOf,
    failing,
    brokenBy,
    unreached: unreachedOf(report, new Set(failing)),
    nodesOf: ({ finding, nodes, fingerprints }) => {
      const clients = finding.rule.startsWith('connection/') ? brokenBy(fingerprints).map(({ node }) => node) : [];
      return [...new Set(clients.length > 0 ? clients : nodes)].filter((name) => name !== '').sort(compareNames);
    },
    noticing: ({ nodes, fingerprints }) => {
      const clients = brokenBy(fingerprints).map(({ node }) => node);
      return [...new Set([...nodes, ...clients])].filter((name) => name !== '');
    },
    baseNames: baseNamesOf(report),
    kindsOf: ({ impact, fingerprint }) =>
      impact === 'outage' || !byCause.has(fingerprint) ? [impact] : ['outage', impact],
  };
}

/**
 * Findings of one severity and impact that follow each other (see `selected`), in the order of what they stop here:
 * others may stop it as well.
 */
function worstFirst(all: readonly Shown[], harm: (one: Shown) => number): readonly Shown[] {
  let run = 0;
  const ranked = all.map((one, index) => {
    const before = all[index - 1]?.finding;
    if (before?.severity !== one.finding.severity || before.impact !== one.finding.impact) run += 1;
    return { one, run, harm: harm(one) };
  });
  return ranked.sort((one, other) => one.run - other.run || one.harm - other.harm).map(({ one }) => one);
}

/** The failing connections to API servers to which every connection fails. */
function unreachedOf(report: Report, failing: ReadonlySet<Connection>): ReadonlySet<Connection> {
  return new Set([...toApiServers(report).values()].filter((same) => same.every((one) => failing.has(one))).flat());
}

/** Paths of a report with the same base name keep the name of their directory. */
function baseNamesOf({ checklist, inventory, findings }: Report): (text: string) => string {
  const paths = new Set([...checklist, ...inventory, ...findings].map(({ path }) => path));
  const byName = groupBy([...paths], baseName);
  return (text) =>
    text.replace(/(?<![\w:/.-])(?:\/[\w.@+-]+){2,}/g, (path) => {
      const same = byName.get(baseName(path)) ?? [];
      return same.every((one) => one === path) ? baseName(path) : path.split('/').slice(-2).join('/');
    });
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Of findings, and of the faults for which they stand. */
function worstFinder(counting: readonly Finding[]): Page['worstAt'] {
  const byPlace = new Map<string, Finding>();
  for (const finding of counting) {
    for (const { node, path, subject } of [finding, ...(finding.members ?? [])]) {
      for (const key of [`${node} ${path}`, `${node} ${subject}`]) byPlace.set(key, worseOf(finding, byPlace.get(key)));
    }
  }
  return (nodes, places) =>
    nodes
      .flatMap((node) => places.flatMap((place) => byPlace.get(`${node} ${place}`) ?? []))
      .reduce((worst: Finding | undefined, one) => (worst === undefined ? one : worseOf(worst, one)), undefined);
}

/** Of two findings that are equally severe, the first. */
function worseOf(one: Finding, other: Finding | undefined): Finding {
  return other === undefined || severities.indexOf(one.severity) <= severities.indexOf(other.severity) ? one : other;
}
