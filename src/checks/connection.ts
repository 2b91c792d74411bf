/** Checks of handshakes that fail although both ends pass on their own, with a check for each leg that can decide. */
import { decidingLeg } from '../model/handshake/index.ts';
import type { LegKind } from '../tables/catalog.ts';
import { check, notApplicable, problem, skip } from './check.ts';

/** A check of the connections whose deciding leg is one of these. */
function failsAt(...kinds: readonly LegKind[]) {
  return check('connection', function* (connection) {
    const { row, address, server } = connection;
    const leg = decidingLeg(connection);
    if (leg === undefined) return;
    if (row.dials === 'etcd-gateway') return yield notApplicable("no component goes through etcd's HTTP gateway");
    if (!kinds.includes(leg.kind)) return yield notApplicable('another leg decides');
    if (server === undefined && leg.verdict === 'unknown') return yield notApplicable(leg.reason ?? 'unknown');
    if (leg.verdict === 'unknown') return yield skip(leg.reason ?? 'unknown');
    const data = {
      client: row.client,
      server: row.server,
      dialled: address ?? row.server,
      error: leg.reason ?? '',
      without: row.without,
      path: leg.at.path,
      presents: row.presents,
      serves: row.serves ?? 'the server certificate',
      node: server?.name ?? '',
    };
    yield problem(leg.at, data, { key: address ?? '' });
  });
}

export const connectionChecks = {
  'connection/credential': failsAt('client', 'server'),
  'connection/server-trust': failsAt('server-trust'),
  'connection/server-name': failsAt('server-name'),
  'connection/client-trust': failsAt('client-trust', 'client-name'),
  'connection/identity': failsAt('identity'),
  'connection/transport': failsAt('transport'),
};
