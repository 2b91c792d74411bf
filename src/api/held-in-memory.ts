/** Connections that fail only in memory, for drawings. */
import type { JudgedConnections } from '../lint/rules/connections.ts';
import { failingInMemory } from '../lint/rules/in-memory.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import { inMemoryWords } from '../results/read/at-present.ts';

/** Returns the connections that fail only in memory, each as one that fails. */
export function heldInMemory({
  connections,
}: Pick<JudgedConnections, 'connections'>): ReadonlyMap<SimulatedConnection, SimulatedConnection> {
  const held = connections.flatMap(({ connection, holding }) => {
    if (holding === undefined) return [];
    const reason = inMemoryWords(decidingStep(connection)?.verdict ?? 'ok', holding);
    return [[connection, failingInMemory(connection, { ...holding, reason })] as const];
  });
  return new Map(held);
}
