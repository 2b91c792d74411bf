/**
 * Which end of a connection to correct if no server has the name that a client dials. Either may be wrong, so the end with
 * fewer files is: one kubeconfig with a wrong address is one fault, and not one of each API server.
 */
import { groupBy } from '../core/collections.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Step } from '../model/handshake/steps.ts';

/** A connection, as it is if the client is to be corrected. */
export interface AtClient {
  readonly connection: SimulatedConnection;
  readonly step: Step;
  /** The same for all servers that a client dials by an address. */
  readonly key: string;
}

/** Returns the connections to correct at the client. */
export function atClients(connections: readonly SimulatedConnection[]): ReadonlyMap<SimulatedConnection, AtClient> {
  const failing = connections.flatMap((connection) => atClient(connection) ?? []);
  const byHost = groupBy(failing, ({ connection: { row, host } }) => `${row.server} ${host}`);
  const moved = [...byHost.values()].filter((same) => {
    const servers = new Set(same.map(({ connection }) => connection.server));
    return new Set(same.map(({ key }) => key)).size < servers.size;
  });
  return new Map(moved.flat().map((one) => [one.original, one]));
}

/** A connection to a different node that fails because of its name, and the place where that is written. */
function atClient(original: SimulatedConnection): (AtClient & { readonly original: SimulatedConnection }) | undefined {
  const { client, server, at } = original;
  const failed = decidingStep(original);
  if (failed?.kind !== 'server-name' || failed.verdict !== 'fail' || !at || server === client) return undefined;
  const step: Step = { ...failed, owner: client, at, blames: [], otherEnd: undefined };
  const connection = { ...original, steps: original.steps.map((one) => (one === failed ? step : one)) };
  return { original, connection, step, key: [client.node.label, at.path, at.line].join() };
}
