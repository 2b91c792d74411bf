/** Connections that succeed by the files on disk, and fail because a process at one of their ends holds older ones. */
import { argumentName } from '../../tables/tables.ts';
import type { SimulatedConnection } from '../handshake/index.ts';
import type { Pki } from '../roles/pki.ts';
import { type Held, heldBy } from './verdicts.ts';

/** What keeps a connection from succeeding. */
export interface InMemory {
  /** The end whose process holds the file. */
  readonly end: 'client' | 'server';
  readonly node: Pki;
  readonly held: Held;
}

/** Returns what keeps a connection from succeeding although its files would let it; undefined if nothing is known. */
export function inMemoryOf({ row, client, server }: SimulatedConnection): InMemory | undefined {
  const failing = (pki: Pki | undefined) =>
    pki === undefined ? [] : heldBy(pki).filter((one) => one.verdict === 'fails');
  const isOf = ({ row: { component, flag } }: Held, argument: string) => argumentName({ component, flag }) === argument;
  const atServer = failing(server).find((held) => isOf(held, row.verifies));
  if (server !== undefined && atServer !== undefined) return { end: 'server', node: server, held: atServer };
  const isClient = ({ component }: Held) => row.client.split(/[ ']/)[0] === component.name;
  const atClient = failing(client).find(
    (held) =>
      isOf(held, row.trust) || (held.row.embeds === true && isClient(held) && row.dials === 'kubeconfig-server'),
  );
  return atClient && { end: 'client', node: client, held: atClient };
}
