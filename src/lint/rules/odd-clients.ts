/**
 * Which end of a connection to correct if no server has the name that a client dials. If nothing shows that the name is
 * right, it is the client: one kubeconfig with a wrong address is one fault, and not one of each API server.
 */

import { placeOn } from '../../artifact/place.ts';
import { rightEnd } from '../../model/dialling/right-end.ts';
import { decidingStep, type SimulatedConnection } from '../../model/handshake/index.ts';
import type { Step } from '../../model/handshake/steps.ts';

/** A connection, as it is if the client is to be corrected. */
export interface AtClient {
  readonly connection: SimulatedConnection;
  readonly step: Step;
  /** The same for all servers that a client dials by an address. */
  readonly key: string;
}

/** Returns the connections to correct at the client. */
export function atClients(connections: readonly SimulatedConnection[]): ReadonlyMap<SimulatedConnection, AtClient> {
  return new Map(connections.flatMap((connection) => atClient(connection) ?? []).map((one) => [one.original, one]));
}

/** Whether nothing shows that a kubeconfig dials an API server. */
function isDoubtful({ row, client }: SimulatedConnection): boolean {
  const role = client.roles.find(({ id }) => id === row.presents);
  return role?.kind === 'kubeconfig' && rightEnd(role, client) !== 'client';
}

/** A connection to a different node that fails because of its name, and the place where that is written. */
function atClient(original: SimulatedConnection): (AtClient & { readonly original: SimulatedConnection }) | undefined {
  const { client, server, at } = original;
  const failed = decidingStep(original);
  if (failed?.kind !== 'server-name' || failed.verdict !== 'fail' || !at || server === client || !isDoubtful(original))
    return undefined;
  const place = placeOn(client.node, at);
  const step: Step = { ...failed, owner: client, at: place, blames: [], otherEnd: undefined };
  const connection = { ...original, steps: original.steps.map((one) => (one === failed ? step : one)) };
  return { original, connection, step, key: [client.node.label, place.path, place.line].join() };
}
