/** The shape of a check: a pure generator over one subject that yields data, never prose. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Component } from '../../artifact/component.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { FileState } from '../../artifact/file-state.ts';
import { flagsFiles } from '../../artifact/layout.ts';
import type { SecretObject, SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import type { Place, SetBy } from '../../artifact/place.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { SimulatedConnection } from '../../model/handshake/index.ts';
import type { DialledServer } from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority, Role } from '../../model/roles/role.ts';
import type { ServiceAccountKeys } from '../../model/roles/service-account.ts';
import type { Slot } from '../../model/roles/slots.ts';
import type { PemSource } from '../../model/roles/source.ts';
import type { JudgedException } from '../../results/exception.ts';
import type { Related } from '../../results/finding.ts';
import type { ArgumentEdit } from './argument-edit.ts';

/** The subjects of rules, by kind. */
export interface Subjects {
  readonly file: NodeFile;
  readonly argument: Slot;
  readonly component: Component;
  readonly authority: Authority;
  readonly role: Role;
  /** The certificate of a role, or one that plays no role. */
  readonly certificate: Role | OtherCertificate;
  readonly 'key-pair': ServiceAccountKeys;
  readonly node: Pki;
  readonly cluster: Cluster;
  readonly connection: SimulatedConnection;
  /** Of the policy, or of a comment. */
  readonly exception: JudgedException;
  /** A comment that is to excuse findings. */
  readonly comment: { readonly at: Place; readonly error: string | undefined };
  /** An admission or conversion webhook. */
  readonly webhook: DialledServer;
  readonly 'extension-api': DialledServer;
  readonly csr: SigningRequest;
  readonly secret: SecretObject;
  readonly dump: JudgedDump;
}

export type SubjectKind = keyof Subjects;

/** The kinds that are on no node: what excuses findings. */
export type ExcuseKind = Extract<SubjectKind, 'exception' | 'comment'>;

/** The kinds that are objects of a cluster, in a dump. */
export type ObjectKind = Extract<SubjectKind, 'webhook' | 'extension-api' | 'csr' | 'secret' | 'dump'>;

/** What else fails because of a problem. */
export interface Consequence extends Omit<Related, 'fingerprint' | 'wording'> {
  /** Whether the message names what is affected. */
  readonly namesSubject?: boolean;
}

/** The node that a problem of several nodes is about. */
interface AffectedNode {
  readonly node: Pki;
  /** The name of the subject in the report. */
  readonly subject: string;
  /** The role of the tables, if the subject has one. */
  readonly role?: string;
  /** What may break connections because of it: ids of things on nodes, as the ends of connections have them (`on`). */
  readonly explains?: readonly string[];
}

/** One fault. `data` fills the placeholders of the rule's texts. */
export interface Problem {
  readonly kind: 'problem';
  readonly at: SetBy;
  readonly data: Readonly<Record<string, string>>;
  /**
   * Templates that take the place of placeholders in the message of the rule: what a problem says in more words than
   * usual.
   */
  readonly phrases?: Readonly<Record<string, string>>;
  /** The same for placeholders of commands that stand for several words. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** The certificate at fault, if its file may have several; by default that of the subject. */
  readonly certificate?: Certificate;
  /** The name of the object at fault, if the subject is a whole dump: `ConfigMap kube-public/cluster-info`. */
  readonly object?: string;
  /** Distinguishes several problems of one rule and subject. */
  readonly key?: string;
  /** Whether the key is the name of a node. */
  readonly isNodeKey?: true;
  readonly related?: readonly Consequence[];
  /**
   * The faults that it consists of, each by what distinguishes it, such as its path. A baseline that knows some of them
   * does not know the others. Without it, it is one fault.
   */
  readonly parts?: readonly string[];
  /**
   * What fails because of it, for a rule with `explains`: ids of things on nodes (`idOnNode`). Without it, all that
   * such rules find on its node.
   */
  readonly affects?: readonly string[] | undefined;
  /**
   * What it has in common with others that have the same cause: of a rule with `several`, those are one finding.
   * Without it, all failures of the rule on a node are.
   */
  readonly shared?: string;
  /** Paths of the files that the fix moves or replaces: it ends with what has to be done for those that read them. */
  readonly moved?: readonly string[];
  /** The names of the components that its fix restarts, one after the other, at its end. */
  readonly restarting?: readonly string[];
  /** How many paths the commands of its fix leave out, because there are too many. */
  readonly leftOut?: number;
  /** The cause, if the rule has a fix of its own for it (`fixes`). */
  readonly fix?: string;
  /**
   * Whether the alternatives of its rule come before those that replace files: nothing shows which of the two is right.
   */
  readonly ownFirst?: boolean;
  /** What corrects it in manifests, for a rule whose fix has a step with `edit`; none if only a person can. */
  readonly edits?: readonly ArgumentEdit[];
  /** The names of the nodes for which steps with `each` are repeated. */
  readonly each?: readonly string[];
  /** The names of components that do not start, or exit, because of it; by default the rule says it. */
  readonly stops?: readonly string[];
  /** Only in problems of a cluster. */
  readonly on?: AffectedNode;
}

