/** Connections as they were judged, for drawings. */
import type { JudgedConnections } from '../lint/rules/connections.ts';
import { failingInMemory } from '../lint/rules/in-memory.ts';
import { decidingStep, type SimulatedConnection } from '../model/handshake/index.ts';
import { inMemoryWords } from '../results/read/at-present.ts';

/**
 * Returns the connections as a report has them: one fails also if a component at its end does not start, and if it
 * fails only in memory.
 */
export const asJudged = ({ connections }: Pick<JudgedConnections, 'connections'>): readonly SimulatedConnection[] =>
  connections.map(({ connection, holding }) => {
    if (holding === undefined) return connection;
    const reason = inMemoryWords(decidingStep(connection)?.verdict ?? 'ok', holding);
    return failingInMemory(connection, { ...holding, reason });
  });
