import { expect } from 'vitest';
import type { Connection, Report } from '../../../src/index.ts';

/** What the real thing makes of a connection. */
export interface Reality {
  readonly ok: boolean;
  /** All that both ends said. */
  readonly said: string;
}

/** The connections of these ids of which we have a verdict. */
export function judged(report: Report, ids: readonly string[]): readonly Connection[] {
  return report.connections.filter(({ id, verdict }) => ids.includes(id) && verdict !== 'unknown');
}

/**
 * Lets the real thing make each connection, side by side, and compares: the verdict, and the words of Go's errors.
 * Returns all that was said.
 */
export async function compare(
  connections: readonly Connection[],
  ask: (connection: Connection) => Promise<Reality>,
): Promise<string> {
  const answers = await Promise.all(
    connections.map(async (connection) => ({ connection, real: await ask(connection) })),
  );
  for (const { connection, real } of answers) {
    const { id, address, verdict, reason } = connection;
    expect(real.ok ? 'ok' : 'fail', `${id} ${address}: ${reason}\n${real.said}`).toBe(verdict);
    if (reason !== null) expect(real.said, `${id} ${address}`).toContain(goWords(reason));
  }
  return answers.map(({ real }) => real.said).join('\n');
}

/** The ids of those that fail, each once. */
export const failing = (connections: readonly Connection[]): readonly string[] => [
  ...new Set(connections.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []))),
];

/** Of a reason the words of crypto/tls and crypto/x509, as far as they do not depend on the moment; '' where there are none. */
export function goWords(reason: string): string {
  return (/(?:x509|tls): .*/.exec(reason)?.[0] ?? '').replace(
    /; then .*| (?:current time .*|\(possibly because of .*|\(no --.*)|: it holds no certificate .*/s,
    '',
  );
}
