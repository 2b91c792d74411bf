/**
 * Groups failures that have one cause, so that a report has one finding for each cause. A rule of the catalogue says
 * what it groups: `explains` names the rules whose failures follow from its own, and a rule with `several` reports
 * together all its failures on a node that share their cause.
 */
import type { Consequence } from '../../checks/base/check.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { glob } from '../../core/glob.ts';
import { compareText, count, firstOf } from '../../core/text.ts';
import { idOnNode } from '../../model/handshake/ends.ts';
import type { Excuse } from '../../results/finding.ts';
import type { Filled } from '../../results/message.ts';
import type { Rule } from '../../tables/catalog.ts';
import type { Failure } from './failure.ts';
import { stoppedBy } from './stopped.ts';

/** One finding for several failures of a rule. */
export interface Merged extends Filled {
  /** `several`: those that share a cause; `rest`: those above the limit, which may be anything. */
  readonly kind: 'several' | 'rest';
}

/** Failures that have one finding. */
export interface Group {
  /** What the finding is about. */
  readonly cause: Failure;
  /** What the finding stands for in addition; empty for a failure that is reported by itself. */
  readonly members: readonly Failure[];
  /** What it says, if it is about all and not about the cause. */
  readonly merged?: Merged;
  /** What it explains and does not list, because that explains other members. */
  readonly between?: readonly Failure[];
  /** Known beforehand, if exceptions have split groups. */
  readonly fingerprint?: string;
  /** Why it is excused. */
  readonly excuse?: Excuse;
}

/** Findings of one rule on one node. Real nodes have far fewer files. */
const mostOfRule = 1000;

/** Returns each failure as a group of its own. */
export function ungrouped(failures: readonly Failure[]): readonly Group[] {
  return failures.map((cause) => ({ cause, members: [] }));
}

/** Groups what fails on one node. Each failure is in one group. */
export function groupByCause(failures: readonly Failure[]): readonly Group[] {
  return bounded(together(explained(failures)));
}

/** Failures that a different one explains become members of its group; the first cause in the order of rules wins. */
function explained(failures: readonly Failure[]): readonly Group[] {
  const causes = failures.filter(({ rule }) => rule.explains.length > 0);
  const followed = stopsFollowed(failures);
  if (causes.length === 0 && followed === undefined) return ungrouped(failures);
  const causeOf = explainer(causes);
  const members = groupBy(failures, (failure) => causeOf(failure) ?? followed?.(failure));
  const isLeft = new Set(members.get(undefined));
  // What explains nothing that failed is still a finding; what is explained is none, even if it explains others.
  return failures.flatMap((cause) => {
    if (!isLeft.has(cause)) return [];
    const between = explainers(cause, members);
    return [{ cause, members: everything(cause, members), ...(between.length > 0 && { between }) }];
  });
}

/** Returns a function that finds what stops the component that a failure is about; undefined if no rule asks for it. */
function stopsFollowed(failures: readonly Failure[]): ((failure: Failure) => Failure | undefined) | undefined {
  if (!failures.some(({ rule }) => rule.followsStop)) return undefined;
  const stopped = stoppedBy(failures.filter(({ preview }) => preview === undefined));
  return ({ pki, rule, subject }) =>
    rule.followsStop === true ? subject.hangsOn.flatMap((id) => stopped.get(idOnNode(pki, id)) ?? [])[0] : undefined;
}

type ByCause = ReadonlyMap<Failure | undefined, readonly Failure[]>;

/** The members of a cause. One that explains others is replaced by them. */
function everything(cause: Failure, byCause: ByCause): readonly Failure[] {
  return (byCause.get(cause) ?? []).flatMap((member) => {
    const own = everything(member, byCause);
    return own.length > 0 ? own : [member];
  });
}

/** The members of a cause that are replaced by what they explain. */
function explainers(cause: Failure, byCause: ByCause): readonly Failure[] {
  return (byCause.get(cause) ?? []).flatMap((member) =>
    byCause.has(member) ? [member, ...explainers(member, byCause)] : [],
  );
}

/** Returns a function that finds the first cause of a failure. It takes no longer if there are thousands of causes. */
function explainer(causes: readonly Failure[]): (failure: Failure) => Failure | undefined {
  const order = new Map(causes.map((cause, index) => [cause, index]));
  const alike = [...groupBy(causes, ({ rule, preview }) => `${rule.id} ${preview?.prefix ?? ''}`).values()].map(
    (same) => ({ first: firstOfAll(same), byId: firstByAffected(same) }),
  );
  return ({ pki, rule, subject, preview }) => {
    const ids = [undefined, ...subject.hangsOn.map((id) => idOnNode(pki, id))];
    const found = alike.flatMap(({ first, byId }) => {
      if (rule === first.rule || preview?.prefix !== first.preview?.prefix) return [];
      return explains(first.rule, rule.id) ? ids.flatMap((id) => byId.get(id) ?? []) : [];
    });
    return found.toSorted((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0))[0];
  };
}

