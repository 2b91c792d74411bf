/** Connections and their causes: a broken connection is listed under the finding at its first failing link. */

import { placeOn } from '../../artifact/place.ts';
import { groupBy } from '../../core/collections.ts';
import { hasWords } from '../../core/text.ts';
import { rightEnd } from '../../model/dialling/right-end.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import { decidingStep, effectOf, type SimulatedConnection } from '../../model/handshake/index.ts';
import type { Step } from '../../model/handshake/steps.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Related } from '../../results/finding.ts';
import { type Message, plainText, unwritten } from '../../results/message.ts';
import { type Breaking, type Rule, rules, type StepKind, stages } from '../../tables/catalog.ts';
import type { Failure } from './failure.ts';
import { failingInMemory, type JudgedHolding, judgeHoldings } from './in-memory.ts';
import { runRule, type Wanted } from './run.ts';
import { brokenByStop, stoppedBy } from './stopped.ts';
import type { Subject } from './subjects.ts';
import { addOutcome, type Tally, tallyOf } from './tally.ts';

/** A connection, as it is if the client is to be corrected. */
interface AtClient {
  readonly connection: SimulatedConnection;
  readonly step: Step;
  /** The same for all servers that a client dials by an address. */
  readonly key: string;
}

/** Returns the connections to correct at the client. */
function atClients(connections: readonly SimulatedConnection[]): ReadonlyMap<SimulatedConnection, AtClient> {
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

export interface JudgedConnection {
  readonly connection: SimulatedConnection;
  readonly causes: readonly Failure[];
  /** Present if it fails only in memory. */
  readonly holding?: JudgedHolding | undefined;
}

export interface JudgedConnections {
  readonly connections: readonly JudgedConnection[];
  /** Of connections whose ends both pass on their own. */
  readonly failures: readonly Failure[];
  /** By the node at which a connection fails, else its client. */
  readonly outcomes: ReadonlyMap<Pki, Tally>;
  /** The failing connections by their causes. */
  readonly broken: ReadonlyMap<Failure, readonly SimulatedConnection[]>;
}

const connectionRules = rules.filter((rule) => rule.over === 'connection');

/** Finds the causes of each failing connection among what has failed; runs the connection rules on all others. */
export function judgeConnections(
  connections: readonly SimulatedConnection[],
  failed: readonly Failure[],
  wanted: Wanted,
): JudgedConnections {
  const byId = causesById(failed);
  const failures: Failure[] = [];
  const outcomes = new Map<Pki, Tally>();
  const first = new Map<string, readonly Failure[]>();
  const stopped = stoppedBy(failed);
  const moved = atClients(connections);
  const judged = connections.map((original) => {
    const failed = decidingStep(original);
    const stop = failed?.verdict === 'fail' ? undefined : brokenByStop(original, stopped);
    if (stop) return { connection: stop.connection, causes: [stop.cause] };
    const explained = failed?.verdict === 'fail' ? causesOf(original, failed, byId) : [];
    const { connection, step, key } = (explained.length === 0 && moved.get(original)) || {
      connection: original,
      step: failed,
      key: undefined,
    };
    const same = key === undefined ? (step?.verdict === 'fail' ? keysOf(step) : []) : [key];
    const causes = same.map((one) => first.get(one)).find((one) => one !== undefined) ?? explained;
    if (causes.length > 0) return { connection, causes };
    const subject = subjectOf(connection, step);
    const pki = step?.owner ?? connection.client;
    const found: Failure[] = [];
    const tally = outcomes.get(pki) ?? tallyOf([]);
    outcomes.set(pki, tally);
    for (const rule of connectionRules) {
      const outcome = runRule(rule, subject, { pki }, found);
      if (wanted.rule(rule, pki) && wanted.role(subject.role)) addOutcome(tally, outcome, wanted.passes);
    }
    failures.push(...found);
    if (found.length > 0) for (const one of same) first.set(one, found);
    return { connection, causes: found };
  });
  const holdings = judgeHoldings(
    judged.map(({ connection }) => connection),
    failed,
  );
  const all = judged.map((one) => ({ ...one, holding: holdings.get(one.connection) }));
  return { connections: all, failures, outcomes, broken: brokenByCause(all) };
}

function brokenByCause(judged: JudgedConnections['connections']): JudgedConnections['broken'] {
  const all = judged.flatMap(({ connection, causes, holding }) => {
    const held = holding && { connection: failingInMemory(connection, holding), causes: holding.causes };
    const broken = [{ connection, causes }, ...(held ? [held] : [])];
    return broken.flatMap((one) => one.causes.map((cause) => ({ cause, connection: one.connection })));
  });
  const groups = [...groupBy(all, ({ cause }) => cause)];
  return new Map(groups.map(([cause, group]) => [cause, group.map(({ connection }) => connection)]));
}

/** Keys of a failing step: failures of the same file for the same reason have one cause. */
function keysOf({ owner, at, otherEnd, reason }: Step): readonly string[] {
  const ends = [{ owner, at }, ...(otherEnd ? [otherEnd] : [])];
  return ends.map((end) => [end.owner.node.label, end.at.path, end.at.line, reason].join());
}

/** Failures by the ids of what they can break connections of. */
function causesById(failed: readonly Failure[]) {
  const causes = failed.flatMap((failure) => {
    const ids = failure.problem.on?.explains ?? [idOnNode(failure.pki, failure.subject.hangsOn[0] ?? '')];
    return ids.map((id) => ({ id, failure }));
  });
  return groupBy(causes, ({ id }) => id);
}

/** Earlier links first: of two causes the first is to be fixed. */
function causesOf(
  connection: SimulatedConnection,
  step: Step,
  byId: ReturnType<typeof causesById>,
): readonly Failure[] {
  const blamed = new Set(step.blames.flatMap((id) => byId.get(id) ?? []).map(({ failure }) => failure));
  return [...blamed]
    .filter(({ rule }) => breaks(rule, step.kind, connection))
    .sort((one, other) => stages.indexOf(one.rule.stage) - stages.indexOf(other.rule.stage));
}

/** Whether a connection is one of those that a rule breaks, by the value of its `breaks`. */
const isBroken: Readonly<Record<Breaking, (connection: SimulatedConnection) => boolean>> = {
  always: () => true,
  // Only a name of the documentation is missing: no component that was seen depends on it.
  local: ({ client, server, row }) => client === server || row.dials === 'service',
  // It needs a usage of the documentation that other clients do not need.
  'etcd-gateway': ({ row }) => row.dials === 'etcd-gateway',
};

/** Whether a rule's findings can break this kind of step. */
function breaks(rule: Rule, kind: StepKind, connection: SimulatedConnection): boolean {
  const which = rule.breaks[kind];
  return which !== undefined && isBroken[which](connection);
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

/**
 * The connections that the failures of one finding break: each once, even with several addresses, and each reason once.
 * They are in the order of the tables, in which what hurts most comes first.
 *
 * @param failures the cause first
 */
export function brokenConnections(judged: JudgedConnections, failures: readonly Failure[]): readonly Related[] {
  const broken = new Map<string, Related>();
  const [cause] = failures;
  // Reasons that the finding itself contains are left out as well.
  const reasons = Object.values(cause?.problem.data ?? {});
  const all = new Set(failures.flatMap((failure) => judged.broken.get(failure) ?? []));
  const rankOf = ({ row, client: { layout } }: SimulatedConnection) => layout.connections.indexOf(row);
  for (const connection of [...all].toSorted((one, other) => rankOf(one) - rankOf(other))) {
    if (failures.some(({ subject }) => subject.value === connection)) continue;
    const { row, client, server, address } = connection;
    const other = server && server !== client ? server.name : undefined;
    const key = `${row.id} ${client.name} ${other ?? ''}`;
    if (broken.has(key)) continue;
    const step = decidingStep(connection);
    const of = client === cause?.pki ? undefined : client.name;
    const subject = endsOf({ client: row.client, of, server: address ?? row.server, other });
    const isSaid = reasons.some((one) => hasWords(one, step?.reason ?? ''));
    const error = step?.reason && !isSaid ? step.reason : null;
    if (error !== null) reasons.push(error);
    broken.set(key, {
      path: step?.at.path ?? cause?.problem.at.path ?? '',
      subject: plainText(subject),
      message: effectOf(connection),
      connection: row.id,
      error,
      fingerprint: null,
      wording: unwritten({ subject, namesSubject: false, isStop: step?.isStop === true }),
    });
  }
  return [...broken.values()];
}

/** A connection in words: its ends, each with its node if that has to be said. */
function endsOf(
  ends: Readonly<Record<'client' | 'server', string> & Record<'of' | 'other', string | undefined>>,
): Message {
  const { client, server, of, other } = ends;
  return {
    template: `{client}${of === undefined ? '' : ' of {of}'} → {server}${other === undefined ? '' : ' on {other}'}`,
    data: { client, server, ...(of !== undefined && { of }), ...(other !== undefined && { other }) },
    subjects: [],
    nodes: [of, other].filter((name) => name !== undefined),
  };
}
