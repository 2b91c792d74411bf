/**
 * The policy of a gate: what `pki-lint.config.yaml` may contain, and what it is once it was read.
 * `rules/schema/config.schema.json` is generated from `PolicyFile`; the ids of rules, their options and the roles come
 * from the tables.
 */

import type { LeftOut } from '../artifact/left-out.ts';
import type { Position } from '../artifact/place.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import type {
  Day,
  DocumentedCa,
  DocumentedRole,
  Duration,
  ExtendedPolicy,
  FormatAndFile,
  Glob,
  KnownRelease,
  Level,
  OwnPath,
  OwnRole,
  PlainText,
  Release,
  RuleOrGroup,
  RulePattern,
} from './policy-values.ts';
import type { Profile } from './profile.ts';

export type { Day, Duration, Glob, Level, RulePattern } from './policy-values.ts';

/** The severity of a rule, and the values of its options. */
export type RuleSetting =
  | Level
  | { readonly severity?: Level; readonly [option: string]: Duration | number | undefined };

/**
 * Severities and options by rule. An exact id overrides a glob, and of several globs the one with the most letters
 * counts, wherever they are.
 */
export type RuleSettings = Readonly<Record<RulePattern, RuleSetting>>;

/** Facts that override what the files of nodes say. */
export interface PolicyFacts {
  readonly nodeName?: NonEmptyString;
  readonly nodeIps?: NonEmptyList<NonEmptyString>;
  readonly advertiseAddress?: NonEmptyString;
  readonly serviceCidrs?: NonEmptyList<NonEmptyString>;
  readonly dnsDomain?: NonEmptyString;
  readonly controlPlaneEndpoint?: NonEmptyString;
  readonly sans?: NonEmptyList<NonEmptyString>;
  readonly kubernetesVersion?: Release;
  readonly etcd?: 'stacked' | 'external';
  readonly etcdMembers?: 'one' | 'several';
}

/** Names and groups that are intended: they are as good as those of the tables, and `expect` shows them. */
export interface AcceptedNames {
  readonly role: DocumentedRole;
  /** Further common names. */
  readonly cn?: NonEmptyList<NonEmptyString>;
  /** The organizations, all of them. New certificates get these instead of those of the table. */
  readonly o?: NonEmptyList<NonEmptyString>;
  /** Names and addresses that the certificate may contain. */
  readonly sans?: NonEmptyList<NonEmptyString>;
  /** @minLength 10 */
  readonly reason?: string;
}

/** A certificate of one's own, as a row of the documented tables. It is judged, expected and issued like those. */
export interface OwnCertificate {
  /**
   * Its name in reports and on the command line; not that of a documented row.
   */
  readonly role: OwnRole;
  /** Its path, absolute or below the PKI directory. */
  readonly certificate: OwnPath;
  /** Default: the same path with the ending `.key`. */
  readonly key?: OwnPath;
  /** Default: the role. */
  readonly cn?: NonEmptyString;
  readonly o?: readonly NonEmptyString[];
  /** The role of the CA that signs it. */
  readonly parent: DocumentedCa;
  readonly kinds: NonEmptyList<'server' | 'client'>;
  /** Names and addresses that it contains; `<hostname>` and the other words of the tables stand for facts. */
  readonly hosts?: readonly NonEmptyString[];
  /** The kind of nodes that have it; default `control-plane`. */
  readonly on?: 'control-plane' | 'worker' | 'etcd' | 'any';
  /** Whether its absence is no fault; default false. */
  readonly optional?: boolean;
  /** Who reads it, for reports: `etcd-backup.timer`. */
  readonly usedBy?: PlainText;
  /** The effect if it is missing; default `degraded`. */
  readonly without?: 'outage' | 'degraded' | 'nothing';
}

