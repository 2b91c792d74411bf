/** The shape of a check: a pure question about one subject, answered with data, never with prose. */
import type { Component, NodeFile } from '../core/artifact.ts';
import type { Place } from '../core/place.ts';
import type { Cluster } from '../model/cluster.ts';
import type { SimulatedConnection } from '../model/connections/index.ts';
import type { Authority, Pki, Role } from '../model/pki.ts';
import type { ServiceAccountKeys } from '../model/service-account.ts';
import type { Slot } from '../model/slots.ts';

/** What a rule may run over. */
export interface Subjects {
  readonly file: NodeFile;
  readonly argument: Slot;
  readonly component: Component;
  readonly authority: Authority;
  readonly role: Role;
  readonly 'key-pair': ServiceAccountKeys;
  readonly node: Pki;
  readonly cluster: Cluster;
  readonly connection: SimulatedConnection;
}

export type Over = keyof Subjects;

export interface Consequence {
  readonly path: string;
  readonly subject: string;
  readonly message: string;
}

/** Of several nodes the one that a problem is told of, and what on it. */
export interface OnNode {
  readonly node: Pki;
  /** As the report names it. */
  readonly subject: string;
  /** The role of the tables, where it is one. */
  readonly role?: string;
  /** What may break connections because of it: things on nodes, as connections name them (`on` of their ends). */
  readonly explains?: readonly string[];
}

/** One thing that is wrong. `data` fills the placeholders of the rule's texts. */
export interface Problem {
  readonly kind: 'problem';
  readonly at: Place;
  readonly data: Readonly<Record<string, string>>;
  /** Tells several problems of one rule and subject apart. */
  readonly key?: string;
  readonly related?: readonly Consequence[];
  /** Of a check over several nodes alone. */
  readonly on?: OnNode;
}

export interface Skip {
  readonly kind: 'skip';
  readonly reason: string;
}

export interface NotApplicable {
  readonly kind: 'not-applicable';
  readonly reason: string;
}

export type Answer = Problem | Skip | NotApplicable;

/** Nothing yielded is a pass. */
export type Ask<K extends Over> = (subject: Subjects[K], pki: Pki) => Iterable<Answer>;

export interface Check<K extends Over = Over> {
  readonly over: K;
  readonly ask: Ask<K>;
}

export function check<K extends Over>(over: K, ask: Ask<K>): Check<K> {
  return { over, ask };
}

export function problem(
  at: Place,
  data: Record<string, string>,
  more: Pick<Problem, 'key' | 'related' | 'on'> = {},
): Problem {
  return { kind: 'problem', at, data, ...more };
}

export function skip(reason: string): Skip {
  return { kind: 'skip', reason };
}

export function notApplicable(reason: string): NotApplicable {
  return { kind: 'not-applicable', reason };
}

/** `a, b and c`, each quoted as it stands; `nothing` for an empty list. */
export function list(items: readonly string[]): string {
  if (items.length === 0) return 'nothing';
  return items.length === 1 ? `${items[0]}` : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
