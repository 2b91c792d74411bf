/** What stops working: the connections are simulated without the files, and with the certificate expired. */
import type { BlastRadius, Stop, User } from '../core/blast.ts';
import { groupBy } from '../core/collections.ts';
import { reportedConnection } from '../lint/connections.ts';
import { decidingStep, findConnections, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import { withExpired, withoutFiles } from '../model/what-if/variant.ts';
import { roleIds } from '../tables/role-ids.ts';
import type { BlastTarget } from './target.ts';

/** Returns the connections of all nodes, after `change` was applied to each node. */
type Simulate = (change: (pki: Pki) => Pki) => readonly SimulatedConnection[];

/** Returns a function that simulates the connections of the nodes. `clusterPeers` are the other nodes of a cluster. */
export function simulatorOf(pkis: readonly Pki[], clusterPeers: (pki: Pki) => readonly Pki[]): Simulate {
  return (change) => {
    const changed = new Map(pkis.map((pki) => [pki, change(pki)]));
    const changedOf = (pki: Pki) => changed.get(pki) ?? pki;
    const clusters = new Map<readonly Pki[], readonly Pki[]>();
    return pkis.flatMap((pki) => {
      const peers = clusterPeers(pki);
      const cluster = clusters.get(peers) ?? peers.map(changedOf);
      clusters.set(peers, cluster);
      return findConnections(changedOf(pki), cluster);
    });
  };
}

/**
 * Returns the connections that do not fail today, but fail without the files of the targets, or after their
 * certificates expire. A component that reads one of the files does not start without it.
 *
 * @param usedBy the components that read the files
 * @param today the connections of the nodes as they are
 */
export function findOutages(
  targets: readonly BlastTarget[],
  usedBy: readonly User[],
  today: readonly SimulatedConnection[],
  simulate: Simulate,
): readonly Stop[] {
  const targetsOf = groupBy(targets, ({ pki }) => pki);
  const files = (pki: Pki) => new Set((targetsOf.get(pki) ?? []).flatMap((one) => one.files));
  const down = new Set(usedBy.flatMap(({ node, component }) => (component === null ? [] : `${component} ${node}`)));
  const lost = simulate((pki) => withoutFiles(pki, files(pki)));
  const fingerprints = new Set(targets.flatMap(({ certificate }) => certificate?.fingerprint256 ?? []));
  const expired = fingerprints.size === 0 ? today : simulate((pki) => withExpired(pki, fingerprints));
  const [whenLostOf, whenExpiredOf] = [failuresIn(lost), failuresIn(expired)];
  return today.flatMap((connection): Stop[] => {
    if (decidingStep(connection)?.verdict === 'fail') return [];
    const whenLost = whenLostOf(connection) ?? startFailureOf(connection, down);
    const whenExpired = whenExpiredOf(connection)?.replace(/: current time .*$/s, '');
    const reason = whenLost ?? whenExpired;
    if (reason === undefined) return [];
    const when = [
      ...(whenLost === undefined ? [] : ['lost' as const]),
      ...(whenExpired === undefined ? [] : ['expired' as const]),
    ];
    const reported = reportedConnection({ connection, causes: [] }, () => undefined);
    const { node, id, client, server, address, without } = reported;
    return [{ node, id, client, server, address, when, reason, without }];
  });
}

/**
 * Returns a function that says why a connection of today fails in another simulation; undefined if it does not. A
 * connection that is no longer made fails too.
 */
function failuresIn(others: readonly SimulatedConnection[]): (one: SimulatedConnection) => string | undefined {
  const keyOf = ({ row, client }: SimulatedConnection) => `${row.id} ${client.name}`;
  const byClient = groupBy(others, keyOf);
  return (one) => {
    const same = byClient.get(keyOf(one)) ?? [];
    const found = same.find(({ server, address }) => server?.name === one.server?.name && address === one.address);
    const step = found ? decidingStep(found) : same.map(decidingStep).find((other) => other?.verdict === 'fail');
    if (step?.verdict === 'fail') return step.reason ?? '';
    return same.length === 0 ? 'no such file' : undefined;
  };
}

/**
 * Why a connection fails because a component at either end does not start; undefined if both start. The client of a
 * connection with a service account token is a pod, which keeps its token.
 */
function startFailureOf({ row, client, server }: SimulatedConnection, down: ReadonlySet<string>): string | undefined {
  const dialer = row.presents === roleIds.serviceAccount ? null : (row.on ?? row.client);
  const listener = row.dials === 'nothing' ? undefined : row.verifies.split(' ')[0];
  if (down.has(`${dialer} ${client.name}`)) return `${dialer} does not start`;
  return server && down.has(`${listener} ${server.name}`) ? `${listener} does not start` : undefined;
}

/** Returns the certificates that only the keys of the targets can reissue; none if no private key is a target. */
export function unissuedBy(targets: readonly BlastTarget[], pkis: readonly Pki[]): BlastRadius['unissued'] {
  const includesPrivateKey = targets.some(({ key, files }) => key !== undefined && files.includes(key));
  const keys = new Set(includesPrivateKey ? targets.flatMap((one) => one.keys) : []);
  return pkis.flatMap((pki) =>
    pki.roles
      .filter(({ verified }) => keys.has(verified?.[1]?.publicKey.id ?? ''))
      .map(({ id, path }) => ({ node: pki.name, role: id, path })),
  );
}
