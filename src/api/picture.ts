/** What a page shows beyond the report: the trust graph, expiry dates, expected files, and what breaks without them. */
import type { ClusterObjects } from '../artifact/objects/cluster-objects.ts';
import { blastOf, stopsWithout } from '../blast/index.ts';
import { UserError } from '../core/errors.ts';
import { day } from '../core/time.ts';
import { buildGraph } from '../graph/build.ts';
import { expiryEntries } from '../lint/findings/expiry.ts';
import { objectExpiries } from '../lint/objects/expiry.ts';
import { type Cluster, clusterPeers } from '../model/cluster/cluster.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { BlastRadius, Stop } from '../results/blast.ts';
import { dialledConnections } from '../results/connection.ts';
import type { ExpiryEntry } from '../results/expiry.ts';
import { nextExpiry } from '../results/next-expiry.ts';
import type { Picture } from '../results/picture.ts';
import type { Report } from '../results/report.ts';
import { expectOf } from './expect.ts';

/** Up to so many nodes, all have a section; of more, only those with findings. */
const allOf = 20;
/** Nodes that have a section, at most. */
const mostNodes = 100;
/**
 * So many connections are simulated to say what stops: each question simulates all of them, which takes 2 to 5 ms for
 * one.
 */
const mostSimulated = 800;

interface Linted {
  readonly report: Report;
  readonly pkis: readonly Pki[];
  readonly clusters: readonly Cluster[];
  readonly connections: readonly SimulatedConnection[];
  readonly dumps: readonly ClusterObjects[];
}

/** Returns what a page about a report shows. */
export function pictureOf({ report, pkis, clusters, connections, dumps }: Linted): Picture {
  const names = new Set(nodesShown(report));
  const shown = pkis.filter(({ name }) => names.has(name));
  const own = connections.filter(({ client }) => names.has(client.name));
  const windowMs = pkis[0]?.judging.target?.windowMs;
  const expiries = [
    ...shown.flatMap((pki) => expiryEntries(report.inventory, pki)),
    ...dumps.flatMap((dump) => objectExpiries(dump, Date.parse(report.at))),
  ];
  const peersOf = clusterPeers(clusters);
  return {
    nodes: [...names],
    windowDays: windowMs === undefined ? null : Math.round(windowMs / day),
    graph: buildGraph(shown, own, dialledConnections(report.connections), Date.parse(report.at)),
    expiries,
    renewals: Object.fromEntries(shown.flatMap(renewalOf)),
    expectations: shown.flatMap(expectOf),
    nextStops: connections.length > mostSimulated ? [] : nextStopsOf(report, expiries, shown, peersOf),
    radii: radiiOf(shown, peersOf, Math.floor(mostSimulated / Math.max(1, connections.length))),
  };
}

function renewalOf({ layout: { installer, remedies } }: Pki): readonly (readonly [by: string, command: string])[] {
  const command = remedies.renewal?.step.command;
  const by = remedies.renewal?.by ?? installer;
  return command === undefined || by === undefined ? [] : [[by, command]];
}

function nodesShown({ nodes, findings }: Report): readonly string[] {
  const names = nodes.map(({ name }) => name);
  if (names.length <= allOf) return names;
  const bad = new Set(findings.flatMap(({ severity, node }) => (severity === 'info' ? [] : [node])));
  return names.filter((name) => bad.has(name)).slice(0, mostNodes);
}

type PeersOf = ReturnType<typeof clusterPeers>;

/** What stops on the next day on which certificates expire that something depends on. */
function nextStopsOf(
  report: Report,
  expiries: readonly ExpiryEntry[],
  pkis: readonly Pki[],
  peersOf: PeersOf,
): readonly Stop[] {
  const next = nextExpiry(report, report.at, false);
  if (next === undefined) return [];
  const due = expiries.filter(({ inUse, expires }) => inUse && expires.slice(0, 10) === next.at.slice(0, 10));
  return stopsWithout(new Set(due.map(({ fingerprint256 }) => fingerprint256)), pkis, peersOf);
}

/** What stops without each CA, for the first `most` of these. */
function radiiOf(pkis: readonly Pki[], peersOf: PeersOf, most: number): readonly BlastRadius[] {
  const authorities = pkis.flatMap(({ layout }) => layout.authorities.map(({ role }) => role));
  return [...new Set(authorities)].slice(0, most).flatMap((role) => {
    try {
      return blastOf(role, pkis, peersOf);
    } catch (error) {
      // No node has a file of this role.
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}
