/** Connections whose files fit, and that fail nevertheless: a running process holds a file that has since been replaced. */
import type { ComponentProcess } from '../../artifact/process.ts';
import { decidingStep, type SimulatedConnection } from '../../model/handshake/index.ts';
import type { InMemory } from '../../results/connection.ts';
import type { Failure } from './failure.ts';

/** What a process at one end of a connection holds, and why new handshakes fail because of it. */
export interface Holding extends Pick<InMemory, 'end' | 'reason'> {
  readonly process: ComponentProcess;
}

/** Finds what makes a connection fail in memory; undefined if new handshakes see what is on disk. */
export type HoldingOf = (connection: SimulatedConnection) => Holding | undefined;

/** A holding, and the failures that report it. */
export interface JudgedHolding extends Holding {
  readonly causes: readonly Failure[];
}

/** The rule that reports that a process holds an older file. */
const staleRule = 'process/stale';

/** Finds connections that do not fail on disk, and do in memory. What fails on disk has its cause there, which a restart does not heal. */
export function judgeHoldings(
  connections: readonly SimulatedConnection[],
  failed: readonly Failure[],
  holdingOf: HoldingOf,
): ReadonlyMap<SimulatedConnection, JudgedHolding> {
  const stale = failed.filter(({ rule }) => rule.id === staleRule);
  const judged = connections.flatMap((connection) => {
    const holding = decidingStep(connection)?.verdict === 'fail' ? undefined : holdingOf(connection);
    if (holding === undefined) return [];
    const causes = stale.filter(({ subject }) => Object.is(subject.value, holding.process));
    return [[connection, { ...holding, causes }] as const];
  });
  return new Map(judged);
}

/** Returns a connection with the step at which it fails in memory, for what shows only whether a connection fails. */
export function failingInMemory(
  connection: SimulatedConnection,
  { end, reason, causes: [cause] }: JudgedHolding,
): SimulatedConnection {
  const { client, server = client, steps } = connection;
  const owner = end === 'client' ? client : server;
  const at = cause?.problem.at ?? { path: owner.node.pki };
  return { ...connection, steps: [...steps, { kind: end, verdict: 'fail', reason, blames: [], at, owner }] };
}
