/** The shape of a check: a pure question about one subject, answered with data, never with prose. */

import type { Component, FileState, NodeFile, Place } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import { inFolder } from '../core/paths.ts';
import type { Cluster } from '../model/cluster/cluster.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import type { ServiceAccountKeys } from '../model/roles/service-account.ts';
import type { Slot } from '../model/roles/slots.ts';

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

export type SubjectKind = keyof Subjects;

export interface Consequence {
  readonly path: string;
  readonly subject: string;
  readonly message: string;
}

/** Of several nodes the one that a problem is about, and what on it. */
interface AffectedNode {
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
  readonly on?: AffectedNode;
}

interface Skipped {
  readonly kind: 'skip';
  readonly reason: string;
}

interface NotApplicable {
  readonly kind: 'not-applicable';
  readonly reason: string;
}

export type CheckResult = Problem | Skipped | NotApplicable;

/** Nothing yielded is a pass. */
type CheckFunction<K extends SubjectKind> = (subject: Subjects[K], pki: Pki) => Iterable<CheckResult>;

export interface Check<K extends SubjectKind = SubjectKind> {
  readonly over: K;
  readonly ask: CheckFunction<K>;
}

export function check<K extends SubjectKind>(over: K, ask: CheckFunction<K>): Check<K> {
  return { over, ask };
}

export function problem(
  at: Place,
  data: Record<string, string>,
  more: Pick<Problem, 'key' | 'related' | 'on'> = {},
): Problem {
  return { kind: 'problem', at, data, ...more };
}

export function skip(reason: string): Skipped {
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

/** Whether a row of the tables concerns this node. What is unknown about that only the presence rules report. */
export function* applies(
  subject: Role | Authority,
  says: 'presence' | 'content' = 'content',
): Generator<CheckResult, boolean> {
  const { answer } = subject.applies;
  if (answer === 'yes') return true;
  const { reason } = subject.applies;
  yield answer === 'unknown' && says === 'presence' ? skip(reason) : notApplicable(reason);
  return false;
}

/** The certificate of a role, where there is one to judge. */
export function* leafOf(role: Role): Generator<CheckResult, Certificate | undefined> {
  if (!(yield* applies(role))) return undefined;
  if (!role.leaf) yield notApplicable('no certificate to judge');
  return role.leaf;
}

/** The certificates of an authority's own file, where there are any to judge. */
export function* certificatesOf(authority: Authority): Generator<CheckResult, readonly Certificate[] | undefined> {
  if (!(yield* applies(authority))) return undefined;
  if (authority.loaded?.ok) return authority.loaded.value;
  yield notApplicable('no certificate to judge');
  return undefined;
}

/** How a file was seen that kubeadm writes on every node that it makes. */
export function kubeadmsFlags({ node, layout: { kubelet } }: Pki): FileState | undefined {
  return node.files.get(inFolder(kubelet.folder, kubelet.flags.file))?.state;
}
