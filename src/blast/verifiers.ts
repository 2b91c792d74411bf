/** Who verifies whom, grouped by what is trusted: in a fleet, hundreds of nodes trust the same CA. */
import { componentNamed } from '../artifact/arguments.ts';
import type { Certificate } from '../artifact/certificate.ts';
import { groupBy } from '../core/collections.ts';
import { type Trusted, trustedBy } from '../model/handshake/ends.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import { slotName } from '../model/roles/slots.ts';
import { allowedFrontProxyNames } from '../model/trust/authorization.ts';
import { type VerifierRow, verifierRows } from '../tables/identities.ts';

type AtLeastOne<T> = readonly [T, ...T[]];

/** The nodes on which a component verifies its clients in the same way. */
export interface ClientVerifier {
  readonly row: VerifierRow;
  /** The argument, with its component. */
  readonly by: string;
  readonly pool: readonly Certificate[];
  readonly pkis: AtLeastOne<Pki>;
}

/** A connection whose client verifies its server. */
interface VerifyingClient extends SimulatedConnection {
  /** The position in the list of connections. */
  readonly index: number;
  /** What the client verifies with: an argument or a kubeconfig. */
  readonly by: string;
}

/** The connections whose clients trust the same certificates, in the same way. */
export interface ClientsOfPool {
  readonly pool: readonly Certificate[];
  readonly clients: AtLeastOne<VerifyingClient>;
}

type PoolId = (pool: readonly Certificate[], pki: Pki) => number;

/** Returns a function that gives equal numbers to equal certificates that nodes verify with equally. */
export function poolIds(): PoolId {
  const ids = new Map<string, number>();
  return (pool, { strictness, judging }) => {
    const { takes, refuses = [] } = strictness;
    const key = [...pool.map(({ fingerprint256 }) => fingerprint256), ...takes, ...refuses, judging.at].join();
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
}

/** Groups what shares a key. */
const groups = <T>(items: readonly T[], keyOf: (item: T) => unknown): readonly AtLeastOne<T>[] =>
  [...groupBy(items, keyOf).values()].flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []));

/** Finds the components that verify clients by a flag. */
export function verifiersOf(pkis: readonly Pki[], poolId: PoolId): readonly ClientVerifier[] {
  const all = pkis.flatMap((pki) =>
    verifierRows.flatMap((row) => {
      const [component = '', flag = ''] = row.by.split(' ');
      const pool = clientPool(pki, row.by, component);
      if (pool === undefined) return [];
      const slot = pki.slots.find((one) => one.component.name === component && one.row.flag === flag);
      return [{ row, pki, pool, by: slot ? slotName(slot) : `${component} --${flag}` }];
    }),
  );
  const keyOf = ({ row, pki, pool, by }: (typeof all)[number]) =>
    [row.by, by, poolId(pool, pki), namesAllowedBy(row, pki)].join('\0');
  return groups(all, keyOf).map((same) => {
    const [{ row, by, pool, pki }, ...others] = same;
    return { row, by, pool, pkis: [pki, ...others.map((one) => one.pki)] };
  });
}

/** What decides which names a verifier accepts. */
function namesAllowedBy({ by }: VerifierRow, pki: Pki): string {
  if (by.endsWith('requestheader-client-ca-file')) return JSON.stringify(allowedFrontProxyNames(pki) ?? null);
  return by.startsWith('etcd ') ? pki.node.label : '';
}

/** Groups the connections whose clients verify their servers. */
export function clientsOf(connections: readonly SimulatedConnection[], poolId: PoolId): readonly ClientsOfPool[] {
  const all = connections.flatMap((connection, index) => {
    const { row, client, ends } = connection;
    const pool = ends.trusted && known(ends.trusted);
    if (pool === undefined || ends.trusted === undefined) return [];
    const by = row.trust === 'kubeconfig' ? ends.trusted.at.path : row.trust.replace(' ', ' --');
    return [{ ...connection, index, by, client, pool }];
  });
  return groups(all, ({ pool, client }) => poolId(pool, client)).map((clients) => ({ pool: clients[0].pool, clients }));
}

/**
 * The CA certificates by which a component of the node verifies its clients; undefined if they are not known. For a
 * bare PKI folder, those of the CA that the tables document.
 */
function clientPool(pki: Pki, by: string, component: string): readonly Certificate[] | undefined {
  const bare = pki.node.components.length === 0 && pki.kind === 'control-plane' && component !== 'kubelet';
  if (!bare && componentNamed(pki.node, component) === undefined) return undefined;
  return known(trustedBy(pki, by));
}

const known = ({ material }: Trusted): readonly Certificate[] | undefined =>
  material.state === 'known' ? material.value : undefined;
