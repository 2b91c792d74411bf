/**
 * Applies exceptions to failures. Those that are excused are separated from the others before failures are grouped, so
 * that an exception never hides what it does not match; and the fingerprint of a finding is the one that it has without
 * exceptions.
 */
import type { Certificate } from '../../artifact/certificate.ts';
import { groupBy } from '../../core/collections.ts';
import { glob } from '../../core/glob.ts';
import type { Excuse, Finding } from '../../results/finding.ts';
import { neverExcused } from '../../settings/never-excused.ts';
import type { Exception, ExceptionPolicy } from '../../settings/policy.ts';
import { fingerprintOf, type Naming } from '../findings/finding.ts';
import type { ObjectFault } from '../findings/off-node.ts';
import type { Excusable, Failure } from '../rules/failure.ts';
import { type Group, groupByCause } from '../rules/groups.ts';
import { type Terms, termsOf } from './terms.ts';

/** Whether a failure is matched. The fingerprint is that of its finding without exceptions. */
type Matches = (failure: Excusable, fingerprint: string | undefined) => boolean;

/** An exception, and what it matches. */
export interface Matcher {
  readonly exception: Exception;
  readonly terms: Terms;
  /** The node with the comment; undefined for an exception of the policy. */
  readonly node?: string;
  readonly matches: Matches;
}

/** Returns the exception with its terms, and with what it matches unless `matches` says it. */
export function matcherOf(
  exception: Exception,
  policy: ExceptionPolicy,
  at: number,
  own?: Pick<Matcher, 'node' | 'matches'>,
): Matcher {
  return { exception, terms: termsOf(exception, policy, at), matches: matchesOf(exception), ...own };
}

function matchesOf({ match }: Exception): Matches {
  const { rule, path, subject, node, fingerprint: wanted, sha256 } = match;
  const [isRule, isPath, isSubject, isNode] = [rule, path, subject, node].map((one) => glob(one ?? '*'));
  return (failure, fingerprint) =>
    isRule?.(failure.rule.id) === true &&
    isPath?.(failure.problem.at.path) === true &&
    isSubject?.(failure.subject.name) === true &&
    isNode?.(failure.pki.name) === true &&
    (wanted === undefined || wanted === fingerprint) &&
    (sha256 === undefined || certificateOf(failure)?.fingerprint256 === sha256);
}

/** The certificate at fault; undefined if there is none, or if it may be one of several. */
export function certificateOf({ problem, subject: { value } }: Excusable): Certificate | undefined {
  if (problem.certificate !== undefined) return problem.certificate;
  if ('leaf' in value) return value.leaf;
  const certificates = 'certificates' in value ? value.certificates : 'content' in value ? inFile(value.content) : [];
  return certificates.length === 1 ? certificates[0] : undefined;
}

function inFile(content: unknown): readonly Certificate[] {
  const { pem } = content as { readonly pem?: { readonly blocks: readonly { readonly certificate?: Certificate }[] } };
  return pem?.blocks.flatMap(({ certificate }) => certificate ?? []) ?? [];
}

/** Splits the failures of nodes into those that are excused and the others. */
export interface AppliedExceptions {
  /** Groups the failures of one node. Those that are excused have groups of their own, for each exception. */
  readonly groupsOf: (failures: readonly Failure[]) => readonly Group[];
  /** The findings about objects. */
  readonly ofObjects: readonly Finding[];
  /** The failures that each exception matches. */
  readonly matched: ReadonlyMap<Matcher, ReadonlySet<Excusable>>;
}

/** What the findings of nodes are without exceptions. */
interface Plain {
  readonly groups: ReadonlyMap<Failure, Group>;
  readonly fingerprints: ReadonlyMap<Group, string>;
  /** Fingerprints of findings that stand for several failures of a rule, by what they have in common. */
  readonly shared: ReadonlyMap<string, string>;
}

/**
 * Prepares the exceptions of a run.
 *
 * @param nodes the failures of each node that are to be reported
 */
