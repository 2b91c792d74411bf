/**
 * Connections whose files fit, and that fail nevertheless: a running process holds a file that has since been replaced.
 */
import { decidingStep, type SimulatedConnection } from '../../model/handshake/index.ts';
import { type Holding, holdingOf } from '../../model/running/holding.ts';
import type { Failure } from './failure.ts';

/** A holding, and the failures that report it. */
export interface JudgedHolding extends Holding {
  readonly causes: readonly Failure[];
}

/** The rule that reports that a process holds an older file, and fails. */
const staleRule = 'process/stale';

/**
 * Finds connections that do not fail on disk, and do in memory. What fails on disk has its cause there, which a restart
 * does not heal.
 */
export function judgeHoldings(
  connections: readonly SimulatedConnection[],
  failed: readonly Failure[],
): ReadonlyMap<SimulatedConnection, JudgedHolding> {
  const stale = failed.filter(({ rule }) => rule.id === staleRule);
  const judged = connections.flatMap((connection) => {
    const holding = decidingStep(connection)?.verdict === 'fail' ? undefined : holdingOf(connection);
    if (holding === undefined) return [];
    return [[connection, { ...holding, causes: stale.filter(({ pki }) => pki === holding.node) }] as const];
  });
  return new Map(judged);
}

/** Returns a connection with the step at which it fails in memory, for what shows only whether a connection fails. */
export function failingInMemory(
  connection: SimulatedConnection,
  { end, reason, node, path }: JudgedHolding,
): SimulatedConnection {
  const { steps } = connection;
  return {
    ...connection,
    steps: [...steps, { kind: end, verdict: 'fail', reason, blames: [], at: { path }, owner: node }],
  };
}
