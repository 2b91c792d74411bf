/** Checks of handshakes that fail although both ends pass on their own, with a check for each step that can decide. */
import { decidingStep } from '../model/handshake/index.ts';
import type { StepKind } from '../tables/catalog.ts';
import { check, notApplicable, problem, skip } from './check.ts';

/** A check of the connections whose deciding step is one of these. */
function failsAt(...kinds: readonly StepKind[]) {
  return check('connection', function* (connection) {
    const { row, address, server } = connection;
    const step = decidingStep(connection);
    if (step === undefined) return;
    if (row.dials === 'etcd-gateway') return yield notApplicable("no component goes through etcd's HTTP gateway");
    if (!kinds.includes(step.kind)) return yield notApplicable('another leg decides');
    if (server === undefined && step.verdict === 'unknown') return yield notApplicable(step.reason ?? 'unknown');
    if (step.verdict === 'unknown') return yield skip(step.reason ?? 'unknown');
    const data = {
      client: row.client,
      server: row.server,
      dialled: address ?? row.server,
      error: step.reason ?? '',
      without: row.without,
      path: step.at.path,
      presents: row.presents,
      serves: row.serves ?? row.server,
      node: server?.name ?? '',
    };
    yield problem(step.at, data, { key: address ?? '' });
  });
}

export const connectionChecks = {
  'connection/credential': failsAt('client', 'server'),
  'connection/listener': failsAt('listener'),
  'connection/server-trust': failsAt('server-trust'),
  'connection/server-name': failsAt('server-name'),
  'connection/client-trust': failsAt('client-trust', 'client-name'),
  'connection/identity': failsAt('identity'),
  'connection/transport': failsAt('transport'),
};
