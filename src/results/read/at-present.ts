/** What happens to new handshakes of a connection: what its files say, unless a running process holds an older one. */
import type { Connection, ConnectionVerdict, InMemory } from '../connection.ts';

const onDisk: Readonly<Record<ConnectionVerdict, string>> = {
  ok: '✔ on disk',
  unknown: '? on disk',
  fail: '✖ on disk',
};

/** Returns why a connection fails in spite of its files: `✔ on disk, ✖ in memory: etcd holds …`. */
export const inMemoryWords = (verdict: ConnectionVerdict, { reason }: Pick<InMemory, 'reason'>): string =>
  `${onDisk[verdict]}, ✖ in memory: ${reason}`;

/** Returns a connection as it is now: one that fails only in memory fails, with that reason and cause. */
export function atPresent(connection: Connection): Connection {
  const { verdict, inMemory } = connection;
  if (inMemory === undefined) return connection;
  return { ...connection, verdict: 'fail', reason: inMemoryWords(verdict, inMemory), cause: inMemory.cause };
}
