/** Connections and their causes: a dead connection hangs under the finding at its first failing link. */
import type { Connection } from '../core/connection.ts';
import type { Related } from '../core/report.ts';
import { idOnNode } from '../model/handshake/ends.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import type { Step } from '../model/handshake/steps.ts';
import type { Pki } from '../model/roles/pki.ts';
import { type Breaking, type Rule, rules, type StepKind, stages } from '../tables/catalog.ts';
import { ask, type Failure, type Outcome } from './run.ts';
import type { Subject } from './subjects.ts';

export interface JudgedConnections {
  readonly connections: readonly { readonly connection: SimulatedConnection; readonly causes: readonly Failure[] }[];
  /** Where both ends pass on their own. */
  readonly failures: readonly Failure[];
  readonly outcomes: readonly { readonly pki: Pki; readonly outcome: Outcome }[];
}

const connectionRules = rules.filter((rule) => rule.over === 'connection');

/** Finds the causes of every failing connection among what has failed, and asks the connection rules of the others. */
export function judgeConnections(
  connections: readonly SimulatedConnection[],
  failed: readonly Failure[],
  wanted: (rule: Rule) => boolean,
): JudgedConnections {
  const byId = indexed(failed);
  const failures: Failure[] = [];
  const outcomes: { pki: Pki; outcome: Outcome }[] = [];
  const first = new Map<string, readonly Failure[]>();
  const judged = connections.map((connection) => {
    const step = decidingStep(connection);
    const same = step?.verdict === 'fail' ? sameAs(step) : [];
    const known = same.map((one) => first.get(one)).find((one) => one !== undefined);
    const causes = known ?? (step?.verdict === 'fail' ? causesOf(connection, step, byId) : []);
    if (causes.length > 0) return { connection, causes };
    const subject = subjectOf(connection, step);
    const pki = step?.owner ?? connection.client;
    const found: Failure[] = [];
    for (const rule of connectionRules) {
      const outcome = ask(rule, subject, pki, found);
      if (wanted(rule)) outcomes.push({ pki, outcome });
    }
    failures.push(...found);
    if (found.length > 0) for (const one of same) first.set(one, found);
    return { connection, causes: found };
  });
  return { connections: judged, failures, outcomes };
}

/** What fails of the same file for the same reason has one cause. */
function sameAs({ owner, at, otherEnd, reason }: Step): readonly string[] {
  const ends = [{ owner, at }, ...(otherEnd ? [otherEnd] : [])];
  return ends.map((end) => [end.owner.node.label, end.at.path, end.at.line, reason].join());
}

function indexed(failed: readonly Failure[]): ReadonlyMap<string, readonly Failure[]> {
  const byId = new Map<string, Failure[]>();
  for (const failure of failed) {
    const ids = failure.problem.on?.explains ?? [idOnNode(failure.pki, failure.subject.hangsOn[0] ?? '')];
    for (const id of ids) byId.set(id, [...(byId.get(id) ?? []), failure]);
  }
  return byId;
}

/** Earlier links first: of two causes the first is the one to fix. */
function causesOf(
  connection: SimulatedConnection,
  step: Step,
  byId: ReadonlyMap<string, readonly Failure[]>,
): readonly Failure[] {
  const blamed = new Set(step.blames.flatMap((id) => byId.get(id) ?? []));
  return [...blamed]
    .filter(({ rule }) => breaks(rule, step.kind, connection))
    .sort((one, other) => stages.indexOf(one.rule.stage) - stages.indexOf(other.rule.stage));
}

/** Whether a connection is one of those that a rule says it breaks. */
const isMeant: Readonly<Record<Breaking, (connection: SimulatedConnection) => boolean>> = {
  always: () => true,
  // A name that the page alone asks for is all that is missing: nothing that was seen depends on it.
  local: ({ client, server, row }) => client === server || row.dials === 'service',
  // It needs a usage that the page lists, and that clients otherwise do without.
  'etcd-gateway': ({ row }) => row.dials === 'etcd-gateway',
};

/** Whether what a rule finds can break such a step. */
function breaks(rule: Rule, kind: StepKind, connection: SimulatedConnection): boolean {
  const which = rule.breaks[kind];
  return which !== undefined && isMeant[which](connection);
}

function subjectOf(connection: SimulatedConnection, step: Step | undefined): Subject {
  const { row } = connection;
  const role = step?.kind.startsWith('server') ? row.serves : row.presents;
  return {
    value: connection,
    name: `${row.client} → ${row.server}`,
    path: step?.at.path ?? '',
    hangsOn: [`connection:${row.id}:${connection.address ?? ''}`],
    role: role ?? undefined,
  };
}

/** What a failure kills: each connection once, whatever the number of its addresses, and each reason once. */
export function deadOf({ connections }: JudgedConnections, failure: Failure): readonly Related[] {
  const told = new Map<string, Related>();
  // Nor what the finding itself says.
  const reasons = Object.values(failure.problem.data);
  const isSaid = (reason: string) => reasons.some((one) => one.includes(reason));
  for (const { connection, causes } of connections) {
    if (!causes.includes(failure) || failure.subject.value === connection) continue;
    const { row, client, server, address } = connection;
    const other = server && server !== client ? ` on ${server.name}` : '';
    const of = client === failure.pki ? '' : ` of ${client.name}`;
    const key = `${row.id} ${client.name}${other}`;
    if (told.has(key)) continue;
    const step = decidingStep(connection);
    const reason = step?.reason && !isSaid(step.reason) ? ` (${step.reason})` : '';
    reasons.push(step?.reason ?? '');
    told.set(key, {
      path: step?.at.path ?? failure.problem.at.path,
      subject: `${row.client}${of} → ${address ?? row.server}${other}`,
      message: `${row.without}${reason}`,
      fingerprint: null,
    });
  }
  return [...told.values()];
}

/** A connection as the report has it. */
export function reportedConnection(
  { connection, causes }: JudgedConnections['connections'][number],
  fingerprintOf: (failure: Failure) => string | undefined,
): Connection {
  const { row, client, server, address } = connection;
  const step = decidingStep(connection);
  return {
    node: client.name,
    id: row.id,
    client: row.client,
    server: server && server !== client ? `${row.server} on ${server.name}` : row.server,
    address,
    verdict: step?.verdict ?? 'ok',
    reason: step?.reason ?? null,
    without: row.without,
    cause: causes.map(fingerprintOf).find((fingerprint) => fingerprint !== undefined) ?? null,
  };
}
