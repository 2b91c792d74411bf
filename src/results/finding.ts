/** Findings, and how to fix them. */

import type { Position } from '../artifact/place.ts';
import type { Fingerprint, NonEmptyList, Ordinal, RuleId } from '../core/formats.ts';
import type { RelatedWording, Wording } from './message.ts';

export const severities = ['error', 'warning', 'info'] as const;
/**
 * error: something fails now, or an unauthorized client is accepted; warning: it works today, but deviates, grants too
 * much or expires soon; info: hygiene.
 */
export type Severity = (typeof severities)[number];

export const impacts = ['outage', 'expiry', 'upgrade', 'privilege', 'deviation', 'hygiene'] as const;
/** The kind of impact, the worst first. */
export type Impact = (typeof impacts)[number];

/** A consequence of a finding. */
export interface Related {
  /** Path on the node. */
  readonly path: string;
  /** What is affected. */
  readonly subject: string;
  /** The effect; '' if what is affected and the error message say it. */
  readonly message: string;
  /** Only for a connection that fails: its row in `rules/tables/connections.json`. */
  readonly connection?: string;
  /**
   * The error message of the component. null for a connection whose message the finding or an earlier consequence
   * contains; absent if no component reports it.
   */
  readonly error?: string | null;
  /** Fingerprint of the finding with details, if there is one. */
  readonly fingerprint: Fingerprint | null;
  /** @hidden What it says, as data. Never in JSON. */
  readonly wording?: RelatedWording;
}

export const fixClasses = ['edits', 're-issues', 'changes-trust', 'reads', 'destroys'] as const;
/**
 * What a step, or the worst step of an alternative, does. edits: changes files or objects, of which a backup is made or
 * the old value is known; re-issues: makes certificates or kubeconfigs again; changes-trust: replaces or adds a CA or a
 * key that others trust; reads: only shows something; destroys: removes what nothing brings back. Alternatives are in
 * this order.
 */
export type FixClass = (typeof fixClasses)[number];

/** One step of a fix. */
export interface FixStep {
  /**
   * Name of the node on which to do it, '' in a finding on no node; null: a different machine, which `place` describes.
   */
  readonly on: string | null;
  /** Present only if `on` is null: the machine, in words, such as `a control-plane node`. */
  readonly place?: string;
  /** A command is one line for a shell, and can be run as it is; a note is prose. */
  readonly kind: 'command' | 'note';
  /** The command as it is typed on the node, or the note; without introduction and comment. */
  readonly text: string;
  /**
   * The command that changes the copy of the node that was read instead, typed in the working directory of the lint.
   * null if the node itself was read, if the copy is an archive, and for all commands but those of pki-lint.
   */
  readonly copy: string | null;
  /** Introduces a command: where, when or why to run it. */
  readonly intro: string | null;
  /** A condition or an effect of a command. */
  readonly comment: string | null;
  /**
   * Whether a command changes files or objects of the cluster; false for one that only prints or restarts, and for
   * notes.
   */
  readonly writes: boolean;
  /** Present in a step that explains the others, and is the same in many fixes: reports print it once, below them. */
  readonly footnote?: true;
  /** Present if the fix is done on one of the nodes that have the finding, and not on each. */
  readonly once?: true;
  /** Present in a note that only explains. Any other asks for something that has to be done before the next command. */
  readonly info?: true;
  /**
   * What it does; a note stands for what it asks for. Absent in restarts, waits and explanations. After a command that
   * reads, a person decides what that means before the next command.
   */
  readonly class?: FixClass;
}

/** The steps of one alternative, in order. A command that fails ends it: what follows relies on it. */
export type Fix = readonly FixStep[];

/** A cited document. */
export interface CitedSource {
  /** Its title. */
  readonly title: string;
  /**
   * Its address.
   *
   * @format uri
   */
  readonly url: string;
}

/** What excuses a finding. */
export interface Excuse {
  /** The exception: its file and line. */
  readonly by: string;
  /** Why. */
  readonly reason: string;
  /** The last day on which the finding is excused; null if that does not end. */
  readonly until: string | null;
}

/** What a rule says about a subject. */
export interface Fault extends Position {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** A role (`kube-apiserver`), a flag (`kube-apiserver --tls-cert-file`), or a path. */
  readonly subject: string;
  /**
   * Name of the node that has the path; '' for what is on no node: an exception of the policy, an object. A
   * connection may fail because of a file of its server: its message begins with the node of the client.
   */
  readonly node: string;
  /** Path on the node; that of the policy or of the dump, if there is no node. */
  readonly path: string;
  /** The file that was read, relative to the working directory, or `archive!/path`. */
  readonly file: string;
  /** Present for an object of a cluster: its field, such as `webhooks[0].clientConfig.caBundle`; '' for all of it. */
  readonly field?: string;
  /** What is wrong, with the expected and the actual value. */
  readonly message: string;
  /** The expected value. */
  readonly expected: string;
  /** The actual value. */
  readonly found: string;
  /** @hidden The texts as data. Never in JSON, so that a report that was read from there has none. */
  readonly wording?: Wording;
}

/** Something that is wrong or worth knowing. */
export interface Finding extends Fault {
  readonly impact: Impact;
  /** Its consequences. */
  readonly related: readonly Related[];
  /** The connections that it breaks, as rows of `rules/tables/connections.json`; the most important first. */
  readonly breaks: readonly string[];
  /** Why it matters. */
  readonly why: string;
  /** Alternatives, the preferred one first. */
  readonly fix: readonly Fix[];
  /** The class of each alternative: that of its worst step; null if none has one. */
  readonly fixClasses: readonly (FixClass | null)[];
  /** The documents on which the rule is based. */
  readonly cite: readonly CitedSource[];
  /** Ids in the CIS Kubernetes Benchmark, with their edition. */
  readonly cis: readonly string[];
  /**
   * The faults that have the same cause, and no finding of their own: at most the first 100. Present only in a finding
   * that stands for others. One finding also stands for those of a rule on a node above the first 1000.
   */
  readonly members?: readonly Fault[];
  /** How many faults it stands for. Present together with `members`. */
  readonly merged?: Ordinal;
  /**
   * Unique within the report, the same after a renewal, and the same wherever the copy of the node is. Nodes that have
   * no name, or the same one, are distinguished by the keys of their cluster CA.
   */
  readonly fingerprint: Fingerprint;
  /**
   * Present only in a finding that may stand for several faults, of which it has all: for each, the fingerprint of a
   * finding about only this one. Sorted.
   */
  readonly faultFingerprints?: NonEmptyList<Fingerprint>;
  /** The exception; null if it is not excused. */
  readonly suppressed: Excuse | null;
}
