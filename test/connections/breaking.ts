/** Breaking a connection: a healthy node, one change, and every connection that must no longer be as it was. */
import { expect } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTree } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { everyConnection } from './every-connection.ts';

/** How an end is broken: `server` and `client` are the ends of the connection. */
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
] as const;
export type Way = (typeof ways)[number];

export interface Break {
  readonly name: string;
  /** The healthy node; that of every connection by default. */
  readonly node?: () => NodeTree;
  readonly change: (node: NodeTree) => unknown;
  /** Rows of the table, or `id address`, that fail; every other connection stays as it was. */
  readonly fails: readonly string[];
  /** What cannot be known any more. */
  readonly unknown?: readonly string[];
  /** A part of what is said of each that fails, or else of what is not known. */
  readonly reason: string;
  /** `rule@subject` of the finding that is their cause; null: none. */
  readonly cause: string | null;
  /** The way in which it breaks each of these rows. */
  readonly covers?: Readonly<Partial<Record<Way, readonly string[]>>> | undefined;
}

type Connection = Report['connections'][number];

/** `kubelet-kube-apiserver https://192.0.2.10:6443` */
const nameOf = ({ id, address }: Connection) => `${id} ${address}`;

export const connectionsOf = ({ connections }: Report): ReadonlyMap<string, Connection> =>
  new Map(connections.map((one) => [nameOf(one), one]));

/** The connections of a list of rows and `id address`es, by name. */
function named(list: readonly string[], all: Iterable<string>): readonly string[] {
  return [...all].filter((name) => list.includes(name) || list.includes(name.split(' ')[0] ?? ''));
}

/** `rule@subject` of what a connection fails of. */
export function causeOf({ findings }: Report, { cause }: Connection): string | null {
  if (cause === null) return null;
  const finding = findings.find(({ fingerprint }) => fingerprint === cause);
  return finding ? `${finding.rule}@${finding.subject}` : 'a finding that is not told';
}

const whole = lintTree(everyConnection()).then(connectionsOf);

/** Sees those connections fail that must, for the reason and the cause that they must, and no other change. */
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
  // A word that names no connection would prove nothing.
  for (const word of [...fails, ...unknown]) expect(named([word], after.keys())).not.toEqual([]);
  for (const [, connection] of failing.length > 0 ? failing : doubtful) {
    expect(connection.reason).toContain(one.reason);
    expect(causeOf(report, connection)).toBe(one.cause);
  }
}