/** Which findings an exception excuses: those that have all of this. */
export interface ExceptionMatch {
  readonly rule?: RuleOrGroup;
  /** A glob of paths on the node, or of files with objects of a cluster. */
  readonly path?: Glob;
  /** A glob of subjects. That of an object is its kind and its name. */
  readonly subject?: Glob;
  /** A glob of the names of nodes. */
  readonly node?: Glob;
  /**
   * The fingerprint of a finding. One that stands for several faults is excused as a whole.
   *
   * @pattern ^[0-9a-f]{16}$
   */
  readonly fingerprint?: string;
  /**
   * The certificate at fault.
   *
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256?: string;
}

/** Findings that are accepted for a time. */
export interface ExceptionEntry {
  readonly match: ExceptionMatch;
  /**
   * Why.
   *
   * @minLength 10
   */
  readonly reason: string;
  /** The last day on which it is in force. */
  readonly until: Day;
  /** The day on which it was written. */
  readonly since?: Day;
  readonly owner?: NonEmptyString;
  readonly ticket?: NonEmptyString;
}

/** What exceptions may be. */
export interface ExceptionPolicy {
  /** The longest time from `since`, or from the day of judging, to `until`. */
  readonly maxDuration?: Duration;
  readonly requireOwner?: boolean;
  readonly requireTicket?: boolean;
  /** Rules that nothing excuses. */
  readonly never?: NonEmptyList<RulePattern>;
  /** Whether comments in the linted files count; default: only files of a git work tree. */
  readonly inline?: boolean;
  /** Severity of an exception that excuses nothing; default `warning`. */
  readonly unused?: Level;
  /** Severity of an exception whose last day is over; default `error`. */
  readonly expired?: Level;
  /** From when on an exception that ends is reported; default 14d. */
  readonly warnBefore?: Duration;
}

/** Settings for some nodes. */
export interface NodeOverride {
  /** Patterns of the names of nodes. */
  readonly nodes: NonEmptyList<Glob>;
  readonly rules?: RuleSettings;
  readonly facts?: PolicyFacts;
}

/** Where reports go. */
export interface OutputSettings {
  /** As `--format`, for each report. */
  readonly formats?: NonEmptyList<FormatAndFile>;
  readonly sarifCategory?: NonEmptyString;
}

/**
 * The policy of pki-lint: what a gate checks, and what it excuses.
 *
 * @title pki-lint.config.yaml
 */
export interface PolicyFile {
  readonly $schema?: string;
  readonly version: 1;
  /**
   * Built-in policies, or files next to this one. Later ones override earlier ones, and this file overrides all.
   *
   * @maxItems 64
   * @uniqueItems true
   */
  readonly extends?: readonly ExtendedPolicy[];
  readonly profile?: Profile;
  /** As `--target-version`. */
  readonly targetVersion?: KnownRelease;
  /** As `--upgrade-window`. */
  readonly upgradeWindow?: Duration;
  readonly failOn?: 'error' | 'warning' | 'info' | 'never';
  readonly requireComplete?: boolean;
  /** What copies of nodes are made without: it is not checked, and `requireComplete` does not demand it. */
  readonly leftOut?: NonEmptyList<LeftOut>;
  readonly rules?: RuleSettings;
  readonly facts?: PolicyFacts;
  /**
   * @maxItems 1000
   */
  readonly accept?: readonly AcceptedNames[];
  /**
   * @maxItems 200
   */
  readonly certificates?: readonly OwnCertificate[];
  readonly ignore?: { readonly paths?: NonEmptyList<Glob> };
  /**
   * @maxItems 1000
   */
  readonly overrides?: readonly NodeOverride[];
  /**
   * @maxItems 5000
   */
  readonly exceptions?: readonly ExceptionEntry[];
  readonly exceptionPolicy?: ExceptionPolicy;
  /** The baseline, relative to this file. */
  readonly baseline?: NonEmptyString;
  readonly output?: OutputSettings;
}

/** The place of something in a policy: the file as it is shown to people, and the range in it. */
export interface PolicyPlace extends Omit<Position, 'source'> {
  readonly file: string;
}

/** An exception, and where it stands. */
export interface Exception extends ExceptionEntry {
  readonly at: PolicyPlace;
}

/** What the rule engine does differently because of a policy. All files that it extends are merged. */
export interface Policy {
  /** The file as it is shown to people. */
  readonly file: string;
  readonly rules: RuleSettings;
  /** Those of all nodes. Overrides come before them, and options of a call before both. */
  readonly facts?: PolicyFacts;
  /** Where facts are written, by their paths: `facts.dnsDomain`, `overrides[0].facts.dnsDomain`. */
  readonly factPlaces?: Readonly<Record<string, PolicyPlace>>;
  readonly accept: readonly AcceptedNames[];
  readonly certificates: readonly OwnCertificate[];
  /** What copies of nodes are made without. */
  readonly leftOut?: readonly LeftOut[];
  /** Patterns of paths on nodes. */
  readonly ignore: readonly Glob[];
  readonly overrides: readonly NodeOverride[];
  readonly exceptions: readonly Exception[];
  readonly exceptionPolicy: ExceptionPolicy;
}
