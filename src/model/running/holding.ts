/**
 * Connections that succeed by the files on disk, and fail because a process at one of their ends holds an older file.
 */
import { readOnceWords } from '../../tables/read-once.ts';
import { argumentName } from '../../tables/tables.ts';
import type { SimulatedConnection } from '../handshake/index.ts';
import { clientOf } from '../handshake/running.ts';
import type { Pki } from '../roles/pki.ts';
import { type Held, heldBy } from './verdicts.ts';

/** What keeps new handshakes of a connection from succeeding. */
export interface Holding {
  /** The end whose process holds an older file. */
  readonly end: 'client' | 'server';
  /** The node of that process. */
  readonly node: Pki;
  /** The file, as it is now on that node. */
  readonly path: string;
  readonly reason: string;
}

/** Returns what makes a connection fail in memory; undefined if nothing is known that does. */
export function holdingOf({ row, client, server }: SimulatedConnection): Holding | undefined {
  const failing = (pki: Pki | undefined) =>
    pki === undefined ? [] : heldBy(pki).filter((one) => one.verdict === 'fails');
  const isClient = ({ component }: Held) => clientOf(row) === component.name;
  const atServer = failing(server).find((held) => argumentName(held.row) === row.verifies);
  if (server !== undefined && atServer !== undefined) return holding('server', server, atServer);
  const atClient = failing(client).find(
    (held) =>
      argumentName(held.row) === row.trust ||
      (held.row.embeds === true && isClient(held) && row.dials === 'kubeconfig-server'),
  );
  return atClient && holding('client', client, atClient);
}

const holding = (end: Holding['end'], node: Pki, { row, file }: Held): Holding => ({
  end,
  node,
  path: file.path,
  reason: readOnceWords(row, 'fails'),
});
