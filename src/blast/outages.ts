/** What stops: the connections are made again without the files, and after the certificate's end. */

import type { BlastRadius, Stop, User } from '../core/blast.ts';
import { reportedConnection } from '../lint/connections.ts';
import { decidingStep, findConnections, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import { withExpired, withoutFiles } from '../model/what-if/variant.ts';
import { roleIds } from '../tables/role-ids.ts';
import type { Target } from './target.ts';

/** The connections of nodes; `besides` are those of a node's cluster. */
export type Connect = (change: (pki: Pki) => Pki) => readonly SimulatedConnection[];

/** How the connections of some nodes are made, each node changed first. */
export function connecting(pkis: readonly Pki[], besides: (pki: Pki) => readonly Pki[]): Connect {
  return (change) => {
    const changed = new Map(pkis.map((pki) => [pki, change(pki)]));
    const anew = (pki: Pki) => changed.get(pki) ?? pki;
    return pkis.flatMap((pki) => findConnections(anew(pki), besides(pki).map(anew)));
  };
}

/** What works today, or cannot be told, and fails without what is meant or after its end. */
export function stopsOf(targets: readonly Target[], usedBy: readonly User[], connect: Connect): readonly Stop[] {
  const today = connect((pki) => pki);
  const files = (pki: Pki) => new Set(targets.filter((one) => one.pki === pki).flatMap((one) => one.files));
  const down = new Set(usedBy.flatMap(({ node, component }) => (component === null ? [] : `${component} ${node}`)));
  const lost = connect((pki) => withoutFiles(pki, files(pki)));
  const ended = new Set(targets.flatMap(({ certificate }) => certificate?.fingerprint256 ?? []));
  const expired = ended.size === 0 ? today : connect((pki) => withExpired(pki, ended));
  return today.flatMap((connection): Stop[] => {
    if (decidingStep(connection)?.verdict === 'fail') return [];
    const without = failureOf(connection, lost) ?? notStarted(connection, down);
    const after = failureOf(connection, expired)?.replace(/: current time .*$/s, '');
    const reason = without ?? after;
    if (reason === undefined) return [];
    const when = [
      ...(without === undefined ? [] : ['lost' as const]),
      ...(after === undefined ? [] : ['expired' as const]),
    ];
    const {
      node,
      id,
      client,
      server,
      address,
      without: meaning,
    } = reportedConnection({ connection, causes: [] }, () => undefined);
    return [{ node, id, client, server, address, when, reason, without: meaning }];
  });
}

/** Why a connection fails among others; undefined where it does not. What is not made any more fails too. */
function failureOf(one: SimulatedConnection, others: readonly SimulatedConnection[]): string | undefined {
  const same = others.filter(({ row, client }) => row === one.row && client.name === one.client.name);
  const found = same.find(({ server, address }) => server?.name === one.server?.name && address === one.address);
  const step = found ? decidingStep(found) : same.map(decidingStep).find((other) => other?.verdict === 'fail');
  if (step?.verdict === 'fail') return step.reason ?? '';
  return same.length === 0 ? 'no such file' : undefined;
}

/** Who is at either end, where that is a component; pods keep the tokens that they have. */
function notStarted({ row, client, server }: SimulatedConnection, down: ReadonlySet<string>): string | undefined {
  const dialling = row.presents === roleIds.serviceAccount ? null : (row.on ?? row.client);
  const dialled = row.dials === 'nothing' ? undefined : row.verifies.split(' ')[0];
  if (down.has(`${dialling} ${client.name}`)) return `${dialling} does not start`;
  return server && down.has(`${dialled} ${server.name}`) ? `${dialled} does not start` : undefined;
}

/** What only these keys could sign anew. */
export function unissuedOf(targets: readonly Target[], pkis: readonly Pki[]): BlastRadius['unissued'] {
  const signs = targets.some(({ key, files }) => key !== undefined && files.includes(key));
  const keys = new Set(signs ? targets.flatMap((one) => one.keys) : []);
  return pkis.flatMap((pki) =>
    pki.roles
      .filter(({ verified }) => keys.has(verified?.[1]?.publicKey.id ?? ''))
      .map(({ id, path }) => ({ node: pki.name, role: id, path })),
  );
}
