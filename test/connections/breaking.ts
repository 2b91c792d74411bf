/** Breaks connections: starts from a healthy node, makes one change, and checks the verdict of every connection. */
import { expect } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTree } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { everyConnection } from './every-connection.ts';

/** Ways to break an end; `server` and `client` are the ends of the connection. */
export const ways = [
  'server chain',
  'server usage',
  'server date',
  'server key',
  'server name',
  'client chain',
  'client usage',
  'client date',
  'client key',
  'client identity',
  'trust of the server',
  'trust of the client',
  'transport',
  'listener',
] as const;
export type Way = (typeof ways)[number];

export interface Break {
  readonly name: string;
  /** The healthy node to change; by default the one on which every connection exists. */
  readonly node?: () => NodeTree;
  readonly change: (node: NodeTree) => unknown;
  /** The connections that fail, as row ids of the table or `id address`. Every other connection keeps its verdict. */
  readonly fails: readonly string[];
  /** The connections that become unknown. */
  readonly unknown?: readonly string[];
  /** A part of the reason for each connection that fails or, if none does, for each that becomes unknown. */
  readonly reason: string;
  /** The finding that is their cause, as `rule@subject`; null: none. */
  readonly cause: string | null;
  /** The rows that this break covers, by the way in which it breaks them. */
  readonly covers?: Readonly<Partial<Record<Way, readonly string[]>>> | undefined;
}

type Connection = Report['connections'][number];

/** For example `kubelet-kube-apiserver https://192.0.2.10:6443`. */
const nameOf = ({ id, address }: Connection) => `${id} ${address}`;

export const connectionsOf = ({ connections }: Report): ReadonlyMap<string, Connection> =>
  new Map(connections.map((one) => [nameOf(one), one]));

/** The names of the connections that match a list of row ids and `id address` names. */
function named(list: readonly string[], all: Iterable<string>): readonly string[] {
  return [...all].filter((name) => list.includes(name) || list.includes(name.split(' ')[0] ?? ''));
}

/** The finding because of which a connection fails, as `rule@subject`. */
export function causeOf({ findings }: Report, { cause }: Connection): string | null {
  if (cause === null) return null;
  const finding = findings.find(({ fingerprint }) => fingerprint === cause);
  return finding ? `${finding.rule}@${finding.subject}` : 'a finding that is not told';
}

const whole = lintTree(everyConnection()).then(connectionsOf);

/** Checks that exactly the expected connections change, and that each has the expected reason and cause. */
export async function expectBreak(one: Break): Promise<void> {
  const before = one.node ? connectionsOf(await lintTree(one.node())) : await whole;
  const broken = (one.node ?? everyConnection)();
  one.change(broken);
  const report = await lintTree(broken);
  const after = connectionsOf(report);
  const changed = [...after].filter(([name, { verdict }]) => verdict !== (before.get(name)?.verdict ?? 'ok'));
  const become = (verdict: string) => changed.filter(([, connection]) => connection.verdict === verdict);
  const [failing, doubtful] = [become('fail'), become('unknown')];
  const { fails, unknown = [] } = one;
  expect(failing.map(([name]) => name)).toEqual(named(fails, after.keys()));
  expect(doubtful.map(([name]) => name)).toEqual(named(unknown, after.keys()));
  expect(changed).toHaveLength(failing.length + doubtful.length);
  // An entry that matches no connection would prove nothing.
  for (const word of [...fails, ...unknown]) expect(named([word], after.keys())).not.toEqual([]);
  for (const [, connection] of failing.length > 0 ? failing : doubtful) {
    expect(connection.reason).toContain(one.reason);
    expect(causeOf(report, connection)).toBe(one.cause);
  }
}
