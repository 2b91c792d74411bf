/** What became of each exception in a run: whether it excuses anything, and whether that could be known. */

import { glob } from '../../core/glob.ts';
import { editDistance } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { JudgedException } from '../../results/exception.ts';
import type { Finding } from '../../results/finding.ts';
import { isAboutObjects, type Rule, stages } from '../../tables/catalog.ts';
import type { JudgedObjects } from '../findings/off-node.ts';
import type { Excusable } from '../rules/failure.ts';
import type { ClusterRun } from '../rules/run.ts';
import type { NodeRun } from '../rules/run-nodes.ts';
import type { Selection } from '../rules/selection.ts';
import { subjectsOf } from '../rules/subjects.ts';
import type { Tally } from '../rules/tally.ts';
import { certificateOf, type Matcher } from './apply.ts';
import { rulesOf } from './terms.ts';

/** What a run has judged. */
export interface JudgedRun {
  readonly nodes: readonly NodeRun[];
  readonly clusters: readonly ClusterRun[];
  readonly selection: Selection;
  /** The failures that were to be reported. */
  readonly failures: readonly Excusable[];
  /** The finding of each. */
  readonly findingOf: (failure: Excusable) => Finding | undefined;
  readonly objects?: JudgedObjects;
}

/** Returns an exception with its state. */
export function judgeException(matcher: Matcher, matched: ReadonlySet<Excusable>, run: JudgedRun): JudgedException {
  const { exception, terms } = matcher;
  const { daysLeft, endsSoon } = terms;
  const findings = new Set([...matched].flatMap((failure) => run.findingOf(failure) ?? [])).size;
  const shared = { exception, daysLeft, findings };
  if (terms.state !== 'open') return { ...shared, state: terms.state, why: terms.why };
  if (matched.size === 0 && isJudged(matcher, run)) return { ...shared, state: 'unused', why: similarTo(matcher, run) };
  return { ...shared, state: endsSoon ? 'ends-soon' : 'in-force', why: '' };
}

/**
 * Whether this run shows that nothing matches an exception. What was not given, not selected or not read may be what it
 * is for, and so may be a node of a different kind, unless the exception names its node. Objects are on no node.
 */
function isJudged({ exception: { match }, node }: Matcher, run: JudgedRun): boolean {
  const { selection } = run;
  const ofRule = rulesOf(match.rule).filter(({ id }) => !id.startsWith('policy/'));
  if (!selection.role(undefined)) return false;
  const isNode = node === undefined ? glob(match.node ?? '*') : (name: string) => name === node;
  const nodes = run.nodes.filter(({ pki }) => isNode(pki.name));
  const objects = node === undefined && match.node === undefined ? run.objects : undefined;
  const judged = [...nodes.map(({ pki }) => pki), ...(objects === undefined ? [] : [objects])];
  if (!ofRule.every((rule) => judged.every((one) => selection.rule(rule, one)))) return false;
  const tallies = [
    ...nodes,
    ...(nodes.length > 0 ? run.clusters : []),
    ...(objects === undefined ? [] : [objects]),
  ].map(({ outcomes }) => outcomes);
  const ids = new Set(ofRule.map(({ id }) => id));
  const isUpgrade = ofRule.every((rule) => rule.impact === 'upgrade' && !isAboutObjects(rule));
  if (isUpgrade && nodes.every(({ pki }) => pki.judging.target === undefined)) return false;
  if (!tallies.some((tally) => wasJudged(tally, ids)) || tallies.some((tally) => wasSkipped(tally, ids, match)))
    return false;
  if (run.failures.some((failure) => mayHide(failure, ofRule, match) && isNode(failure.pki.name))) return false;
  if (match.node !== undefined && !match.node.includes('*')) return true;
  // Its rule fails elsewhere: then its path or subject is likely to be mistyped.
  const isNear = match.rule !== undefined && run.failures.some(({ rule }) => ids.has(rule.id));
  if (match.fingerprint !== undefined) return false;
  if (match.sha256 !== undefined) return nodes.some(({ pki }) => hasCertificate(pki, match.sha256));
  return isNear || nodes.some((one) => hasSubject(one, ofRule, match)) || hasObject(objects, ofRule, match);
}

const wasJudged = ({ counts }: Tally, ids: ReadonlySet<string>): boolean =>
  [...counts].some(([id, { pass, fail }]) => ids.has(id) && pass + fail > 0);

