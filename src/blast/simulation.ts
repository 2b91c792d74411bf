/** Simulates the connections of all nodes once, and again those that a change of some nodes can affect. */
import { groupBy } from '../core/collections.ts';
import { decidingStep, findConnections, type SimulatedConnection, toVariant } from '../model/handshake/index.ts';
import { withVariants } from '../model/handshake/peers.ts';
import type { Pki } from '../model/roles/pki.ts';
import { fingerprintsOf } from '../model/what-if/variant.ts';

/** Variants of nodes, by the node. */
export type Variants = ReadonlyMap<Pki, Pki>;

export interface Simulation {
  /** In the order of the nodes. */
  readonly today: readonly SimulatedConnection[];
  /** Sorts connections of today into their order there. */
  inOrder(connections: ReadonlySet<SimulatedConnection>): readonly SimulatedConnection[];
  /** Returns the connections of today from and to these nodes. */
  touching(pkis: readonly Pki[]): readonly SimulatedConnection[];
  /** Returns the connections that fail with these variants, each with the reason; also those that fail today. */
  failuresWith(variants: Variants): ReadonlyMap<SimulatedConnection, string>;
  /** Returns the nodes that have a certificate with one of these fingerprints. */
  holding(fingerprints: ReadonlySet<string>): readonly Pki[];
}

/** Simulates the connections of the nodes. `clusterPeers` are the nodes of a node's cluster. */
export function simulationOf(pkis: readonly Pki[], clusterPeers: (pki: Pki) => readonly Pki[]): Simulation {
  const today = pkis.flatMap((pki) => findConnections(pki, clusterPeers(pki)));
  const positions = new Map(today.map((connection, index) => [connection, index]));
  const positionOf = (connection: SimulatedConnection) => positions.get(connection) ?? 0;
  const from = groupBy(today, ({ client }) => client);
  const to = groupBy(today, ({ server }) => server);
  let holders: ReadonlyMap<string, readonly { readonly pki: Pki }[]> | undefined;
  return {
    today,
    inOrder: (connections) => [...connections].sort((one, other) => positionOf(one) - positionOf(other)),
    touching: (some) => some.flatMap((pki) => [...(from.get(pki) ?? []), ...(to.get(pki) ?? [])]),
    failuresWith(variants) {
      const clients = affectedClients(variants, clusterPeers);
      const failures = new Map<SimulatedConnection, string>();
      const note = (connection: SimulatedConnection, reason: string | undefined) => {
        if (reason !== undefined) failures.set(connection, reason);
      };
      const variantOf = (pki: Pki) => variants.get(pki) ?? pki;
      const clusters = new Map<readonly Pki[], readonly Pki[]>();
      for (const client of clients) {
        const peers = clusterPeers(client);
        const cluster = clusters.get(peers) ?? withVariants(peers, variantOf);
        clusters.set(peers, cluster);
        const reasonOf = failuresIn(findConnections(variantOf(client), cluster));
        for (const connection of from.get(client) ?? []) note(connection, reasonOf(connection));
      }
      for (const [pki, variant] of variants) {
        for (const connection of to.get(pki) ?? []) {
          if (!clients.has(connection.client)) note(connection, reasonOf(toVariant(connection, variant)));
        }
      }
      return failures;
    },
    holding(fingerprints) {
      holders ??= groupBy(
        pkis.flatMap((pki) => [...fingerprintsOf(pki)].map((fingerprint) => ({ fingerprint, pki }))),
        ({ fingerprint }) => fingerprint,
      );
      const found = [...fingerprints].flatMap((one) => holders?.get(one) ?? []);
      return [...new Set(found.map(({ pki }) => pki))];
    },
  };
}

/**
 * The nodes whose connections can change as a whole. Where a shared name leads depends on the certificates of all API
 * servers (`apiServersAt`), so a change of a control plane affects each node of its cluster; that of a worker only what
 * leads to it.
 */
function affectedClients(variants: Variants, clusterPeers: (pki: Pki) => readonly Pki[]): ReadonlySet<Pki> {
  return new Set([...variants.keys()].flatMap((pki) => (pki.kind === 'control-plane' ? clusterPeers(pki) : [pki])));
}

/** Returns why a connection fails; undefined if it does not. */
export function reasonOf(connection: SimulatedConnection | undefined): string | undefined {
  const step = connection && decidingStep(connection);
  return step?.verdict === 'fail' ? (step.reason ?? '') : undefined;
}

/**
 * Returns a function that says why a connection of today fails in another simulation of its client; undefined if it
 * does not. A connection that is no longer made fails too.
 */
function failuresIn(others: readonly SimulatedConnection[]): (one: SimulatedConnection) => string | undefined {
  const dialOf = ({ row, server, address }: SimulatedConnection) => [row.id, server?.name, address].join('\0');
  const byDial = groupBy(others, dialOf);
  const byRow = groupBy(others, ({ row }) => row);
  return (one) => {
    const found = byDial.get(dialOf(one))?.[0];
    if (found) return reasonOf(found);
    const same = byRow.get(one.row) ?? [];
    return same.length === 0 ? 'no such file' : same.map(reasonOf).find((reason) => reason !== undefined);
  };
}