/** The first of failures that affects an id; `undefined` stands for all ids. */
function firstByAffected(causes: readonly Failure[]): ReadonlyMap<string | undefined, Failure> {
  const first = new Map<string | undefined, Failure>();
  for (const cause of causes) {
    for (const id of cause.problem.affects ?? [undefined]) if (!first.has(id)) first.set(id, cause);
  }
  return first;
}

const explains = remember((rule: Rule, id: string) => rule.explains.some((pattern) => glob(pattern)(id)));

/** Groups of a rule that has words for several failures become one, if they share a cause. */
function together(groups: readonly Group[]): readonly Group[] {
  const byCause = groupBy(groups, ({ cause: { rule, preview, problem } }) =>
    rule.several === undefined ? undefined : `${rule.id} ${preview?.prefix ?? ''} ${problem.shared ?? ''}`,
  );
  return [...byCause].flatMap(([key, same]) => (key === undefined || same.length < 2 ? same : [mergeAll(same)]));
}

function mergeAll(groups: readonly Group[]): Group {
  const causes = groups.map(({ cause }) => cause);
  const { pki, rule, problem } = firstOfAll(causes);
  const { data } = firstOfAll(causes.toSorted(byExpiry)).problem;
  const related = causes.flatMap((cause) => cause.problem.related ?? []);
  const each = new Map(related.map((one) => [JSON.stringify(one), one]));
  const subjects = [...new Set(causes.map(({ subject }) => subject.name))];
  const values = {
    ...data,
    count: `${causes.length}`,
    subjects: firstOf(subjects, 3).join(', '),
    node: pki.name,
  };
  return {
    cause: ofNode(causes, problem.shared === undefined ? 'several' : `several ${problem.shared}`, [...each.values()]),
    ...allOf(groups),
    merged: { kind: 'several', template: rule.several ?? '', data: values },
  };
}

/** Several certificates are described by the one that expires first. */
function byExpiry({ problem: one }: Failure, { problem: other }: Failure): number {
  return (one.certificate?.notAfter ?? 0) - (other.certificate?.notAfter ?? 0);
}

/**
 * The report of a folder with thousands of faulty files stays readable: above a thousand failures of one rule the
 * others have one finding. Which ones these are does not depend on the order of the scan.
 */
function bounded(groups: readonly Group[]): readonly Group[] {
  const byRule = groupBy(groups, ({ cause }) => cause.rule);
  return [...byRule.values()].flatMap((same) => {
    if (same.length <= mostOfRule) return same;
    const sorted = same.toSorted((one, other) => byPlace(one.cause, other.cause));
    return [...sorted.slice(0, mostOfRule), restOf(sorted.slice(mostOfRule))];
  });
}

function restOf(groups: readonly Group[]): Group {
  const causes = groups.map(({ cause }) => cause);
  const { pki, rule } = firstOfAll(causes);
  const places = [...new Set(causes.map(({ problem }) => problem.at.path))];
  const data = {
    count: count(causes.length, 'more finding'),
    rule: rule.id,
    node: pki.name,
    subjects: firstOf(places, 3).join(', '),
  };
  return {
    cause: ofNode(causes, 'rest'),
    ...allOf(groups),
    merged: { kind: 'rest', template: '{count} of {rule} on {node}: {subjects}', data },
  };
}

function allOf(groups: readonly Group[]): Pick<Group, 'members' | 'between'> {
  const between = groups.flatMap((group) => group.between ?? []);
  const members = groups.flatMap((group) => [group.cause, ...group.members]);
  return { members, ...(between.length > 0 && { between }) };
}

function firstOfAll(failures: readonly Failure[]): Failure {
  const [first] = failures;
  if (first === undefined) throw new Error('no failures to report');
  return first;
}

/** A failure of the whole node for those of its files. `key` keeps its fingerprint different from theirs. */
function ofNode(failures: readonly Failure[], key: string, related: readonly Consequence[] = []): Failure {
  const { pki, rule, subject, problem, preview } = firstOfAll(failures);
  const isOneFile = new Set(failures.map((failure) => failure.problem.at.path)).size === 1;
  const at = isOneFile ? problem.at : { path: pki.node.pki };
  return {
    pki,
    rule,
    subject: { ...subject, name: pki.name, path: at.path, hangsOn: ['node'], role: undefined },
    problem: { kind: 'problem', at, data: problem.data, key, related },
    ...(preview && { preview }),
  };
}

/** What fails today comes before what an upgrade would break. */
function byPlace(one: Failure, other: Failure): number {
  return (
    Number(one.preview !== undefined) - Number(other.preview !== undefined) ||
    compareText(one.problem.at.path, other.problem.at.path) ||
    (one.problem.at.line ?? 0) - (other.problem.at.line ?? 0) ||
    compareText(one.subject.name, other.subject.name) ||
    compareText(one.problem.key ?? '', other.problem.key ?? '')
  );
}