type Match = Matcher['exception']['match'];

/** Whether what an exception is about may not have been read. */
function wasSkipped({ skips }: Tally, ids: ReadonlySet<string>, { path = '*', subject = '*' }: Match): boolean {
  const [isPath, isSubject] = [glob(path), glob(subject)];
  return skips.some((skip) => ids.has(skip.rule) && isPath(skip.subject.path) && isSubject(skip.subject.name));
}

/** Whether something fails first that keeps the rule of an exception from being judged. */
function mayHide({ rule, problem, subject }: Excusable, ofRule: readonly Rule[], { path = '*' }: Match): boolean {
  const isPath = glob(path);
  const isLater = ({ stage }: Rule) => stages.indexOf(stage) > stages.indexOf(rule.stage);
  return rule.blocks && ofRule.some(isLater) && (isPath(problem.at.path) || isPath(subject.path));
}

/** Whether a node has what an exception is about. */
function hasSubject({ pki }: NodeRun, ofRule: readonly Rule[], { path, subject }: Match): boolean {
  if (path !== undefined) {
    const isPath = glob(path);
    if (![...pki.node.files.values()].some((file) => file.state === 'file' && isPath(file.path))) return false;
  }
  if (subject === undefined) return true;
  const isSubject = glob(subject);
  const kinds = new Set(ofRule.map(({ over }) => over));
  return Object.entries(subjectsOf(pki)).some(
    ([kind, subjects]) => kinds.has(kind) && subjects.some(({ name, value }) => isSubject(name) && applies(value)),
  );
}

/** Whether a dump has what an exception is about. A rule about a whole dump applies only if that has its object. */
function hasObject(objects: JudgedObjects | undefined, ofRule: readonly Rule[], match: Match): boolean {
  const [isPath, isSubject] = [glob(match.path ?? '*'), glob(match.subject ?? '*')];
  const kinds = new Set(ofRule.map(({ over }) => over));
  return (objects?.subjects ?? []).some(
    ({ over, name, path }) => kinds.has(over) && (over === 'dump' || (isSubject(name) && isPath(path))),
  );
}

function hasCertificate({ roles, others, authorities }: Pki, sha256: string | undefined): boolean {
  const leaves = [...roles, ...others].flatMap(({ leaf }) => leaf ?? []);
  const all = [...leaves, ...authorities.flatMap(({ certificates }) => certificates)];
  return all.some(({ fingerprint256 }) => fingerprint256 === sha256);
}

const applies = (value: object): boolean =>
  !('applies' in value) || (value.applies as { readonly answer: string }).answer === 'yes';

/** Names the failure that is most similar to what an exception matches; '' if none is. */
function similarTo({ exception: { match } }: Matcher, { failures }: JudgedRun): string {
  const isRule = glob(match.rule ?? '*');
  const rank = (failure: Excusable) => {
    const { rule, problem, subject, pki } = failure;
    const isSame = (one: string | undefined, other: string) => one !== undefined && glob(one)(other);
    const isOwn = match.rule !== undefined && isRule(rule.id);
    const isThere =
      isSame(match.path, problem.at.path) ||
      isSame(match.subject, subject.name) ||
      (match.sha256 !== undefined && certificateOf(failure)?.fingerprint256 === match.sha256);
    if (!isOwn && !isThere) return Number.POSITIVE_INFINITY;
    const place = match.path === undefined ? 0 : distanceOf(match.path, problem.at.path);
    return (isOwn ? 0 : 10_000) + (isSame(match.node ?? '*', pki.name) ? 0 : 1000) + place;
  };
  let best: Excusable | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const failure of failures.slice(0, mostCompared)) {
    const own = rank(failure);
    if (own < least) [best, least] = [failure, own];
  }
  if (best === undefined) return '';
  const { rule, problem, subject, pki } = best;
  const name = subject.name === problem.at.path ? '' : ` of ${subject.name}`;
  const on = pki.name === '' ? '' : ` on ${pki.name}`;
  return `the most similar is ${rule.id}${name} at ${problem.at.path}${on}`;
}

/** How different two paths are, at most as much as the longest that are compared. */
function distanceOf(one: string, other: string): number {
  return Math.max(one.length, other.length) > longest ? longest : editDistance(one, other);
}

const longest = 256;

/** Of a broken fleet. */
const mostCompared = 1000;
