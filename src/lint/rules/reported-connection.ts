/** Connections in the form of the report. */
import type { DistinguishedName } from '../../artifact/certificate.ts';
import { distrustIn } from '../../model/handshake/distrust.ts';
import { decidingStep, effectOf, type SimulatedConnection } from '../../model/handshake/index.ts';
import type { Connection, Distrust } from '../../results/connection.ts';
import { type Filled, plainText, unwritten } from '../../results/message.ts';
import type { JudgedConnection } from './connections.ts';
import type { Failure } from './failure.ts';

/** A server, with the node that it is on if that is not the client's. */
const serverEnd = (server: string, node: string | undefined): Filled =>
  node === undefined
    ? { template: '{server}', data: { server } }
    : { template: '{server} on {node}', data: { server, node } };

/** A connection in the form of the report. */
export function reportedConnection(
  { connection, causes, holding }: JudgedConnection,
  fingerprintOf: (failure: Failure) => string | undefined,
): Connection {
  const causeOf = (failures: readonly Failure[]) =>
    failures.map(fingerprintOf).find((fingerprint) => fingerprint !== undefined) ?? null;
  const { row, client, server, address } = connection;
  const step = decidingStep(connection);
  const end = serverEnd(row.server, server === client ? undefined : server?.name);
  const distrust = distrustOf(connection);
  return {
    node: client.name,
    id: row.id,
    client: row.client,
    server: plainText(end),
    wording: unwritten(end),
    ...(distrust && { distrust: unwritten(distrust) }),
    address,
    verdict: step?.verdict ?? 'ok',
    reason: step?.reason ?? null,
    without: effectOf(connection),
    cause: causeOf(causes),
    ...(holding && { inMemory: { reason: holding.reason, cause: causeOf(holding.causes), end: holding.end } }),
  };
}

function distrustOf(connection: SimulatedConnection): Distrust | undefined {
  const found = distrustIn(connection);
  if (found === undefined) return undefined;
  const { presents, presented, leaf, trusted, anchors } = found;
  const nameOf = ({ commonName, text }: DistinguishedName) => commonName || text;
  return {
    presents,
    presented: { path: presented.at.path, node: presented.owner.name },
    issuer: nameOf(leaf.issuer),
    trusted: { path: trusted.at.path, node: trusted.owner.name },
    anchors: [...new Set(anchors.map(({ subject }) => nameOf(subject)))],
  };
}