export function applyExceptions(
  nodes: readonly (readonly Failure[])[],
  objects: readonly ObjectFault[],
  matchers: readonly Matcher[],
  policy: ExceptionPolicy,
  naming: Naming,
): AppliedExceptions {
  const plain = nodes.map((failures) => plainFindings(failures, naming));
  const { matched, excuserOf } = matching(matchers, policy);
  const applied = new Map<Failure, Matcher>();
  const plainOf = new Map<Failure, Plain>();
  for (const [index, failures] of nodes.entries()) {
    const own = plain[index] as Plain;
    for (const failure of failures) {
      plainOf.set(failure, own);
      const excuser = excuserOf(failure, own.fingerprints.get(own.groups.get(failure) as Group));
      if (excuser !== undefined) applied.set(failure, excuser);
    }
  }
  const used = new Set<string>();
  return {
    matched,
    ofObjects: objects.map((fault) => {
      const excuser = excuserOf(fault, fault.finding.fingerprint);
      return excuser === undefined ? fault.finding : { ...fault.finding, suppressed: excuseOf(excuser.exception) };
    }),
    groupsOf(failures) {
      const [first] = failures;
      const own = first && plainOf.get(first);
      if (own === undefined) return [];
      const parts = groupBy(failures, (failure) => applied.get(failure));
      // What is not excused comes first, and keeps its fingerprints.
      const ordered = [undefined, ...matchers].flatMap((matcher) => {
        const part = parts.get(matcher);
        return part === undefined ? [] : [{ part, excuse: matcher && excuseOf(matcher.exception) }];
      });
      return ordered.flatMap(({ part, excuse }) =>
        groupByCause(part).map((group) => {
          const fingerprint = known(group, own, used) ?? fingerprintOf(group.cause, naming);
          used.add(fingerprint);
          return { ...group, fingerprint, ...(excuse && { excuse }) };
        }),
      );
    },
  };
}

interface Matching extends Pick<AppliedExceptions, 'matched'> {
  /** Returns what excuses a failure, and remembers every exception that matches it. */
  readonly excuserOf: (failure: Excusable, fingerprint: string | undefined) => Matcher | undefined;
}

function matching(matchers: readonly Matcher[], policy: ExceptionPolicy): Matching {
  const matched = new Map(matchers.map((matcher) => [matcher, new Set<Excusable>()]));
  const isNever = neverExcused(policy);
  const candidates = byRule(matchers);
  return {
    matched,
    excuserOf(failure, fingerprint) {
      if (isNever(failure.rule.id)) return undefined;
      let last: Matcher | undefined;
      for (const matcher of candidates(failure.rule.id)) {
        if (!matcher.matches(failure, fingerprint)) continue;
        matched.get(matcher)?.add(failure);
        if (matcher.terms.state === 'open' && (last === undefined || isLater(matcher, last))) last = matcher;
      }
      return last;
    },
  };
}

/** Of several exceptions that match a failure, the one that expires last excuses it. */
const isLater = (one: Matcher, other: Matcher): boolean => one.exception.until > other.exception.until;

const excuseOf = ({ at, reason, until }: Exception): Excuse => ({ by: `${at.file}:${at.line}`, reason, until });

/** Returns a function that finds the exceptions that may match a rule, in the order of the policy. */
function byRule(matchers: readonly Matcher[]): (rule: string) => readonly Matcher[] {
  const exact = groupBy(matchers, ({ exception: { match } }) => (match.rule?.includes('*') ? undefined : match.rule));
  const others = exact.get(undefined) ?? [];
  return (rule) => [...(exact.get(rule) ?? []), ...others];
}

function plainFindings(failures: readonly Failure[], naming: Naming): Plain {
  const groups = groupByCause(failures);
  const fingerprints = new Map(groups.map((group) => [group, fingerprintOf(group.cause, naming)]));
  const all = groups.flatMap((group) =>
    [group.cause, ...group.members, ...(group.between ?? [])].map((failure) => [failure, group] as const),
  );
  const several = [...fingerprints].flatMap(([group, fingerprint]) =>
    group.merged === undefined ? [] : [[sharedKey(group.cause, group.cause.problem.key), fingerprint] as const],
  );
  return { groups: new Map(all), fingerprints, shared: new Map(several) };
}

const sharedKey = ({ rule, preview }: Failure, key: string | undefined): string =>
  [rule.id, preview?.prefix ?? '', key ?? ''].join('\0');

/** The fingerprint that a group has without exceptions, unless a different part of it has that. */
function known(group: Group, { groups, fingerprints, shared }: Plain, used: ReadonlySet<string>): string | undefined {
  const { cause, merged } = group;
  const same = groups.get(cause);
  const found = [
    ...(same?.cause === cause ? [fingerprints.get(same)] : []),
    ...(merged === undefined ? [] : [shared.get(sharedKey(cause, cause.problem.key))]),
    // The last one of several that is left stands for them.
    ...(same?.merged?.kind === 'several' && cause.rule === same.cause.rule ? [fingerprints.get(same)] : []),
  ];
  return found.find((fingerprint) => fingerprint !== undefined && !used.has(fingerprint));
}
