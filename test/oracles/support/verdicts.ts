import { expect } from 'vitest';
import type { Connection, Report } from '../../../src/index.ts';
import { sampled } from '../../support/extent.ts';

/** The result of a real connection. */
export interface Reality {
  readonly ok: boolean;
  /** The output of both ends. */
  readonly said: string;
}

/** The connections with these ids that have a verdict. */
export function judged(report: Report, ids: readonly string[]): readonly Connection[] {
  return report.connections.filter(({ id, verdict }) => ids.includes(id) && verdict !== 'unknown');
}

let turn = 0;

/** The connections that fail and, in the sample, every third of the others: each time the next ones. */
export function inTurn(connections: readonly Connection[]): readonly Connection[] {
  turn += 1;
  return connections.filter(({ verdict }, index) => verdict === 'fail' || (index + turn) % sampled(3, 1) === 0);
}

/**
 * Makes each connection for real, concurrently, and compares the verdict and Go's error messages. Returns all output.
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

/** The ids of the connections that fail, without duplicates. */
export const failing = (connections: readonly Connection[]): readonly string[] => [
  ...new Set(connections.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []))),
];

/**
 * The part of a reason that is a message of crypto/tls or crypto/x509, without details that depend on the moment; '' if
 * there is none.
 */
export function goWords(reason: string): string {
  return (/(?:x509|tls): .*/.exec(reason)?.[0] ?? '').replace(
    /; then .*| (?:current time .*|\(possibly because of .*|\(no --.*)|: the file contains no certificate.*/s,
    '',
  );
}