/** Why a check did not judge its subject: something is unknown, or the question does not apply. */
export interface NotJudged {
  readonly kind: 'skip' | 'not-applicable';
  readonly reason: string;
}

export type CheckResult = Problem | NotJudged;

/**
 * Judges one subject. If it yields nothing, the subject has passed. The nodes of its cluster show which of two files is
 * right, and what verifies it there: without them a check says what its own node shows.
 */
export type Judge<S> = (subject: S, pki: Pki, cluster?: readonly Pki[]) => Iterable<CheckResult>;

export interface Check<K extends SubjectKind> {
  readonly over: K;
  readonly run: K extends ExcuseKind
    ? (subject: Subjects[K]) => Iterable<CheckResult>
    : K extends ObjectKind
      ? (subject: Subjects[K], dump: JudgedDump) => Iterable<CheckResult>
      : Judge<Subjects[K]>;
}

/** A check of any kind: its `over` says which subjects it takes. */
export type AnyCheck = { [K in SubjectKind]: Check<K> }[SubjectKind];

/** Returns a check that runs on all subjects of a kind. */
export function check<K extends SubjectKind>(over: K, run: Check<K>['run']): Check<K> {
  return { over, run };
}

/** Returns a problem at a place; `data` fills the placeholders of the rule's texts. */
export function problem(
  at: SetBy,
  data: Record<string, string>,
  more: Partial<Omit<Problem, 'kind' | 'at' | 'data'>> = {},
): Problem {
  return { kind: 'problem', at, data, ...more };
}

/** Returns a problem of a certificate, at its place unless `at` says otherwise: fills `{role}` and `{path}`. */
export function roleProblem(
  role: Pick<Role | OtherCertificate, 'id' | 'path' | 'at'>,
  data: Record<string, string>,
  { at = role.at, ...more }: Partial<Omit<Problem, 'kind' | 'data'>> = {},
): Problem {
  return problem(at, { role: role.id, path: role.path, ...data }, more);
}

/** Returns a problem of an authority, at its file: fills `{role}` and `{path}`. */
export function authorityProblem(
  { id, source: { path } }: Authority,
  data: Record<string, string>,
  more?: Pick<Problem, 'lists' | 'key' | 'related' | 'parts' | 'certificate' | 'affects'>,
): Problem {
  return problem({ path }, { role: id, path, ...data }, more);
}

/** Returns the result for a subject that cannot be judged. Reports contain the reason. */
export function skip(reason: string): NotJudged {
  return { kind: 'skip', reason };
}

/** Returns the result for a subject to which a rule does not apply, or that a different rule reports. */
export function notApplicable(reason: string): NotJudged {
  return { kind: 'not-applicable', reason };
}

/** Skips what depends on a file that was not seen. */
export function skipUnseen({ path, reason }: Pick<PemSource, 'path' | 'reason'>): NotJudged {
  return skip(`${path}: ${reason}`);
}

/** Skips what depends on the release of a node that shows none. */
export const releaseUnknown = skip('the Kubernetes release is unknown (--kubernetes-version)');

/** Joins items as `a, b and c`; `nothing` for an empty list. */
export function list(items: readonly string[]): string {
  if (items.length === 0) return 'nothing';
  return items.length === 1 ? `${items[0]}` : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/**
 * The state of the file that the installer writes on every node: that of the kubelet's flags. Where people set up nodes
 * by hand, or a layout has no such file, there is none.
 */
export function traceOfInstaller({ node, layout: { installer, kubelet } }: Pki): FileState | undefined {
  const [file] = flagsFiles(kubelet);
  return installer === undefined || file === undefined ? 'absent' : node.files.get(file)?.state;
}

/** Returns the result for a node on which the installer of its layout was never run. */
export function withoutInstaller({ layout: { installer = 'an installer' } }: Pki): NotJudged {
  return notApplicable(`no trace of ${installer}`);
}
